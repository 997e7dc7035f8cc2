//! A list over the timeline: help or the subscriptions. The composer keeps the focus.

use super::State;
use super::subscription::{SubState, describe};
use crate::app::keymap;
use chat_protocol::text::PeerStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PopupKind {
    Help,
    Subscriptions,
    /// `State::shown_message`, field by field.
    Message,
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
            PopupKind::Message => "Message",
        }
    }

    /// All its lines as two columns; safe to show.
    pub fn lines(&self, state: &State) -> Vec<(String, String)> {
        match self.kind {
            PopupKind::Help => keymap::help(&state.settings.keys),
            PopupKind::Subscriptions => state.subscriptions.iter().map(line).collect(),
            PopupKind::Message => message(state).unwrap_or_default(),
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

/// All that is known of a message; what peers wrote as one line, control characters visible.
fn message(state: &State) -> Option<Vec<(String, String)>> {
    let timeline = &state.room()?.timeline;
    let at = timeline.position(state.shown_message.as_ref()?)?;
    let entry = timeline.get(at)?;
    let mut lines = Vec::new();
    let mut say = |name: &str, what: String| lines.push((name.to_owned(), what));
    if let Some(id) = entry.message_id() {
        say("id", id.to_string());
    }
    if let Some(sender) = &entry.sender {
        say("sender", sender.as_str().to_owned());
    }
    let time = jiff::Timestamp::from_millisecond(i64::try_from(entry.at).ok()?).ok()?;
    say("at", time.to_string());
    if let Some(key) = &entry.key {
        say("key", key.line().into_string());
    }
    if let Some(id) = &entry.reply_to {
        say("answers", id.to_string());
    }
    let row = entry.row.as_deref();
    if let Some(change) = row.and_then(|row| row.edited.as_ref()) {
        say("edited by", change.id.to_string());
    }
    if let Some(change) = row.and_then(|row| row.deleted.as_ref()) {
        say("deleted by", change.id.to_string());
    }
    for reactions in entry.reactions() {
        let names: Vec<&str> = reactions.by.iter().map(|name| name.as_str()).collect();
        let more = reactions.count.saturating_sub(names.len() as u64);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        say(reactions.emoji.line().as_str(), format!("{}{more}", names.join(", ")));
    }
    for (index, text) in entry.text.as_str().split('\n').enumerate() {
        let name = if index == 0 { "text" } else { "" };
        say(name, PeerStr::new(text).line().into_string());
    }
    Some(lines)
}
