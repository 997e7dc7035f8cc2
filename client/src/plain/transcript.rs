//! What the linear front end prints: every message of the selected room once, in the room's order, and
//! what else a person has to know, a line each. Reads the state and remembers what it has said; knows no
//! terminal, and needs neither colour nor a way back.

use crate::app::State;
use crate::app::state::search::{Progress, Search};
use crate::app::state::{
    Connection, Delivery, Entry, EntryId, Notice, Place, Room, SidePane, Timeline,
};
use chat_protocol::chat::Kind;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;

/// Messages of a room that are shown when it is first looked at.
const FIRST: usize = 20;
/// Messages of a room that are known to be printed; more than a timeline holds.
const REMEMBERED: usize = 4096;

#[derive(Default)]
pub struct Transcript {
    selected: Option<Place>,
    connection: Option<String>,
    notice: Option<Notice>,
    rooms: HashMap<String, Told>,
}

/// What was said of a room.
#[derive(Default)]
struct Told {
    printed: HashSet<EntryId>,
    order: VecDeque<EntryId>,
    /// Keys of what was typed here and has no place in the room yet.
    typed: HashSet<String>,
    unread: usize,
    mentions: usize,
}

impl Transcript {
    /// What has not been said yet: whole lines, safe to show, empty when there is nothing.
    /// `echoed`: what is typed is on the screen already, and is only said to be sent.
    pub fn news(&mut self, state: &mut State, echoed: bool) -> String {
        let mut out = asked(state);
        self.connection(state, &mut out);
        self.selection(state, &mut out);
        for room in state.rooms.iter() {
            if state.rooms.is_selected(&room.place) {
                self.messages(room, echoed, &mut out);
            } else {
                self.elsewhere(room, &mut out);
            }
        }
        self.notice(state, &mut out);
        out
    }

    fn connection(&mut self, state: &State, out: &mut String) {
        let said = match &state.connection {
            Connection::Online => "online".to_owned(),
            // What follows says how it went.
            Connection::Connecting { .. } => return,
            Connection::Offline { reason, .. } => format!("offline: {reason}"),
        };
        if self.connection.as_ref() != Some(&said) {
            line(out, "--", &said);
            self.connection = Some(said);
        }
    }

    fn selection(&mut self, state: &State, out: &mut String) {
        let selected = state.room().map(|room| room.place.clone());
        if selected == self.selected {
            return;
        }
        match &selected {
            Some(place) => line(out, "--", &format!("room {}", place.name())),
            None => line(out, "--", "no room; /join NAME"),
        }
        self.selected = selected;
    }

    fn messages(&mut self, room: &Room, echoed: bool, out: &mut String) {
        let told = self.rooms.entry(room.place.name().to_owned()).or_default();
        (told.unread, told.mentions) = (0, 0);
        let is_first = told.order.is_empty();
        let timeline = &room.timeline;
        let mut fresh: Vec<&Entry> = (timeline.entries().rev())
            .filter(|entry| matches!(entry.delivery, Delivery::Stored | Delivery::Failed(_)))
            .take_while(|entry| !told.printed.contains(&entry.id))
            .collect();
        if is_first {
            fresh.truncate(FIRST);
        }
        for entry in fresh.into_iter().rev() {
            let typed = entry.key.as_ref().is_some_and(|key| told.typed.remove(key.as_str()));
            told.note(entry);
            message(entry, timeline, echoed && typed, out);
        }
        told.typed.extend(timeline.own().filter_map(|e| Some(e.own_key()?.to_owned())));
    }

    /// A line when a room that had nothing has something, and for every mention.
    fn elsewhere(&mut self, room: &Room, out: &mut String) {
        let told = self.rooms.entry(room.place.name().to_owned()).or_default();
        if room.mentions > told.mentions {
            line(out, "--", &format!("you are called in {}", room.place.name()));
        } else if room.unread > 0 && told.unread == 0 {
            line(out, "--", &format!("something new in {}", room.place.name()));
        }
        (told.unread, told.mentions) = (room.unread, room.mentions);
    }

    fn notice(&mut self, state: &State, out: &mut String) {
        if state.notice == self.notice {
            return;
        }
        if let Some(notice) = &state.notice {
            line(out, if notice.is_error { "!" } else { "*" }, &notice.text);
        }
        self.notice = state.notice.clone();
    }
}

impl Told {
    fn note(&mut self, entry: &Entry) {
        if self.printed.insert(entry.id.clone()) {
            self.order.push_back(entry.id.clone());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.printed.remove(&oldest);
        }
    }
}

/// The lists that have a place of their own on a full screen: printed, and done with.
fn asked(state: &mut State) -> String {
    let mut out = String::new();
    if let Some(popup) = state.popup.take() {
        line(&mut out, "--", popup.title());
        for (left, right) in popup.lines(state) {
            line(&mut out, "  ", &format!("{left}: {right}"));
        }
    }
    // The next line is for the room again, whatever is still being looked for.
    state.side.take_if(|side| *side == SidePane::Search);
    if let Some(search) = state.search.take_if(|s| s.progress != Progress::Searching) {
        found(&search, &mut out);
    }
    if state.side.take_if(|side| *side == SidePane::Members).is_some()
        && let Some(room) = state.room()
    {
        let names: Vec<_> = room.members.iter().map(|name| name.as_str()).collect();
        line(&mut out, "--", &format!("{} here: {}", names.len(), names.join(", ")));
    }
    out
}

fn found(search: &Search, out: &mut String) {
    let (says, is_error) = search.says();
    line(out, if is_error { "!" } else { "--" }, &says);
    for hit in &search.hits {
        let head = format!("   {} #{} {}:", hit.time(), hit.room, hit.sender);
        line(out, &head, &hit.text);
    }
}

fn message(entry: &Entry, timeline: &Timeline, echoed: bool, out: &mut String) {
    if let Delivery::Failed(why) = &entry.delivery {
        return line(out, "!", why);
    }
    if echoed && entry.is_said() {
        return line(out, "--", &format!("sent {}", time(entry)));
    }
    let sender = entry.sender.as_ref().map_or("-", |name| name.as_str());
    let call = if entry.mention { " calls you" } else { "" };
    let head = format!("{} {sender}{}{call}:", time(entry), about(entry, timeline));
    line(out, &head, entry.text.block().as_str().trim_end());
}

/// Which message it answers or changes.
fn about(entry: &Entry, timeline: &Timeline) -> String {
    let Some(row) = &entry.row else { return String::new() };
    let (does, target) = match row.kind {
        Kind::Message => (" answers", &row.reply_to),
        Kind::Edit => (" edited", &row.edits),
        Kind::Delete => (" deleted", &row.deletes),
        Kind::Reaction => (" reacts to", &row.reacts_to),
        Kind::Topic | Kind::Sync => return String::new(),
    };
    let Some(target) = target else { return String::new() };
    let id = EntryId::Message(target.clone());
    let Some(other) = timeline.entries().find(|e| e.id == id) else {
        return format!("{does} an earlier message");
    };
    match &other.sender {
        Some(name) if other.sender != entry.sender => {
            format!("{does} {} {}", name.as_str(), time(other))
        }
        _ => format!("{does} {}", time(other)),
    }
}

fn time(entry: &Entry) -> String {
    let minutes = entry.local.div_euclid(60).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Lines after the first are moved in, so that one sees where a message begins.
fn line(out: &mut String, mark: &str, text: &str) {
    let mut lines = text.lines();
    let _ = writeln!(out, "{mark} {}", lines.next().unwrap_or_default());
    for more in lines {
        let _ = writeln!(out, "   {more}");
    }
}
