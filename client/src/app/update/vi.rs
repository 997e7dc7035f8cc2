//! The keys of vi in the composer, when they were chosen. In the mode for commands a key counts as the
//! Latin letter of its place on the keyboard, so that they work with the Korean layout on.
//!
//! There: counts, `h j k l w b e W B E 0 ^ $ f F t T gg G`, `d c y` with any of them or doubled,
//! `x X D C Y s S r ~ p P u`, Ctrl-R, `i a I A o O`.

mod act;
mod target;

use super::{Effects, completion};
use crate::app::keymap::Action;
use crate::app::msg::Now;
use crate::app::state::State;
use crate::app::state::vi::{COUNT, Mode, Operator, Wait};
use crate::text::{hangul, motion};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key for the composer; `false`: it means what it always does.
pub fn press(
    state: &mut State,
    key: &KeyEvent,
    action: Option<Action>,
    now: Now,
    effects: &mut Effects,
) -> bool {
    if !state.settings.ui.vi {
        return false;
    }
    match (state.vi.mode, action) {
        (Mode::Insert, Some(Action::Cancel)) => leave_text(state),
        (Mode::Insert, _) => false,
        (Mode::Normal, Some(Action::Cancel)) => {
            let had = state.vi.pending != Default::default();
            state.vi.pending = Default::default();
            had
        }
        (Mode::Normal, Some(Action::Send)) => {
            enter_text(state);
            false
        }
        (Mode::Normal, Some(_)) => {
            state.vi.pending = Default::default();
            false
        }
        (Mode::Normal, None) => command(state, key, now, effects),
    }
}

/// Esc closes what is open first, as ever.
fn leave_text(state: &mut State) -> bool {
    if state.popup.is_some() {
        return false;
    }
    if state.completion.is_some() {
        completion::undo(state);
        return true;
    }
    state.vi.mode = Mode::Normal;
    let composer = state.composer_mut();
    let start = motion::line_start(composer.text(), composer.caret());
    if composer.caret() > start {
        composer.move_left();
    }
    true
}

fn enter_text(state: &mut State) {
    state.vi = Default::default();
}

fn command(state: &mut State, key: &KeyEvent, now: Now, effects: &mut Effects) -> bool {
    let KeyCode::Char(typed) = key.code else { return false };
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        let is_redo = hangul::key(typed).unwrap_or(typed) == 'r';
        if is_redo && !state.composer_mut().redo() {
            state.inform("there is nothing more");
        }
        return is_redo;
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        return false;
    }
    if let Some(wait) = state.vi.pending.wait.filter(|w| *w != Wait::Go) {
        // What is looked for or put there is a sign, not a key.
        act::with_sign(state, wait, typed);
        return true;
    }
    let letters = match typed.is_ascii() {
        true => typed.to_string(),
        // An input method may send a whole syllable: several keys.
        false => hangul::to_latin(&typed.to_string()).unwrap_or_default(),
    };
    if letters.is_empty() {
        state.inform(UNKNOWN);
    }
    for letter in letters.chars() {
        match state.vi.mode {
            Mode::Normal => one(state, letter, now, effects),
            // The first key of a syllable began the text: the rest is lost rather than misread.
            Mode::Insert => break,
        }
    }
    true
}

const UNKNOWN: &str = "that is no command here; i begins text";

fn one(state: &mut State, letter: char, now: Now, effects: &mut Effects) {
    let pending = &mut state.vi.pending;
    pending.typed.push(letter);
    match letter {
        '1'..='9' | '0' if letter != '0' || pending.count.is_some() => {
            let digit = letter.to_digit(10).unwrap_or(0) as usize;
            pending.count = Some((pending.count.unwrap_or(0) * 10 + digit).min(COUNT));
            return;
        }
        'g' if pending.wait.is_none() => return pending.wait = Some(Wait::Go),
        'f' | 'F' | 't' | 'T' => {
            let (forward, till) = (letter.is_lowercase(), matches!(letter, 't' | 'T'));
            return pending.wait = Some(Wait::Find { forward, till });
        }
        'r' if pending.operator.is_none() => return pending.wait = Some(Wait::Replace),
        'd' | 'c' | 'y' if pending.operator.is_none() => {
            pending.operator = Some(match letter {
                'd' => Operator::Delete,
                'c' => Operator::Change,
                _ => Operator::Yank,
            });
            pending.outer = pending.count.take();
            return;
        }
        _ => {}
    }
    let mut pending = std::mem::take(&mut state.vi.pending);
    pending.settle_count();
    if !act::run(state, &pending, letter, now, effects) {
        state.inform(UNKNOWN);
    }
    act::settle(state);
}
