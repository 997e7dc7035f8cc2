//! Text that gets into the draft, and what follows from it.

use super::{Effects, picker};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::state::{Composer, State};
use crate::net::Command;

/// Others are told that we type at most this often, in ms.
const TYPING_EVERY: u64 = 3000;

/// A paste goes into the draft, line breaks and all; it never sends.
pub fn paste(state: &mut State, text: &str, now: Now, effects: &mut Effects) {
    state.completion = None;
    insert(state, &text.replace("\r\n", "\n").replace('\r', "\n"), now, effects);
}

pub fn insert(state: &mut State, text: &str, now: Now, effects: &mut Effects) {
    if picker::insert(state, text) {
        return;
    }
    let text = printable(text);
    if !state.composer_mut().insert(&text) {
        state.complain("the draft is full: send or shorten it first");
    }
    tell_typing(state, now, effects);
}

/// What the screen can show: a terminal would obey the rest.
fn printable(text: &str) -> String {
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

/// Cuts from the draft; nothing cut keeps what was cut before.
pub fn cut(state: &mut State, now: Now, effects: &mut Effects, how: fn(&mut Composer) -> String) {
    let gone = how(state.composer_mut());
    if !gone.is_empty() {
        state.kill = gone;
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
