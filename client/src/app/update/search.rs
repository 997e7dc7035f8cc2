//! Searching: what is typed goes to the local cache at once and to the server a moment later; Enter
//! goes to what was found, Esc back to where one was. While its pane is open it has the keyboard.

use super::{Effects, jump, picker, rooms};
use crate::app::Effect;
use crate::app::effect;
use crate::app::keymap::Action;
use crate::app::msg::Now;
use crate::app::state::search::{Progress, Search};
use crate::app::state::{Place, SidePane, State};
use crate::net::Command;
use crate::query::{Typed, TypedError};
use chat_protocol::chat::search::Moment;
use chat_protocol::chat::{ChatMessage, SearchReply};
use chat_protocol::text::find;

/// The server is asked when one has not typed for this long, in ms.
const PAUSE: u64 = 150;
/// An answer that did not come in this time, in ms, is not waited for.
const PATIENCE: u64 = 15_000;
const PAGE: usize = 50;
/// Found in the cache at most.
const CACHED: usize = 100;

/// Opens the pane, shows it again, or closes it and stays where one is.
pub fn toggle(state: &mut State, now: Now, effects: &mut Effects) {
    if is_shown(state) {
        close(state);
        return;
    }
    if state.search.is_none() {
        let room = state.room().and_then(|room| room.place.as_room());
        let begin = room.map_or_else(String::new, |room| format!("in:{room} "));
        return open(state, &begin, now, effects);
    }
    show(state);
}

/// Opens the pane with this text.
pub fn open(state: &mut State, text: &str, now: Now, effects: &mut Effects) {
    let before = state.side.clone().filter(|pane| *pane != SidePane::Search);
    let spot = state.search.take().map_or_else(|| jump::here(state), |search| search.spot);
    let mut search = Search::new(spot, before);
    search.query.insert(text);
    state.search = Some(search);
    show(state);
    changed(state, now, effects);
}

fn show(state: &mut State) {
    state.popup = None;
    state.picker = None;
    state.completion = None;
    state.side = Some(SidePane::Search);
}

fn close(state: &mut State) {
    let search = state.search.take();
    if state.side == Some(SidePane::Search) {
        state.side = search.and_then(|search| search.before);
    }
}

/// Back to where one was; `false`: nothing is searched for.
pub fn leave(state: &mut State) -> bool {
    let Some(search) = &state.search else { return false };
    let spot = search.spot.clone();
    close(state);
    if let Some(spot) = spot {
        jump::back(state, spot);
    }
    true
}

/// Who went on to something else does not come back by Esc, once the pane is out of sight.
pub fn forget(state: &mut State, action: Option<Action>) {
    use Action as A;
    let goes_on = matches!(
        action,
        Some(A::Send | A::PreviousRoom | A::NextRoom | A::Room(_) | A::NextUnread | A::Switcher)
    );
    if goes_on && !is_shown(state) {
        state.search = None;
    }
}

/// Whether the pane is open, and so has the keyboard.
pub fn is_shown(state: &State) -> bool {
    state.search.is_some() && state.side == Some(SidePane::Search)
}

/// Text that is typed or pasted while the pane has the keyboard; `false`: it does not.
pub fn insert(state: &mut State, text: &str, now: Now, effects: &mut Effects) -> bool {
    if !is_shown(state) {
        return false;
    }
    let line: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if let Some(search) = &mut state.search {
        search.query.insert(&line);
    }
    changed(state, now, effects);
    true
}

/// An action while the pane has the keyboard; `false`: it means what it always does.
pub fn act(state: &mut State, action: Action, now: Now, effects: &mut Effects) -> bool {
    use Action as A;
    if state.popup.is_some() || state.completion.is_some() {
        return false;
    }
    if !is_shown(state) {
        return action == A::Cancel && leave(state);
    }
    let covers = state.layout.side_covers;
    let page = usize::from(state.layout.timeline.height / 2).saturating_sub(1).max(1) as isize;
    let Some(search) = &mut state.search else { return false };
    match action {
        A::Cancel => drop(leave(state)),
        A::Send => go(state, effects),
        A::Up | A::CompleteBack => search.step(-1),
        A::Down | A::Complete => search.step(1),
        A::LineUp if covers => search.step(-1),
        A::LineDown if covers => search.step(1),
        A::PageUp if covers => search.step(-page),
        A::PageDown if covers => search.step(page),
        A::Left | A::Right | A::WordLeft | A::WordRight | A::LineStart | A::LineEnd => {
            picker::edit(&mut search.query, action);
        }
        A::DeleteBefore
        | A::DeleteAfter
        | A::CutWordBefore
        | A::CutWordAfter
        | A::CutToStart
        | A::CutToEnd => {
            picker::edit(&mut search.query, action);
            changed(state, now, effects);
        }
        // These would change the draft, which one does not look at.
        A::Newline | A::Yank | A::YankOlder | A::Undo | A::Redo | A::Editor => {}
        _ => return false,
    }
    ask_further(state, now, effects);
    true
}

