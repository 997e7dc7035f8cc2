//! Tab: nicks, rooms, commands and emoji, in the draft itself, going round.

use super::commands;
use crate::app::state::completion::Candidate;
use crate::app::state::{Completion, Composer, Room, State};
use crate::text::{emoji, grapheme};
use chat_protocol::chat::{RoomName, UserName};
use unicode_normalization::UnicodeNormalization;

/// Shown and cycled through at most.
const MOST: usize = 50;
/// Messages that are looked through for who spoke last.
const SPOKEN: usize = 200;

/// Completes the word before the caret, or goes on to the next candidate.
pub fn step(state: &mut State, by: isize) {
    if state.completion.is_none() {
        state.completion = begin(state);
    } else if let Some(completion) = &mut state.completion {
        completion.step(by);
    }
    if let Some(completion) = &state.completion {
        let (start, text) = (completion.start, completion.current().to_owned());
        state.composer_mut().replace_before_caret(start, &text);
    }
}

/// Back to what was typed.
pub fn undo(state: &mut State) {
    if let Some(completion) = state.completion.take() {
        state.composer_mut().replace_before_caret(completion.start, &completion.typed);
    }
}

fn begin(state: &State) -> Option<Completion> {
    let composer: &Composer = state.composer();
    let start = grapheme::word_start(composer.text(), composer.caret());
    let word = composer.text().get(start..composer.caret())?;
    let before = composer.text().get(..start)?;
    let mut candidates = candidates(state, before, word);
    candidates.truncate(MOST);
    let typed = word.to_owned();
    (!candidates.is_empty()).then_some(Completion { start, typed, candidates, chosen: 0 })
}

fn candidates(state: &State, before: &str, word: &str) -> Vec<Candidate> {
    let word: String = word.nfc().collect();
    if before.is_empty()
        && let Some(command) = word.strip_prefix('/').filter(|c| !c.starts_with('/'))
    {
        return commands::complete(command);
    }
    if let Some(room) = word.strip_prefix('#') {
        return rooms(state, room).map(|r| of_room(state, r, format!("#{r} "))).collect();
    }
    if before.starts_with("/join ") || before.starts_with("/leave ") {
        return rooms(state, &word).map(|r| of_room(state, r, r.as_str().to_owned())).collect();
    }
    if let Some(code) = word.strip_prefix(':').map(|c| c.trim_end_matches(':')) {
        return if code.is_empty() { Vec::new() } else { emoji(code) };
    }
    let nick = word.strip_prefix(['@', '＠']).unwrap_or(&word);
    if word.is_empty() {
        return Vec::new();
    }
    nicks(state, nick).into_iter().map(|n| of_nick(state, &n)).collect()
}

fn emoji(code: &str) -> Vec<Candidate> {
    let candidate = |e: emoji::Emoji| Candidate {
        text: e.glyph.to_owned(),
        label: format!("{} :{}:", e.glyph, e.shortcode),
        detail: e.name.to_owned(),
    };
    emoji::find(code, MOST).into_iter().map(candidate).collect()
}

fn of_room(state: &State, room: &RoomName, text: String) -> Candidate {
    let info = state.directory.get(room.folded());
    let detail = info.map(|info| match (info.topic.as_str(), info.members) {
        ("", 0) => "nobody here".to_owned(),
        ("", n) => format!("{n} here"),
        _ => info.topic.line().into_string(),
    });
    Candidate { text, label: format!("#{room}"), detail: detail.unwrap_or_default() }
}

/// With what was said last.
fn of_nick(state: &State, nick: &UserName) -> Candidate {
    let said = |room: &Room| {
        let mut entries = room.timeline.entries().rev().take(SPOKEN);
        let entry = entries.find(|e| e.sender.as_ref() == Some(nick))?;
        entry.text.block().into_string().lines().next().map(str::to_owned)
    };
    let detail = state.room().and_then(said).unwrap_or_default();
    Candidate { text: called(nick), label: format!("@{nick}"), detail }
}

/// A Korean particle follows a name without a space.
fn called(nick: &UserName) -> String {
    let is_hangul = nick.as_str().chars().last().is_some_and(|c| ('가'..='힣').contains(&c));
    format!("@{nick}{}", if is_hangul { "" } else { " " })
}

/// Who spoke last comes first, then the members.
fn nicks(state: &State, typed: &str) -> Vec<UserName> {
    let Some(room) = state.room() else { return Vec::new() };
    let mut found: Vec<UserName> = Vec::new();
    let speakers = room.timeline.entries().rev().take(SPOKEN).filter_map(|e| e.sender.as_ref());
    for nick in speakers.chain(&room.members) {
        let is_fit = Some(nick) != state.me.as_ref() && begins(nick.folded(), typed);
        if is_fit && !found.contains(nick) {
            found.push(nick.clone());
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// Joined rooms first, then what the server told of.
fn rooms<'a>(state: &'a State, typed: &'a str) -> impl Iterator<Item = &'a RoomName> {
    let joined = state.rooms.iter().filter_map(|r| r.place.as_room());
    let is_joined = |name: &RoomName| state.rooms.iter().any(|r| r.place.as_room() == Some(name));
    let others = state.directory.values().map(|info| &info.name);
    let others = others.filter(move |name| !is_joined(name));
    joined.chain(others).filter(move |name| begins(name.folded(), typed))
}

/// `typed` as names are compared: a name that starts so may still be typed further.
fn begins(folded: &str, typed: &str) -> bool {
    let typed = UserName::parse(typed).map_or_else(|_| typed.to_owned(), |n| n.folded().to_owned());
    folded.starts_with(&typed)
}
