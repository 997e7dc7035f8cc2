//! What the connection says.

use super::{Effects, chat, history, mentions, reads, search, sending};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Connection, Hurry, Place, State, SubState};
use crate::net::{Command, Event, Target};
use chat_protocol::text::PeerString;
use std::time::Duration;

pub fn event(state: &mut State, event: Event, now: Now, effects: &mut Effects) {
    match event {
        Event::Connecting { attempt } => {
            state.hurry.wanted = false;
            state.connection = Connection::Connecting { attempt };
        }
        Event::Online { user, .. } => {
            state.me = Some(user);
            state.first_run.reached = true;
            online(state, effects);
            search::link_changed(state, now);
        }
        Event::Offline { reason, retry_in } => {
            offline(state);
            let retry_at = retry_in.map(|wait| time_of_day(state, now, wait));
            state.first_run.failed = Some(reason.to_string());
            state.connection = Connection::Offline { reason: reason.to_string(), retry_at };
            search::link_changed(state, now);
        }
        Event::Subscribed { target } => subscribed(state, &target),
        Event::SubscriptionRefused { target, code, message } => {
            refused(state, &target, reason(&code, &message));
        }
        Event::Chat { target, event } => chat::event(state, &target, event, now, effects),
        Event::Confirmed { key, id, elapsed, .. } => {
            state.last_receipt = Some(elapsed);
            sending::confirmed(state, &key, &id);
        }
        Event::Refused { key, code, message, .. } => {
            sending::refused(state, &key, reason(&code, &message));
        }
        Event::RequestFailed { tag, code, message } => {
            let reason = reason(&code, &message);
            if !search::failed(state, tag, &reason) {
                history::failed(state, tag, &reason);
            }
        }
        Event::History { tag, reply } => history::page(state, tag, reply),
        Event::Rooms { reply, .. } => {
            for info in reply.rooms {
                reads::listed(state, &info, effects);
                chat::learn(state, info);
            }
        }
        Event::Search { tag, reply } => search::answered(state, tag, reply),
        Event::Mentions { reply, .. } => mentions::answer(state, reply),
        Event::Read { .. } => {}
    }
}

/// What a server said of a refusal, safe to show.
fn reason(code: &PeerString, message: &PeerString) -> String {
    format!("{} ({})", message.line(), code.line())
}

fn time_of_day(state: &State, now: Now, wait: Duration) -> u32 {
    let at = now.wall.saturating_add(wait.as_millis() as u64);
    let local = at.div_ceil(1000) as i64 + i64::from((state.utc_offset)(at));
    local.rem_euclid(86_400) as u32
}

/// Somebody is at the keyboard: waiting longer makes no sense.
pub fn hurry(state: &mut State) {
    state.hurry.wanted |= matches!(state.connection, Connection::Offline { retry_at: Some(_), .. });
}

/// The same, and also where no further attempt was to be made.
pub fn insist(state: &mut State) {
    state.hurry.wanted |= matches!(state.connection, Connection::Offline { .. });
}

/// Makes the attempt that is wanted, unless the last one was just now.
pub fn reconnect(state: &mut State, now: Now, effects: &mut Effects) {
    if state.hurry.due().is_some_and(|at| at <= now.mono) {
        state.hurry = Hurry { last: Some(now.mono), wanted: false };
        effects.push(Effect::Net(Command::ReconnectNow));
    }
}

fn online(state: &mut State, effects: &mut Effects) {
    state.connection = Connection::Online;
    state.typing_sent = None;
    for room in state.rooms.iter_mut() {
        room.timeline.begin_replay();
        room.history_refused = false;
    }
    sending::link_changed(state);
    let tag = state.next_serial();
    effects.push(Effect::Net(Command::Rooms { tag }));
}

fn offline(state: &mut State) {
    state.connection = Connection::Connecting { attempt: 1 };
    state.requests.clear();
    state.subscriptions.interrupt();
    for room in state.rooms.iter_mut() {
        room.typing.clear();
        room.timeline.synced = false;
        room.to_oldest = false;
    }
    sending::link_changed(state);
}

fn subscribed(state: &mut State, target: &Target) {
    if !state.subscriptions.contains(target) {
        return;
    }
    state.subscriptions.set(target, SubState::Live);
    let place = match target {
        Target::Room(room) => Place::Room(room.clone()),
        Target::Topic(topic) => Place::Topic(topic.clone()),
        _ => return,
    };
    if let Some(room) = state.rooms.get_mut(&place) {
        room.refused = None;
        room.timeline.begin_replay();
    }
}

fn refused(state: &mut State, target: &Target, reason: String) {
    if !state.subscriptions.contains(target) {
        return;
    }
    state.subscriptions.set(target, SubState::Refused(reason.clone()));
    let place = match target {
        Target::Room(room) => Place::Room(room.clone()),
        Target::Topic(topic) => Place::Topic(topic.clone()),
        _ => return,
    };
    state.complain(format!("{}: refused: {reason}", place.name()));
    if let Some(room) = state.rooms.get_mut(&place) {
        room.refused = Some(reason);
    }
}
