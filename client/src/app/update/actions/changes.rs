//! Changes of messages on their way: they stand behind the message until the server has them, and say
//! why it refused them.

use crate::app::Effect;
use crate::app::state::{Change, Delivery, State};
use crate::app::update::{Effects, network, sending};
use crate::net::Command;
use chat_protocol::chat::{MessageId, Post};

/// Changes of one message that may wait.
const WAITING: usize = 20;

/// Has the selected room's log changed.
pub fn send(state: &mut State, post: Post, effects: &mut Effects) -> Result<(), String> {
    let Some(name) = state.room().and_then(|room| room.place.as_room()).cloned() else {
        return Err("there is no room to change anything in".to_owned());
    };
    let key = state.next_key();
    let delivery = sending::on_the_way(state);
    let change = Change { key: key.clone(), post: post.clone(), delivery };
    let entry = post.target().and_then(|id| state.rooms.selected_mut()?.timeline.message_mut(id));
    if let Some(entry) = entry {
        if entry.changes.len() >= WAITING {
            return Err(format!("{WAITING} changes of this message wait already; reconnect (F5)"));
        }
        entry.changes.push(change);
    }
    network::insist(state);
    effects.push(Effect::Net(Command::Send { room: name, post, key }));
    Ok(())
}

/// Takes a reaction of ours back if it is there, else adds it.
pub fn toggle_reaction(
    state: &mut State,
    to: MessageId,
    emoji: &str,
    effects: &mut Effects,
) -> Result<(), String> {
    let entry = state.room().and_then(|room| room.timeline.message(&to));
    let held = entry.and_then(|e| e.reactions().iter().find(|r| r.emoji.as_str() == emoji));
    let is_ours = held.zip(state.me.as_ref()).is_some_and(|(held, me)| held.by.contains(me));
    let post = Post::Reaction { reacts_to: to, emoji: emoji.into(), on: !is_ours };
    send(state, post, effects)
}

/// The server has it: the row of the log shows it from now on.
pub fn confirmed(state: &mut State, key: &str) {
    take(state, key);
}

pub fn refused(state: &mut State, key: &str, reason: &str) {
    let mut timelines = state.rooms.iter_mut().map(|room| &mut room.timeline);
    let Some((entry, at)) = timelines.find_map(|timeline| timeline.change_mut(key)) else { return };
    let Some(change) = entry.changes.get_mut(at) else { return };
    let what = match change.post {
        Post::Edit { .. } => "not edited",
        Post::Delete { .. } => "not deleted",
        _ => "not reacted",
    };
    let text = format!("{what}: {reason}; F6 tries again, F7 gives it up");
    change.delivery = Delivery::Failed(text);
}

fn take(state: &mut State, key: &str) -> Option<Change> {
    let mut timelines = state.rooms.iter_mut().map(|room| &mut room.timeline);
    let (entry, at) = timelines.find_map(|timeline| timeline.change_mut(key))?;
    Some(entry.changes.remove(at))
}

/// The link came or went.
pub fn link_changed(state: &mut State, delivery: &Delivery) {
    let entries = state.rooms.iter_mut().flat_map(|room| room.timeline.changing());
    for change in entries.flat_map(|entry| &mut entry.changes) {
        if matches!(change.delivery, Delivery::Pending | Delivery::Queued) {
            change.delivery = delivery.clone();
        }
    }
}

/// Sends what was refused in the selected room again; how many.
pub fn retry(state: &mut State, effects: &mut Effects) -> usize {
    let delivery = sending::on_the_way(state);
    let Some(room) = state.rooms.selected_mut() else { return 0 };
    let Some(name) = room.place.as_room().cloned() else { return 0 };
    let mut again = 0;
    for change in room.timeline.changing().flat_map(|entry| &mut entry.changes) {
        if matches!(change.delivery, Delivery::Failed(_)) {
            change.delivery = delivery.clone();
            again += 1;
            let (post, key) = (change.post.clone(), change.key.clone());
            effects.push(Effect::Net(Command::Send { room: name.clone(), post, key }));
        }
    }
    again
}

/// Gives up the changes that were refused in the selected room; `false`: there are none.
pub fn discard(state: &mut State) -> bool {
    let Some(room) = state.rooms.selected_mut() else { return false };
    let mut any = false;
    for entry in room.timeline.changing() {
        let before = entry.changes.len();
        entry.changes.retain(|c| !matches!(c.delivery, Delivery::Failed(_)));
        any |= entry.changes.len() < before;
    }
    any
}
