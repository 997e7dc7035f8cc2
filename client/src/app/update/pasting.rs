//! Pastes. They never send; many lines are asked about first.

use super::{Effects, edit, search};
use crate::app::keymap::Action;
use crate::app::msg::Now;
use crate::app::state::State;
use crate::app::state::pasted::{MANY, Pasted};
use crossterm::event::{KeyCode, KeyEvent};

pub fn paste(state: &mut State, text: &str, now: Now, effects: &mut Effects) {
    state.completion = None;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let waiting = state.pasted.take().map(|p| p.text + "\n").unwrap_or_default();
    let whole = edit::printable(&format!("{waiting}{text}"));
    let block = whole.trim_end_matches('\n');
    let elsewhere = state.picker.is_some() || search::is_shown(state);
    if elsewhere || (block.lines().count() < MANY && waiting.is_empty()) {
        return edit::insert(state, &text, now, effects);
    }
    state.pasted = Some(Pasted { text: block.to_owned() });
}

/// A key while the question stands; `false`: it means what it always does.
pub fn answer(
    state: &mut State,
    key: &KeyEvent,
    action: Option<Action>,
    now: Now,
    effects: &mut Effects,
) -> bool {
    let Some(pasted) = &state.pasted else { return false };
    match (action, key.code) {
        (Some(Action::Send), _) | (_, KeyCode::Char('1')) => {
            let text = pasted.text.clone();
            state.pasted = None;
            edit::insert(state, &text, now, effects);
        }
        (Some(Action::Complete), _) | (_, KeyCode::Char('2')) => {
            let code = pasted.as_code();
            state.pasted = None;
            on_lines_of_its_own(state, &code, now, effects);
        }
        (Some(Action::Cancel), _) | (_, KeyCode::Char('3')) => state.pasted = None,
        (Some(Action::Interrupt | Action::Quit | Action::Redraw), _) => return false,
        _ => {}
    }
    true
}

fn on_lines_of_its_own(state: &mut State, block: &str, now: Now, effects: &mut Effects) {
    let composer = state.composer();
    let before = composer.text().get(..composer.caret()).unwrap_or_default();
    let after = composer.text().get(composer.caret()..).unwrap_or_default();
    let begins = before.is_empty() || before.ends_with('\n');
    let ends = after.is_empty() || after.starts_with('\n');
    let (above, below) = (if begins { "" } else { "\n" }, if ends { "" } else { "\n" });
    edit::insert(state, &format!("{above}{block}{below}"), now, effects);
}
