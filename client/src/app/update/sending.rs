//! Our own messages: pending, confirmed, failed, queued while the link is down, and never twice.

use super::{Effects, actions, chat, commands, network};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Anchor, Delivery, EntryId, Intent, Place, State};
use crate::net::Command;
use crate::text::grapheme;
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::{MessageId, Post};
use chat_protocol::text::PeerString;
use unicode_normalization::UnicodeNormalization;

/// Messages of ours that may wait in one room.
const WAITING: usize = 1000;

/// Enter: runs a command, or sends the draft to the selected room. What is refused stays a draft.
pub fn submit(state: &mut State, now: Now, effects: &mut Effects) {
    let draft = state.composer().text();
    if draft.trim().is_empty() {
        return;
    }
    let text: String = draft.trim_end().nfc().collect();
    state.notice = None;
    let done = match text.strip_prefix('/') {
        Some(literal) if literal.starts_with('/') => post(state, literal, now, effects),
        Some(command) => {
            // The command may change which composer this is: it is emptied first.
            let typed = state.composer_mut().take();
            let done = commands::run(state, command, now, effects);
            if done.is_err() {
                state.composer_mut().set(typed);
            }
            done.map(|()| String::new())
        }
        None => post(state, &text, now, effects),
    };
    match done {
        Ok(_) => {}
        Err(refusal) => state.complain(refusal),
    }
}

/// Sends a text to the selected room, or as what the draft is for.
pub fn say(state: &mut State, text: &str, now: Now, effects: &mut Effects) -> Result<(), String> {
    post(state, text, now, effects).map(|_key| ())
}

/// A line that was typed elsewhere takes the place of the draft.
pub fn line(state: &mut State, text: String, now: Now, effects: &mut Effects) {
    state.composer_mut().set(text);
    submit(state, now, effects);
    // A refused line is on the person's screen; it must not be in front of the next.
    state.composer_mut().take();
}

fn post(state: &mut State, text: &str, now: Now, effects: &mut Effects) -> Result<String, String> {
    check_length(text)?;
    let Some(room) = state.rooms.selected() else {
        return Err("no room is joined: /join NAME first".to_owned());
    };
    let Place::Room(name) = room.place.clone() else {
        return Err("a topic is read-only here; select a room with Alt-Up or Alt-Down".to_owned());
    };
    if let Some(Intent::Edit { of, .. }) = &room.intent {
        return actions::send_edit(state, of.clone(), text, effects).map(|()| String::new());
    }
    if room.timeline.own().count() >= WAITING {
        return Err(format!("{WAITING} messages wait here already; reconnect (F5) or /discard"));
    }
    let key = state.next_key();
    let sender = state.me.clone();
    let body = PeerString::from(text);
    let mut entry = chat::new_entry(state, EntryId::Own(key.clone()), now.wall, sender, body);
    entry.own = true;
    entry.mention = false;
    entry.delivery = on_the_way(state);
    let intent = state.rooms.selected_mut().and_then(|room| room.intent.take());
    let reply_to = intent.map(|intent| intent.target().clone());
    entry.reply_to.clone_from(&reply_to);
    if let Some(room) = state.rooms.selected_mut() {
        room.composer.take();
        room.timeline.push_own(entry);
        room.timeline.anchor = Anchor::Bottom;
        room.timeline.read_line = None;
    }
    state.typing_sent = None;
    network::insist(state);
    effects.push(Effect::Net(Command::Send {
        room: name,
        post: Post::Message { text: text.into(), reply_to },
        key: key.clone(),
    }));
    Ok(key)
}

fn check_length(text: &str) -> Result<(), String> {
    let limits = TextLimits::default();
    let graphemes = grapheme::count(text);
    if graphemes > limits.graphemes {
        let most = limits.graphemes;
        return Err(format!(
            "{graphemes} characters, and a message has at most {most}: shorten it"
        ));
    }
    if text.len() > limits.bytes {
        let (is, most) = (text.len(), limits.bytes);
        return Err(format!("{is} bytes, and a message has at most {most}: shorten it"));
    }
    Ok(())
}

