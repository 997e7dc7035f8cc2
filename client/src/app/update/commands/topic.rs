//! `/topic [TEXT]`

use super::Command;
use crate::app::update::actions::changes;
use chat_protocol::chat::Post;

pub const COMMAND: Command = Command {
    names: &["topic", "주제"],
    arguments: "[TEXT | -]",
    help: "show what this room is about, or set it; - clears it",
    run: |state, arguments, _, effects| {
        let topic = match arguments {
            "" => {
                let text = state.topic().map(|topic| topic.line().into_string());
                state.inform(text.unwrap_or_else(|| "this room has no topic".to_owned()));
                return Ok(());
            }
            "-" => "",
            text => text,
        };
        changes::send(state, Post::Topic { topic: topic.into() }, effects)
    },
};
