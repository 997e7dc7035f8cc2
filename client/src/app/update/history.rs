//! Pages of the past, asked for as one comes near the end of what is held.

use super::{Effects, chat};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Anchor, EntryId, Page, Place, Request, State};
use crate::net::Command;
use chat_protocol::chat::HistoryReply;
use chat_protocol::chat::request;

const PAGE: usize = 100;
/// A page that did not come in this time, in ms, is not waited for.
const PATIENCE: u64 = 15_000;

/// Asks for the page that the selected room lacks near what is in view, one at a time.
pub fn ask_for_missing(state: &mut State, now: Now, effects: &mut Effects) {
    if !state.requests.is_empty() {
        return;
    }
    let height = usize::from(state.layout.timeline.height.max(1));
    let Some(room) = state.rooms.selected() else { return };
    let Some(name) = room.place.as_room().cloned() else { return };
    let timeline = &room.timeline;
    let page = if room.goal.is_some() {
        Page::Around
    } else if room.to_oldest {
        Page::Oldest
    } else if !timeline.is_live() && timeline.anchor == Anchor::Bottom {
        Page::Newest
    } else if timeline.wants_newer(height) {
        Page::Newer
    } else if timeline.wants_older(height) {
        Page::Older
    } else {
        return;
    };
    let goal = room.goal.as_ref().map(|goal| &goal.id);
    let known = goal.or(if page == Page::Older { timeline.first_id() } else { timeline.last_id() });
    let (page, anchor) = match (page, known.cloned()) {
        (Page::Around, Some(id)) => (page, request::Anchor::Around(id)),
        (Page::Older, Some(first)) => (page, request::Anchor::Before(first)),
        (Page::Newer, Some(last)) => (page, request::Anchor::After(last)),
        (Page::Oldest, _) => (page, request::Anchor::Since(0)),
        _ => (Page::Newest, request::Anchor::Newest),
    };
    let may_be_cached = state.restored.is_some() && page != Page::Oldest;
    let cached = may_be_cached && room.not_cached.as_ref() != Some(&anchor);
    let may_ask = timeline.synced && !room.history_refused && room.refused.is_none();
    let asks_server = state.is_online() && may_ask;
    if !cached && !asks_server {
        return;
    }
    let tag = state.next_serial();
    let until = now.mono + PATIENCE;
    let place = Place::Room(name.clone());
    state.requests.push(Request { tag, until, place, page, cached, anchor: anchor.clone() });
    let limit = PAGE;
    effects.push(match cached {
        true => Effect::LoadCached { tag, room: name, anchor, limit },
        false => Effect::Net(Command::History { room: name, anchor, limit, tag }),
    });
}

/// The cache has answered; what it does not know the server is asked for next.
pub fn cached(state: &mut State, tag: u64, reply: Option<HistoryReply>) {
    let Some(request) = take(state, tag) else { return };
    let Some(room) = state.rooms.get_mut(&request.place) else { return };
    room.not_cached = Some(request.anchor);
    // What came over the link meanwhile is newer than a newest page out of the cache.
    let is_late = request.page == Page::Newest && room.timeline.has_end();
    if let Some(reply) = reply.filter(|_| !is_late) {
        put(state, &request.place, request.page, reply);
    }
}

pub fn page(state: &mut State, tag: u64, reply: HistoryReply) {
    let Some(request) = take(state, tag) else { return };
    put(state, &request.place, request.page, reply);
    let Some(room) = state.rooms.get_mut(&request.place) else { return };
    if request.page == Page::Older {
        // The cache ends where this page begins.
        room.not_cached = room.timeline.first_id().cloned().map(request::Anchor::Before);
    }
}

/// A page as part of a room's timeline.
pub fn put(state: &mut State, place: &Place, page: Page, reply: HistoryReply) {
    let is_empty = reply.messages.is_empty();
    let messages = reply.messages.into_iter();
    let entries: Vec<_> = messages.map(|message| chat::entry(state, message)).collect();
    let view = super::view(&state.layout);
    let Some(room) = state.rooms.get_mut(place) else { return };
    let timeline = &mut room.timeline;
    match page {
        Page::Older => timeline.prepend_page(entries, reply.more_before && !is_empty),
        Page::Newer => timeline.append_page(entries, reply.more_after),
        // One went elsewhere meanwhile.
        Page::Oldest if !room.to_oldest => return,
        Page::Oldest => {
            room.to_oldest = false;
            timeline.replace(entries, reply.more_before, reply.more_after);
            timeline.scroll_to_start(view);
        }
        Page::Newest => timeline.replace(entries, reply.more_before, reply.more_after),
        Page::Around => {
            let Some(goal) = room.goal.take() else { return };
            let id = EntryId::Message(goal.id.clone());
            if !entries.iter().any(|entry| entry.id == id) {
                return state.complain("that message is no longer there");
            }
            timeline.replace(entries, reply.more_before, reply.more_after);
            timeline.show(&goal, view);
        }
    }
    // Nothing came of it: asking again at once would go on for ever.
    room.history_refused = is_empty && !room.timeline.is_live();
}

pub fn failed(state: &mut State, tag: u64, reason: &str) {
    let Some(request) = take(state, tag) else { return };
    if request.cached {
        return;
    }
    if let Some(room) = state.rooms.get_mut(&request.place) {
        room.history_refused = true;
        room.to_oldest = false;
        room.goal = None;
    }
    state.complain(format!("older messages could not be read: {reason}; scroll to try again"));
}

pub fn expire(state: &mut State, now: Now) {
    while let Some(late) = state.requests.iter().find(|r| r.until <= now.mono) {
        failed(state, late.tag, "the server did not answer in time");
    }
}

fn take(state: &mut State, tag: u64) -> Option<Request> {
    let at = state.requests.iter().position(|r| r.tag == tag)?;
    Some(state.requests.swap_remove(at))
}
