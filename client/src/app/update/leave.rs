//! Leaving: at once when everything is sent, else asked once.

use super::{Effects, drafts, reading};
use crate::app::msg::Now;
use crate::app::state::{Leaving, State};
use crate::app::{Effect, Unsent};
use crate::net::Command;

/// The question stands for this long, in ms.
const ASKED: u64 = 5000;

/// Ctrl-C: the second one leaves.
pub fn interrupt(state: &mut State, at: Now, effects: &mut Effects) {
    if state.leaving.is_some() {
        return now(state, effects);
    }
    ask(state, at, "Ctrl-C again");
}

/// Ctrl-Q and `/quit`: leaves, but asks once while something is unsent.
pub fn request(state: &mut State, at: Now, effects: &mut Effects) {
    if state.leaving.is_some() || state.unsent().is_empty() {
        return now(state, effects);
    }
    ask(state, at, "Ctrl-Q again");
}

fn ask(state: &mut State, at: Now, how: &str) {
    let question = match state.unsent().len() {
        0 => format!("{how} leaves"),
        1 => {
            format!("1 message is not sent: {how} leaves, it is kept for the next time; Esc stays")
        }
        n => format!("{n} messages are not sent: {how} leaves, they are kept; Esc stays"),
    };
    state.inform(question.clone());
    state.leaving = Some(Leaving { until: at.mono + ASKED, question });
}

/// Nobody answered, or Esc did.
pub fn withdraw(state: &mut State) {
    let asked = state.leaving.take().map(|l| l.question);
    if asked.is_some() && state.notice.as_ref().map(|n| &n.text) == asked.as_ref() {
        state.notice = None;
    }
}

/// Without a question.
pub fn now(state: &mut State, effects: &mut Effects) {
    reading::save(state, effects);
    drafts::save(state, effects);
    let unsent: Vec<Unsent> = state.unsent();
    effects.push(Effect::Net(Command::Close));
    effects.push(Effect::Quit { unsent });
}
