//! Message ids: opaque to everyone but the server's log.

use serde::{Deserialize, Serialize, Serializer};
use std::sync::Arc;

/// A message's id: 1–64 octets of `[A-Za-z0-9._-]`, compared only for equality. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct MessageId(Arc<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message id: 1 to 64 of A-Z a-z 0-9 . _ - are allowed")]
pub struct IdError;

impl MessageId {
    pub fn parse(s: &str) -> Result<Self, IdError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if (1..=64).contains(&s.len()) && s.bytes().all(fits) {
            Ok(Self(s.into()))
        } else {
            Err(IdError)
        }
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
impl TryFrom<String> for MessageId {
    type Error = IdError;
    fn try_from(s: String) -> Result<Self, IdError> {
        Self::parse(&s)
    }
}
impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0.as_ref().to_owned()
    }
}
impl std::fmt::Display for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}
