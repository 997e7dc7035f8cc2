//! Selecting a message, and doing something with it. A command does the same with the selected message,
//! or else with the newest one that it can be done with.

pub mod changes;
mod intent;
pub mod keys;

pub use intent::{abandon, begin_edit, begin_reply, send_edit};

use super::{Effects, picker};
use crate::app::Effect;
use crate::app::state::action::MessageAction;
use crate::app::state::picker::PickerKind;
use crate::app::state::popup::PopupKind;
use crate::app::state::{Entry, EntryId, Popup, SidePane, State};
use chat_protocol::chat::MessageId;

/// Does it with a message of the selected room, which goes out of the selection.
pub fn run(
    state: &mut State,
    action: MessageAction,
    id: &EntryId,
    effects: &mut Effects,
) -> Result<(), String> {
    let Some(entry) = entry(state, id) else {
        return Err("this message is no longer held; scroll to it again".to_owned());
    };
    if action.info().is_none_or(|info| !(info.fits)(entry)) {
        return Err(unfit(action, entry));
    }
    let message = entry.message_id().cloned();
    match (action, message) {
        (MessageAction::Copy, _) => {
            effects.push(Effect::Copy(entry.text.as_str().to_owned()));
            state.inform("copied");
        }
        (MessageAction::Open, _) => match entry.links() {
            [one] => effects.push(Effect::OpenUrl(one.clone())),
            _ => {
                picker::open(state, PickerKind::Links);
                return Ok(());
            }
        },
        (MessageAction::Raw, _) => {
            state.shown_message = Some(id.clone());
            state.popup = Some(Popup::new(PopupKind::Message));
            return Ok(());
        }
        (MessageAction::React, Some(message)) => {
            picker::open(state, PickerKind::React(message));
            return Ok(());
        }
        (MessageAction::Delete, Some(message)) => {
            picker::open(state, PickerKind::Delete(message));
            return Ok(());
        }
        (MessageAction::Reply, Some(message)) => begin_reply(state, message),
        (MessageAction::Edit, Some(message)) => begin_edit(state, message),
        (MessageAction::Thread, Some(message)) => {
            let root = thread_root(state, message);
            state.toggle_side(SidePane::Thread(root));
        }
        (_, None) => {}
    }
    keys::leave(state);
    Ok(())
}

fn unfit(action: MessageAction, entry: &Entry) -> String {
    let ours_only = matches!(action, MessageAction::Edit | MessageAction::Delete);
    match () {
        () if entry.is_deleted() => "this message is deleted".to_owned(),
        () if action == MessageAction::Open => "there is no link in this message".to_owned(),
        () if entry.message_id().is_none() => {
            "this message is not in the room yet: wait until it is sent".to_owned()
        }
        () if ours_only && !entry.own => "only the author of a message changes it".to_owned(),
        () => "this cannot be done with this message".to_owned(),
    }
}

/// The message that a command is about: the selected one, or the newest that fits.
pub fn target(state: &State, fits: impl Fn(&Entry) -> bool) -> Option<EntryId> {
    let timeline = &state.room()?.timeline;
    if let Some(entry) = timeline.selected() {
        return Some(entry.id.clone());
    }
    let said = timeline.entries().rev().filter(|e| e.is_said());
    said.filter(|e| fits(e)).map(|e| e.id.clone()).next()
}

/// The same for an action, with the error when there is none.
pub fn target_of(state: &State, action: MessageAction) -> Result<EntryId, String> {
    let ours = matches!(action, MessageAction::Edit | MessageAction::Delete);
    let answers = matches!(action, MessageAction::Reply | MessageAction::React);
    let fits = |e: &Entry| {
        action.info().is_some_and(|info| (info.fits)(e)) && (!answers || !e.own) && (!ours || e.own)
    };
    target(state, fits).ok_or_else(|| {
        let label = action.info().map_or("use", |info| info.label);
        format!("there is no message to {label} here; Ctrl-Up selects one")
    })
}

/// As [`target_of`], in the room's order already.
pub fn message_of(state: &State, action: MessageAction) -> Result<MessageId, String> {
    let id = target_of(state, action)?;
    let Some(entry) = entry(state, &id) else { return Err("there is no such message".to_owned()) };
    if action.info().is_none_or(|info| !(info.fits)(entry)) {
        return Err(unfit(action, entry));
    }
    entry.message_id().cloned().ok_or_else(|| unfit(action, entry))
}

fn entry<'a>(state: &'a State, id: &EntryId) -> Option<&'a Entry> {
    let timeline = &state.room()?.timeline;
    timeline.position(id).and_then(|at| timeline.get(at))
}

/// The first message of the answers that lead to this one, as far as they are held.
fn thread_root(state: &State, message: MessageId) -> MessageId {
    let Some(room) = state.room() else { return message };
    let mut root = message;
    for _ in 0..100 {
        let answered = room.timeline.message(&root).and_then(|e| e.reply_to.clone());
        match answered.filter(|id| room.timeline.message(id).is_some()) {
            Some(id) => root = id,
            None => break,
        }
    }
    root
}
