//! What the chat says on the subscribed destinations.

use super::{Effects, notifying, reads};
use crate::app::mention::mentions;
use crate::app::msg::Now;
use crate::app::state::passing::Passing;
use crate::app::state::room::{Room, Typist};
use crate::app::state::timeline::Added;
use crate::app::state::{Anchor, Entry, EntryId, Place, State};
use crate::net::Target;
use chat_protocol::chat::event::Typing;
use chat_protocol::chat::{
    ChatEvent, ChatMessage, Kind, MessageId, PresenceEvent, RoomInfo, RoomName, Sync, UserName,
};
use chat_protocol::text::PeerString;

/// Somebody who types says so every 3 s; without a word for this long, in ms, it is over.
const TYPING_LASTS: u64 = 5000;
/// Rooms of the directory, which only serves completion.
const DIRECTORY: usize = 1000;
/// Names in a member list.
const MEMBERS: usize = 10_000;
const TYPISTS: usize = 20;

pub fn event(
    state: &mut State,
    target: &Target,
    event: ChatEvent,
    now: Now,
    effects: &mut Effects,
) {
    match (event, target) {
        (ChatEvent::Message { message, prev }, Target::Room(room)) => {
            post(state, room, *message, prev, now, effects);
        }
        (ChatEvent::Sync { sync, .. }, Target::Room(room)) => {
            synced(state, room, sync, now);
            reads::settle(state, &Place::Room(room.clone()), effects);
        }
        (ChatEvent::Read(event), Target::Reads) => reads::event(state, event, effects),
        (ChatEvent::Presence(event), Target::Presence(room)) => presence(state, room, event),
        (ChatEvent::Typing(event), Target::Typing(room)) => typing(state, room, event, now),
        (ChatEvent::Room(info), _) => learn(state, info),
        (ChatEvent::Rooms { reply, .. }, _) => {
            reply.rooms.into_iter().for_each(|info| learn(state, info));
        }
        (ChatEvent::Plain { body, .. }, Target::Topic(topic)) => {
            plain(state, topic, &body, now, effects);
        }
        _ => {}
    }
}

fn post(
    state: &mut State,
    name: &RoomName,
    message: ChatMessage,
    prev: Option<MessageId>,
    now: Now,
    effects: &mut Effects,
) {
    if let (Some(topic), Some(info)) = (&message.topic, state.directory.get_mut(name.folded())) {
        info.topic = topic.clone();
    }
    let mut entry = entry(state, message);
    entry.prev = prev;
    let Some(room) = state.rooms.get_mut(&Place::Room(name.clone())) else { return };
    if let Some(sender) = &entry.sender {
        room.typing.retain(|t| t.user != *sender);
    }
    add(state, &Place::Room(name.clone()), entry, now, effects);
}

/// A stored message as the timeline holds it.
pub fn entry(state: &State, message: ChatMessage) -> Entry {
    let ChatMessage { id, sender, at, text, .. } = &message;
    let id = EntryId::Message(id.clone());
    let mut entry = new_entry(state, id, *at, Some(sender.clone()), text.clone());
    let is_called = state.me.as_ref().is_some_and(|me| message.mentions.contains(me));
    let may_call = matches!(message.kind, Kind::Message | Kind::Edit) && message.deleted.is_none();
    entry.mention = may_call && !entry.own && (entry.mention || is_called || message.mentions_room);
    entry.key.clone_from(&message.key);
    entry.reply_to.clone_from(&message.reply_to);
    entry.row = Some(Box::new(message));
    entry
}

pub fn new_entry(
    state: &State,
    id: EntryId,
    at: u64,
    sender: Option<UserName>,
    text: PeerString,
) -> Entry {
    let mut entry = Entry::new(id, at, sender, text);
    entry.local += i64::from((state.utc_offset)(at));
    entry.own = entry.sender.is_some() && entry.sender == state.me;
    entry.mention = !entry.own
        && entry.sender.is_some()
        && state.me.as_ref().is_some_and(|me| mentions(entry.text.as_str(), me));
    entry
}

