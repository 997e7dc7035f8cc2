//! Why a sound frame's content is refused.

use crate::code::Code;

/// A sound frame whose content is refused: [`Code::BadBody`] or [`Code::TooLong`]. The message names
/// cause and fix and is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    pub code: Code,
    pub message: String,
}

impl BodyError {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self { code: Code::BadBody, message: message.into() }
    }
    /// Says where, and not what: serde's own sentence would quote the peer.
    pub(super) fn json(expected: &str, e: &serde_json::Error) -> Self {
        Self::bad(format!(
            "the body is not {expected} (line {}, column {}); send one JSON object",
            e.line(),
            e.column()
        ))
    }
    pub(super) fn too_long(whole: &str, what: &str, count: usize, limit: usize) -> Self {
        Self {
            code: Code::TooLong,
            message: format!(
                "the {whole} has {count} {what}, at most {limit} are allowed; shorten it"
            ),
        }
    }
}
