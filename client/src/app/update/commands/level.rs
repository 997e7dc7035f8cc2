//! `/level [all | mentions | nothing]`

use super::Command;
use crate::app::update::rooms;
use crate::config::Level;

pub const COMMAND: Command = Command {
    names: &["level", "알림"],
    arguments: "[all | mentions | nothing]",
    help: "say, or set, what you are told of in this room; nothing mutes it",
    run: |state, arguments, _, _| {
        let Some(place) = state.room().map(|room| room.place.clone()) else {
            return Err("no room is joined".to_owned());
        };
        if arguments.is_empty() {
            let level = state.level(&place).name();
            state.inform(format!("{}: you are told of {level}", place.name()));
            return Ok(());
        }
        let level = Level::by_name(arguments)
            .ok_or_else(|| "/level takes all, mentions or nothing".to_owned())?;
        if let Some(room) = state.rooms.get_mut(&place) {
            room.level = Some(level);
        }
        rooms::apply_levels(state);
        state.inform(format!("{}: you are told of {}", place.name(), level.name()));
        Ok(())
    },
};