fn add(state: &mut State, place: &Place, entry: Entry, now: Now, effects: &mut Effects) {
    let looks = state.rooms.is_selected(place) && state.focused;
    let (own, mention, said) = (entry.own, entry.mention, entry.is_said());
    let news = notifying::is_wanted(state, place, mention).then(|| notifying::Said::of(&entry));
    let Some(room) = state.rooms.get_mut(place) else { return };
    if room.timeline.append(entry) == Added::Known {
        return;
    }
    if !said && room.unread > 0 {
        // Something unread may be gone, or may mention us by now.
        reads::recount(room);
    }
    if own || !said || room.catching_up {
        return;
    }
    let need = room.need();
    room.unread += 1;
    if room.timeline.anchor != Anchor::Bottom || !room.timeline.is_live() {
        room.timeline.below += 1;
    }
    if mention {
        room.mentions += 1;
    }
    let is_live = room.timeline.synced || place.as_room().is_none();
    let rises = room.need() > need;
    if let Some(news) = news.filter(|_| is_live) {
        notifying::tell(state, place, news, now, effects);
    }
    if rises && !looks {
        state.rooms.sort();
    }
}

fn plain(state: &mut State, topic: &str, body: &[u8], now: Now, effects: &mut Effects) {
    let text = PeerString::from(String::from_utf8_lossy(body).into_owned());
    let id = EntryId::Local(state.next_serial());
    let entry = new_entry(state, id, now.wall, None, text);
    add(state, &Place::Topic(topic.to_owned()), entry, now, effects);
}

fn synced(state: &mut State, name: &RoomName, sync: Sync, now: Now) {
    let place = Place::Room(name.clone());
    let Some(room) = state.rooms.get_mut(&place) else { return };
    room.timeline.synced = true;
    let first_join = std::mem::take(&mut room.catching_up);
    if first_join && room.timeline.first_id().is_none() {
        room.timeline.more_before = false;
    }
    if !sync.recovered {
        room.timeline.reset();
    }
    // What was read before a reset is gone; with nothing in its place there is nothing to read.
    let is_emptied = !sync.recovered && room.timeline.newest_id().is_none();
    if first_join || room.read.is_none() || is_emptied {
        room.read = room.timeline.newest_id().cloned().or(sync.position);
        room.assumed = first_join;
        room.timeline.read_line = room.read.clone();
        room.unsaved = true;
        state.save_at.get_or_insert(now.mono);
    }
    if !sync.recovered {
        let text = format!("{name}: what was missed is no longer there; these are the newest");
        state.inform(text);
    }
}

fn presence(state: &mut State, name: &RoomName, event: PresenceEvent) {
    let (me, shows_passing) = (state.me.clone(), !state.settings.ui.hides_passing);
    let Some(room) = state.rooms.get_mut(&Place::Room(name.clone())) else { return };
    match event {
        PresenceEvent::List { users, .. } => {
            room.members = users.into_iter().take(MEMBERS).map(|m| m.name).collect();
        }
        PresenceEvent::Joined { user, .. } => {
            let is_new = room.members.len() < MEMBERS && room.members.insert(user.clone());
            if is_new && me.as_ref() != Some(&user) {
                pass(shows_passing, room, |passing| passing.came(user));
            }
        }
        PresenceEvent::Left { user, .. } => {
            room.typing.retain(|t| t.user != user);
            if room.members.remove(&user) && me.as_ref() != Some(&user) {
                pass(shows_passing, room, |passing| passing.went(user));
            }
        }
    }
}

/// In a room of more people one does not want to know who comes and goes.
const PASSING: usize = 50;

fn pass(is_shown: bool, room: &mut Room, change: impl FnOnce(&mut Passing)) {
    room.timeline.pass(|passing| match is_shown && room.members.len() <= PASSING {
        true => change(passing),
        false => *passing = Passing::default(),
    });
}

fn typing(state: &mut State, name: &RoomName, event: Typing, now: Now) {
    if state.me.as_ref() == Some(&event.user) {
        return;
    }
    let Some(room) = state.rooms.get_mut(&Place::Room(name.clone())) else { return };
    let until = now.mono + TYPING_LASTS;
    let has_place = room.typing.len() < TYPISTS;
    match room.typing.iter_mut().find(|t| t.user == event.user) {
        Some(typist) => typist.until = until,
        None if has_place => {
            room.typing.push(Typist { user: event.user, until });
        }
        None => {}
    }
}

/// A room of the server's list, new or changed.
pub fn learn(state: &mut State, info: RoomInfo) {
    let known = state.directory.contains_key(info.name.folded());
    if known || state.directory.len() < DIRECTORY {
        state.directory.insert(info.name.folded().to_owned(), info);
    }
}