/// What stands below one of ours that failed.
pub fn not_sent(reason: &str) -> String {
    format!("not sent: {reason}; F6 sends it again, F7 discards it")
}

pub fn on_the_way(state: &State) -> Delivery {
    if state.is_online() { Delivery::Pending } else { Delivery::Queued }
}

/// The link came or went: what is on the way waits, or goes.
pub fn link_changed(state: &mut State) {
    let delivery = on_the_way(state);
    let me = state.me.clone();
    for entry in state.rooms.iter_mut().flat_map(|r| r.timeline.own_mut()) {
        entry.sender.clone_from(&me);
        if matches!(entry.delivery, Delivery::Pending | Delivery::Queued) {
            entry.delivery = delivery.clone();
        }
    }
    actions::changes::link_changed(state, &delivery);
}

pub fn confirmed(state: &mut State, key: &str, id: &MessageId) {
    if !state.rooms.iter_mut().any(|room| room.timeline.confirm(key, id)) {
        actions::changes::confirmed(state, key);
    }
}

pub fn refused(state: &mut State, key: &str, reason: String) {
    let own = state.rooms.iter_mut().find_map(|room| room.timeline.own_by_key(key));
    if let Some(entry) = own {
        entry.delivery = Delivery::Failed(not_sent(&reason));
        return;
    }
    actions::changes::refused(state, key, &reason);
}

/// Sends everything that failed in the selected room again, in order and with the same keys.
pub fn retry(state: &mut State, now: Now, effects: &mut Effects) -> Result<(), String> {
    let changes = actions::changes::retry(state, effects);
    let delivery = on_the_way(state);
    let Some(room) = state.rooms.selected_mut() else {
        return Err("there is nothing to send again".to_owned());
    };
    let Some(name) = room.place.as_room().cloned() else {
        return Err("there is nothing to send again".to_owned());
    };
    let own = room.timeline.own();
    let failed = own.filter(|e| matches!(e.delivery, Delivery::Failed(_)));
    let keys: Vec<String> = failed.filter_map(|e| e.own_key().map(str::to_owned)).collect();
    if keys.is_empty() && changes == 0 {
        return Err("nothing failed in this room".to_owned());
    }
    for key in keys {
        let Some(mut entry) = room.timeline.remove_own(&key) else { continue };
        let (text, reply_to) = (entry.text.clone(), entry.reply_to.clone());
        entry.delivery = delivery.clone();
        entry.local += (now.wall / 1000) as i64 - (entry.at / 1000) as i64;
        entry.at = now.wall;
        room.timeline.push_own(entry);
        let room = name.clone();
        effects.push(Effect::Net(Command::Send {
            room,
            post: Post::Message { text, reply_to },
            key,
        }));
    }
    Ok(())
}

/// Gives up the newest message of the selected room that failed, else the newest that is queued.
pub fn discard(state: &mut State, effects: &mut Effects) -> Result<(), String> {
    if actions::changes::discard(state) {
        state.inform("given up");
        return Ok(());
    }
    let nothing = || "there is no failed or queued message in this room".to_owned();
    let room = state.rooms.selected_mut().ok_or_else(nothing)?;
    let newest = |wanted: fn(&Delivery) -> bool| {
        let entry = room.timeline.own().rev().find(|e| wanted(&e.delivery));
        entry.and_then(|e| e.own_key()).map(str::to_owned)
    };
    let key = newest(|d| matches!(d, Delivery::Failed(_)))
        .or_else(|| newest(|d| *d == Delivery::Queued))
        .ok_or_else(nothing)?;
    room.timeline.remove_own(&key);
    effects.push(Effect::Net(Command::Discard { key }));
    state.inform("discarded; Up brings its text back");
    Ok(())
}
