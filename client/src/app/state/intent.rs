//! What the draft is for, when it is not a message of its own: an answer, or a new text of a message
//! of ours.

use chat_protocol::chat::MessageId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    Reply {
        to: MessageId,
    },
    Edit {
        of: MessageId,
        /// What was being written, to go on with afterwards.
        draft: String,
    },
}

impl Intent {
    /// The message it is about.
    pub fn target(&self) -> &MessageId {
        match self {
            Self::Reply { to: id } | Self::Edit { of: id, .. } => id,
        }
    }
}
