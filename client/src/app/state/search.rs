//! The search pane: what was typed, what was found so far by the cache and by the server, and where one
//! read before. `update::search` fills it.

use super::{Composer, SidePane};
use crate::app::update::jump::Spot;
use crate::query::Typed;
use chat_protocol::chat::{ChatMessage, MessageId, RoomName};
use chat_protocol::text::find::{self, Query};
use jiff::civil::DateTime;
use std::collections::HashSet;
use std::ops::Range;

/// What the search is at.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// There is nothing to search for yet.
    Nothing,
    /// What was typed cannot be searched for; why, safe to show.
    Unreadable(String),
    Searching,
    /// Only what is held here was looked through.
    Offline,
    Done {
        more: bool,
        /// The server has not indexed everything yet.
        incomplete: bool,
    },
    /// The server did not answer; why, safe to show.
    Failed(String),
}

/// One message that was found; text and names are safe to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: MessageId,
    pub room: RoomName,
    pub sender: String,
    /// Local time.
    pub when: Option<DateTime>,
    /// On one line.
    pub text: String,
    /// The first of the words in it.
    pub matched: Range<usize>,
}

#[derive(Debug)]
pub struct Search {
    pub query: Composer,
    /// Newest first.
    pub hits: Vec<Hit>,
    pub chosen: usize,
    pub progress: Progress,
    /// Where one read before: Esc goes back there.
    pub(crate) spot: Option<Spot>,
    /// The pane that was there before.
    pub(crate) before: Option<SidePane>,
    /// What is searched for.
    pub(crate) typed: Option<Typed>,
    /// `Now::mono` at which the server is asked.
    pub(crate) ask_at: Option<u64>,
    /// The question that is out, and `Now::mono` at which no answer is expected any more.
    pub(crate) asked: Option<(u64, u64)>,
    pub(crate) cache_asked: Option<u64>,
    /// What the server's next page is asked with.
    pub(crate) next: Option<MessageId>,
    pub(crate) cached: Vec<ChatMessage>,
    /// `None`: it has not answered.
    pub(crate) answered: Option<Vec<ChatMessage>>,
}

impl Search {
    pub(crate) fn new(spot: Option<Spot>, before: Option<SidePane>) -> Self {
        Self {
            query: Composer::default(),
            hits: Vec::new(),
            chosen: 0,
            progress: Progress::Nothing,
            spot,
            before,
            typed: None,
            ask_at: None,
            asked: None,
            cache_asked: None,
            next: None,
            cached: Vec::new(),
            answered: None,
        }
    }

    pub fn chosen(&self) -> Option<&Hit> {
        self.hits.get(self.chosen)
    }

    /// How far it is, in words that are safe to show, and whether something is wrong.
    pub fn says(&self) -> (String, bool) {
        let count = match self.hits.len() {
            0 => "nothing found".to_owned(),
            1 => "1 message".to_owned(),
            n => format!("{n} messages"),
        };
        let said = match &self.progress {
            Progress::Unreadable(why) => return (why.clone(), true),
            Progress::Failed(why) => return (format!("{count} here; {why}"), true),
            Progress::Nothing => "words, from:NICK in:ROOM before:2026-11-01 after:7d".to_owned(),
            Progress::Searching if self.hits.is_empty() => "searching…".to_owned(),
            Progress::Searching => format!("{count} so far, searching…"),
            Progress::Offline => format!("{count} here; the server is not reached"),
            Progress::Done { incomplete: true, .. } => {
                format!("{count}; older ones are still being indexed")
            }
            Progress::Done { more: true, .. } => format!("{count}, more below"),
            Progress::Done { more: false, .. } => count,
        };
        (said, false)
    }

    /// Down when positive; stays at the ends.
    pub(crate) fn step(&mut self, by: isize) {
        let last = self.hits.len().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(by).min(last);
    }

    /// The server knows best as far as its pages reach; what is older comes from the cache meanwhile.
    pub(crate) fn merge(&mut self, utc_offset: impl Fn(u64) -> i32) {
        let chosen = self.chosen().map(|hit| hit.id.clone());
        let answered = self.answered.as_deref().unwrap_or_default();
        let known: HashSet<&MessageId> = answered.iter().map(|message| &message.id).collect();
        let reached = match (&self.answered, &self.next) {
            (None, _) => u64::MAX,
            (Some(page), Some(_)) => page.last().map_or(u64::MAX, |oldest| oldest.at),
            (Some(_), None) => 0,
        };
        let older = |message: &&ChatMessage| message.at < reached && !known.contains(&message.id);
        let mut all: Vec<&ChatMessage> = answered.iter().collect();
        all.extend(self.cached.iter().filter(older));
        all.sort_by_key(|message| std::cmp::Reverse(message.at));
        let query = self.typed.as_ref().and_then(|typed| Query::parse(&typed.text).ok());
        let hits = all.into_iter().map(|m| Hit::new(m, query.as_ref(), &utc_offset)).collect();
        self.hits = hits;
        let still = |id: &MessageId| self.hits.iter().position(|hit| hit.id == *id);
        self.chosen = chosen.as_ref().and_then(still).unwrap_or(0);
    }
}

impl Hit {
    /// Date and time of day; empty when it has none.
    pub fn time(&self) -> String {
        self.when.map_or_else(String::new, |when| when.strftime("%Y-%m-%d %H:%M").to_string())
    }

    fn new(message: &ChatMessage, query: Option<&Query>, utc_offset: &impl Fn(u64) -> i32) -> Self {
        let text = message.text.line().into_string();
        let words = query.into_iter().flat_map(Query::words);
        let matched = words.filter_map(|word| first(&text, word)).min_by_key(|range| range.start);
        let local = i64::try_from(message.at / 1000).unwrap_or(0);
        let local = jiff::Timestamp::from_second(local + i64::from(utc_offset(message.at)));
        Self {
            id: message.id.clone(),
            room: message.room.clone(),
            sender: message.sender.as_str().to_owned(),
            when: local.ok().map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).datetime()),
            matched: matched.unwrap_or(0..0),
            text,
        }
    }
}

/// Where a folded word stands in a text first.
fn first(text: &str, word: &str) -> Option<Range<usize>> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of `folded`, the character of `text` that it comes from.
    let mut from = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let whole = at..at + c.len_utf8();
        let shown = find::fold(c.encode_utf8(&mut [0; 4])).into_owned();
        from.extend(std::iter::repeat_n(whole, shown.len()));
        folded.push_str(&shown);
    }
    let at = folded.find(word)?;
    let last = at + word.len().checked_sub(1)?;
    Some(from.get(at)?.start..from.get(last)?.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_the_text_as_it_is_written() {
        let found = |text: &'static str, word| first(text, word).map(|range| &text[range]);
        assert_eq!(found("내일 회의실에서", "회의"), Some("회의"));
        assert_eq!(found("The BUILD", "build"), Some("BUILD"));
        assert_eq!(found("die Straße!", "strasse"), Some("Straße"));
        assert_eq!(found("die Straße!", "ras"), Some("raß"));
        assert_eq!(found("nothing", "회의"), None);
    }
}
