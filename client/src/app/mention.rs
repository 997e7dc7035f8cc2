//! Whether a text calls somebody by `@nick`, by the rules the server has too.

use chat_protocol::chat::UserName;
use chat_protocol::chat::mention::resolve;
use std::convert::Infallible;

/// `text` is what a peer wrote: it is only looked at.
pub fn mentions(text: &str, nick: &UserName) -> bool {
    let known = |name: &UserName| Ok((name == nick).then(|| name.clone()));
    resolve::<Infallible>(text, known).is_ok_and(|mentions| !mentions.people.is_empty())
}
