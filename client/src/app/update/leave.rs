//! Leaving: at once when everything is sent, else asked once.

use super::{Effects, reading};
use crate::app::msg::Now;
use crate::app::state::State;
use crate::app::{Effect, Unsent};
use crate::net::Command;

/// The question stands for this long, in ms.
const ASKED: u64 = 5000;

/// Ctrl-C: the second one leaves.
pub fn interrupt(state: &mut State, at: Now, effects: &mut Effects) {
    if state.leaving.is_some() {
        return now(state, effects);
    }
    ask(state, at, "Ctrl-C again leaves");
}

/// Ctrl-Q and `/quit`: leaves, but asks once while something is unsent.
pub fn request(state: &mut State, at: Now, effects: &mut Effects) {
    if state.leaving.is_some() || state.unsent().is_empty() {
        return now(state, effects);
    }
    ask(state, at, "again leaves");
}

fn ask(state: &mut State, at: Now, how: &str) {
    state.leaving = Some(at.mono + ASKED);
    match state.unsent().len() {
        0 => state.inform(how),
        1 => state.inform(format!("1 message is not sent: {how} and prints it, Esc stays")),
        n => state.inform(format!("{n} messages are not sent: {how} and prints them, Esc stays")),
    }
}

/// Without a question.
pub fn now(state: &mut State, effects: &mut Effects) {
    reading::save(state, effects);
    let unsent: Vec<Unsent> = state.unsent();
    effects.push(Effect::Net(Command::Close));
    effects.push(Effect::Quit { unsent });
}
