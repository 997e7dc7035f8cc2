//! Taking up what earlier runs have left: cached messages, drafts, and what was not confirmed.

use super::{Effects, chat, history, rooms, sending};
use crate::app::Effect;
use crate::app::msg::Now;
use crate::app::restored::{Kept, Restored};
use crate::app::state::{Delivery, EntryId, Page, Place, State};
use crate::net::Command;
use chat_protocol::chat::{Post, RoomName};

/// How long a server tells a message by its key, less an hour for clocks that differ, in ms.
const KEY_LASTS: u64 = 23 * 3600 * 1000;

pub fn begin(state: &mut State, restored: Restored) {
    // The server may say otherwise; what is cached is ours until then.
    state.me = state.me.take().or(restored.nick.clone());
    state.restored = Some(restored);
}

/// A room has just been put into the list: what is kept of it comes with it.
pub fn room(state: &mut State, name: &RoomName) {
    let Some(restored) = &mut state.restored else { return };
    let draft = restored.drafts.remove(name.folded());
    let page = restored.page.take_if(|(of, _)| of == name);
    let place = Place::Room(name.clone());
    if let Some((_, reply)) = page {
        history::put(state, &place, Page::Newest, reply);
    }
    if let (Some(room), Some(draft)) = (state.rooms.get_mut(&place), draft) {
        room.composer.set(draft.clone());
        room.saved_draft = draft;
    }
}

/// All rooms are there: what was not confirmed goes out again, with the keys it had.
pub fn unsent(state: &mut State, now: Now, effects: &mut Effects) {
    let Some(restored) = &mut state.restored else { return };
    for kept in std::mem::take(&mut restored.unsent) {
        let place = Place::Room(kept.room.clone());
        if state.rooms.get(&place).is_none()
            && let Err(refusal) = rooms::join_behind(state, kept.room.clone(), effects)
        {
            state.complain(refusal);
            continue;
        }
        take_up(state, &place, kept, now, effects);
    }
}

fn take_up(state: &mut State, place: &Place, kept: Kept, now: Now, effects: &mut Effects) {
    let Kept { key, room: name, post, at, refused } = kept;
    let is_old = now.wall.saturating_sub(at) > KEY_LASTS;
    let failed = match refused {
        Some(reason) => Some(sending::not_sent(&reason)),
        // The server may have it, and would not know any more.
        None if is_old => Some(sending::not_sent("it may have been sent more than a day ago")),
        None => None,
    };
    let goes = failed.is_none();
    if let Post::Message { text, reply_to } = &post {
        let id = EntryId::Own(key.clone());
        let mut entry = chat::new_entry(state, id, at, state.me.clone(), text.clone());
        entry.own = true;
        entry.mention = false;
        entry.reply_to.clone_from(reply_to);
        entry.delivery = failed.map_or_else(|| sending::on_the_way(state), Delivery::Failed);
        let Some(room) = state.rooms.get_mut(place) else { return };
        room.timeline.push_own(entry);
        // It was typed, sent, and the draft not yet forgotten.
        if room.composer.text().trim_end() == text.as_str() {
            room.composer.set(String::new());
        }
    }
    effects.push(Effect::Net(match goes {
        true => Command::Send { room: name, post, key },
        false if matches!(post, Post::Message { .. }) => return,
        // What cannot be seen cannot be sent again by hand.
        false => Command::Discard { key },
    }));
}
