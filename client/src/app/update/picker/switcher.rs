//! Ctrl-T: every room that is joined or known of. What is unread and what was visited last comes
//! first; of what was typed, the best fit.

use crate::app::state::picker::{Choice, Item};
use crate::app::state::room::Need;
use crate::app::state::{Room, State};
use crate::text::fuzzy::Query;
use chat_protocol::chat::{RoomInfo, RoomName};
use std::cmp::Reverse;

/// Listed at most.
const MOST: usize = 200;

pub fn items(state: &State, typed: &str) -> Vec<Item> {
    let typed = typed.trim();
    let mut query = Query::new(typed.strip_prefix('#').unwrap_or(typed));
    let mut joined: Vec<(u32, &Room)> = state
        .rooms
        .iter()
        .filter_map(|room| Some((query.score(room.place.name())? + bonus(room), room)))
        .collect();
    let here = state.room().map(|r| &r.place);
    // Who opens it wants to be elsewhere.
    joined.sort_by_key(|(score, room)| {
        let is_here = Some(&room.place) == here;
        (is_here && query.is_empty(), Reverse((*score, room.visited)))
    });
    let is_joined = |name: &RoomName| state.rooms.iter().any(|r| r.place.as_room() == Some(name));
    let mut others: Vec<(u32, &RoomInfo)> = state
        .directory
        .values()
        .filter(|info| !is_joined(&info.name))
        .filter_map(|info| Some((query.score(info.name.as_str())?, info)))
        .collect();
    others.sort_by_key(|(score, info)| Reverse((*score, info.members)));
    let joined = joined.into_iter().map(|(_, room)| of_room(state, room));
    let others = others.into_iter().map(|(_, info)| of_other(info));
    let mut items: Vec<Item> = joined.chain(others).take(MOST).collect();
    items.extend(of_new(state, typed));
    items
}

fn bonus(room: &Room) -> u32 {
    match room.need() {
        Need::Nothing => 0,
        Need::Unread => 10,
        Need::Mention => 20,
    }
}

fn of_room(state: &State, room: &Room) -> Item {
    let known = room.place.as_room().and_then(|name| state.directory.get(name.folded()));
    Item {
        label: room.place.name().to_owned(),
        detail: known.map(|info| info.topic.line().into_string()).unwrap_or_default(),
        count: room.counts(),
        choice: Choice::Go(room.place.clone()),
    }
}

fn of_other(info: &RoomInfo) -> Item {
    let topic = info.topic.line();
    let people = match info.members {
        0 => "nobody here".to_owned(),
        n => format!("{n} here"),
    };
    let detail = format!("not joined · {people} · {topic}");
    Item {
        label: info.name.as_str().to_owned(),
        detail: detail.trim_end_matches([' ', '·']).to_owned(),
        count: String::new(),
        choice: Choice::Join(info.name.clone()),
    }
}

/// A room that nobody told of, when what was typed may be one's name.
fn of_new(state: &State, typed: &str) -> Option<Item> {
    let name = RoomName::parse(typed.strip_prefix('#').unwrap_or(typed)).ok()?;
    let is_joined = state.rooms.iter().any(|r| r.place.as_room() == Some(&name));
    (!is_joined && !state.directory.contains_key(name.folded())).then(|| Item {
        label: name.as_str().to_owned(),
        detail: "join as a new room".to_owned(),
        count: String::new(),
        choice: Choice::Join(name),
    })
}