/// To the chosen message. Where the pane covers the timeline it gives way.
fn go(state: &mut State, effects: &mut Effects) {
    let Some(hit) = state.search.as_ref().and_then(Search::chosen).cloned() else { return };
    let place = Place::Room(hit.room.clone());
    if state.rooms.get(&place).is_none()
        && let Err(refusal) = rooms::join(state, hit.room, effects)
    {
        return state.complain(refusal);
    }
    jump::to(state, &place, hit.id);
    if state.layout.side_covers {
        state.side = state.search.as_ref().and_then(|search| search.before.clone());
    }
}

/// Reads what is typed now, and looks for it in what is held here.
fn changed(state: &mut State, now: Now, effects: &mut Effects) {
    let Some(search) = &mut state.search else { return };
    let typed = match Typed::parse(search.query.text()) {
        Ok(typed) if search.typed.as_ref() == Some(&typed) => return,
        Ok(typed) => typed,
        Err(error) => {
            let reset = Search::new(search.spot.take(), search.before.take());
            let query = std::mem::take(&mut search.query);
            let progress = match error {
                TypedError::Text(find::QueryError::NoWord) => Progress::Nothing,
                error => Progress::Unreadable(error.to_string()),
            };
            *search = Search { query, progress, ..reset };
            return;
        }
    };
    (search.asked, search.next, search.answered) = (None, None, None);
    search.ask_at = Some(now.mono + PAUSE);
    search.progress = Progress::Searching;
    search.typed = Some(typed.clone());
    let tag = state.next_serial();
    let request = typed.request(now.wall, &state.utc_offset, CACHED);
    let time = |moment| if let Some(Moment::At(at)) = moment { Some(at) } else { None };
    let query = effect::Query {
        text: request.text,
        room: request.room,
        sender: request.sender,
        before: time(request.before),
        after: time(request.after),
        limit: CACHED,
    };
    if let Some(search) = &mut state.search {
        search.cache_asked = Some(tag);
    }
    effects.push(Effect::SearchCached { tag, query });
}

/// The next page, as one comes to the end of what was found.
fn ask_further(state: &mut State, now: Now, effects: &mut Effects) {
    let Some(search) = &state.search else { return };
    let at_end = search.chosen + 1 >= search.hits.len();
    if at_end && search.next.is_some() && search.asked.is_none() && search.ask_at.is_none() {
        ask(state, now, effects);
    }
}

/// What became due: to ask, or to wait no longer.
pub fn expire(state: &mut State, now: Now, effects: &mut Effects) {
    let Some(search) = &mut state.search else { return };
    if search.asked.is_some_and(|(_, until)| until <= now.mono) {
        search.asked = None;
        search.progress = Progress::Failed("the server did not answer in time".to_owned());
    }
    if search.ask_at.is_some_and(|at| at <= now.mono) {
        search.ask_at = None;
        ask(state, now, effects);
    }
}

fn ask(state: &mut State, now: Now, effects: &mut Effects) {
    let is_online = state.is_online();
    let tag = state.next_serial();
    let Some(search) = &mut state.search else { return };
    let Some(typed) = &search.typed else { return };
    if !is_online {
        search.progress = Progress::Offline;
        return;
    }
    let mut request = typed.request(now.wall, &state.utc_offset, PAGE);
    if let Some(next) = &search.next {
        request.before = Some(Moment::Message(next.clone()));
    }
    search.asked = Some((tag, now.mono + PATIENCE));
    search.progress = Progress::Searching;
    effects.push(Effect::Net(Command::Search { request, tag }));
}

pub fn answered(state: &mut State, tag: u64, reply: SearchReply) {
    let Some(search) = &mut state.search else { return };
    if search.asked.is_none_or(|(asked, _)| asked != tag) {
        return;
    }
    search.asked = None;
    search.next = reply.next.filter(|_| reply.more);
    let (more, incomplete) = (search.next.is_some(), reply.incomplete);
    search.progress = Progress::Done { more, incomplete };
    search.answered.get_or_insert_default().extend(reply.results);
    search.merge(&state.utc_offset);
}

pub fn found_cached(state: &mut State, tag: u64, messages: Vec<ChatMessage>) {
    let Some(search) = &mut state.search else { return };
    if search.cache_asked == Some(tag) {
        search.cache_asked = None;
        search.cached = messages;
        search.merge(&state.utc_offset);
    }
}

/// The server refused; `false`: that was another question.
pub fn failed(state: &mut State, tag: u64, reason: &str) -> bool {
    let Some(search) = &mut state.search else { return false };
    let ours = search.asked.is_some_and(|(asked, _)| asked == tag);
    if ours {
        search.asked = None;
        search.progress = Progress::Failed(reason.to_owned());
    }
    ours
}

/// The link is back, or gone: what waits for it goes on, or waits for nothing.
pub fn link_changed(state: &mut State, now: Now) {
    let is_online = state.is_online();
    let Some(search) = &mut state.search else { return };
    if !is_online && search.asked.take().is_some() {
        search.progress = Progress::Offline;
    }
    if is_online && search.progress == Progress::Offline {
        search.progress = Progress::Searching;
        search.ask_at = Some(now.mono);
    }
}
