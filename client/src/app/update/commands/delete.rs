//! `/delete`

use super::{Command, expect_nothing};
use crate::app::state::action::MessageAction;
use crate::app::update::actions::{self, changes};
use chat_protocol::chat::Post;

pub const COMMAND: Command = Command {
    names: &["delete", "삭제"],
    arguments: "",
    help: "delete the selected message of yours, or your newest one",
    run: |state, arguments, _, effects| {
        expect_nothing(arguments, "/delete")?;
        let deletes = actions::message_of(state, MessageAction::Delete)?;
        actions::keys::leave(state);
        changes::send(state, Post::Delete { deletes }, effects)
    },
};
