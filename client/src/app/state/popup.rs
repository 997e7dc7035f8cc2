//! A list over the timeline: help or the subscriptions. The composer keeps the focus.

use super::State;
use super::subscription::{SubState, describe};
use crate::app::keymap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PopupKind {
    Help,
    Subscriptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Popup {
    pub kind: PopupKind,
    /// Lines that are scrolled away above.
    pub scroll: usize,
}

impl Popup {
    pub fn new(kind: PopupKind) -> Self {
        Self { kind, scroll: 0 }
    }

    pub fn title(&self) -> &'static str {
        match self.kind {
            PopupKind::Help => "Keys and commands",
            PopupKind::Subscriptions => "Subscriptions",
        }
    }

    /// All its lines as two columns; safe to show.
    pub fn lines(&self, state: &State) -> Vec<(String, String)> {
        match self.kind {
            PopupKind::Help => keymap::help(&state.settings.keys),
            PopupKind::Subscriptions => state.subscriptions.iter().map(line).collect(),
        }
    }
}

fn line(sub: &super::Subscription) -> (String, String) {
    let state = match &sub.state {
        SubState::Waiting => "waiting".to_owned(),
        SubState::Live => "live".to_owned(),
        SubState::Refused(reason) => format!("refused: {reason}"),
    };
    (describe(&sub.target), state)
}
