//! Message ids: opaque to everyone but the server's log.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A message's id: 1–64 octets of `[A-Za-z0-9._-]`, compared only for equality. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(Arc<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message id: 1 to 64 of A-Z a-z 0-9 . _ - are allowed")]
pub struct IdError;

impl MessageId {
    pub fn parse(_s: &str) -> Result<Self, IdError> {
        todo!()
    }
    pub fn as_str(&self) -> &str {
        &self.0
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
        f.write_str(&self.0)
    }
}
