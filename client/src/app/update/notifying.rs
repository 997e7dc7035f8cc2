//! Telling somebody who looks elsewhere: of what, and how often.

use super::Effects;
use crate::app::Effect;
use crate::app::effect::Notification;
use crate::app::msg::Now;
use crate::app::state::{Entry, Place, State};
use crate::config::Level;
use crate::text::truncate;
use chat_protocol::chat::UserName;

/// Cells of a text that are told.
const TOLD: usize = 200;

/// A message that is new here and not ours.
pub struct Said {
    sender: Option<UserName>,
    /// Its first line, safe to show.
    line: String,
    is_mention: bool,
}

impl Said {
    pub fn of(entry: &Entry) -> Self {
        let text = entry.text.block().into_string();
        Self {
            sender: entry.sender.clone(),
            line: text.lines().next().unwrap_or_default().to_owned(),
            is_mention: entry.mention,
        }
    }
}

/// Nobody looks at the room, and its level is not against it.
pub fn is_wanted(state: &State, place: &Place, is_mention: bool) -> bool {
    let looks = state.rooms.is_selected(place) && state.focused;
    !looks
        && match state.level(place) {
            Level::All => true,
            Level::Mentions => is_mention,
            Level::Nothing => false,
        }
}

/// Tells of it, unless something was told just now; then it is counted in what is told next.
pub fn tell(state: &mut State, place: &Place, said: Said, now: Now, effects: &mut Effects) {
    let every = state.settings.notifications.every.as_millis() as u64;
    if state.told.at.is_some_and(|at| now.mono < at.saturating_add(every)) {
        state.told.kept_back += 1;
        return;
    }
    state.told.at = Some(now.mono);
    let more = std::mem::take(&mut state.told.kept_back);
    effects.push(Effect::Notify(Notification {
        room: place.name().to_owned(),
        sender: said.sender.map(|s| s.as_str().to_owned()),
        text: truncate(&said.line, TOLD).into_owned(),
        is_mention: said.is_mention,
        more,
    }));
}
