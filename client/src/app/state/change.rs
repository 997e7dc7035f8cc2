//! A change of a stored message that is on its way: an edit, a delete, a reaction of ours.

use super::Delivery;
use chat_protocol::chat::Post;

#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The idempotency key.
    pub key: String,
    pub post: Post,
    /// Never `Stored` or `Confirmed`: then it is shown as done.
    pub delivery: Delivery,
}

impl Change {
    /// What is said behind the message while it is not done.
    pub fn tag(&self) -> &'static str {
        let queued = self.delivery == Delivery::Queued;
        match (&self.post, queued) {
            (Post::Edit { .. }, false) => "[editing]",
            (Post::Edit { .. }, true) => "[edit queued]",
            (Post::Delete { .. }, false) => "[deleting]",
            (Post::Delete { .. }, true) => "[delete queued]",
            (_, false) => "[reacting]",
            (_, true) => "[reaction queued]",
        }
    }

    /// The text that is lost when it is.
    pub fn text(&self) -> Option<&str> {
        match &self.post {
            Post::Edit { text, .. } => Some(text.as_str()),
            _ => None,
        }
    }
}
