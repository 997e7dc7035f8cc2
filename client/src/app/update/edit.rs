//! Text that gets into the draft, and what follows from it.

use super::{Effects, picker, search};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::kill::Side;
use crate::app::state::{Composer, State};
use crate::net::Command;

/// Others are told that we type at most this often, in ms.
const TYPING_EVERY: u64 = 3000;

pub fn insert(state: &mut State, text: &str, now: Now, effects: &mut Effects) {
    if picker::insert(state, text) || search::insert(state, text, now, effects) {
        return;
    }
    let text = printable(text);
    if !state.composer_mut().insert(&text) {
        state.complain("the draft is full: send or shorten it first");
    }
    tell_typing(state, now, effects);
}

/// What the screen can show: a terminal would obey the rest.
pub fn printable(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => clean.push_str("    "),
            '\n' => clean.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => clean.push(c),
        }
    }
    clean
}

/// Changes the draft.
pub fn change(state: &mut State, now: Now, effects: &mut Effects, how: fn(&mut Composer)) {
    how(state.composer_mut());
    tell_typing(state, now, effects);
}

/// Cuts from the draft, to be put back.
pub fn cut(
    state: &mut State,
    now: Now,
    effects: &mut Effects,
    side: Side,
    how: fn(&mut Composer) -> String,
) {
    let gone = how(state.composer_mut());
    state.kills.cut(&gone, side);
    tell_typing(state, now, effects);
}

/// Puts back what was cut last.
pub fn yank(state: &mut State, now: Now, effects: &mut Effects) {
    let Some(text) = state.kills.newest().map(str::to_owned) else {
        return state.inform("nothing was cut");
    };
    let start = state.composer().caret();
    insert(state, &text, now, effects);
    state.kills.put_back(start, state.composer().caret());
}

/// In its place, what was cut before it.
pub fn yank_older(state: &mut State, now: Now, effects: &mut Effects) {
    let last = state.kills.yanked().filter(|y| y.end == state.composer().caret());
    let Some((last, older)) = last.and_then(|last| {
        let (text, index) = state.kills.before(last)?;
        Some((last, (text.to_owned(), index)))
    }) else {
        return state.inform("first put back what was cut last");
    };
    let (text, index) = older;
    if state.composer_mut().replace_before_caret(last.start, &text) {
        let end = state.composer().caret();
        state.kills.exchanged(last.start, end, index);
    }
    tell_typing(state, now, effects);
}

/// Back or forth through what the draft was.
pub fn travel(state: &mut State, now: Now, effects: &mut Effects, how: fn(&mut Composer) -> bool) {
    if !how(state.composer_mut()) {
        state.inform("there is nothing more");
    }
    tell_typing(state, now, effects);
}

fn tell_typing(state: &mut State, now: Now, effects: &mut Effects) {
    let draft = state.composer().text();
    let is_command = draft.starts_with('/') && !draft.starts_with("//");
    let is_due = state.typing_sent.is_none_or(|at| now.mono >= at + TYPING_EVERY);
    if draft.trim().is_empty() || is_command || !is_due || !state.is_online() {
        return;
    }
    let Some(room) = state.room().and_then(|r| r.place.as_room()).cloned() else { return };
    state.typing_sent = Some(now.mono);
    effects.push(Effect::Net(Command::Typing { room }));
}
