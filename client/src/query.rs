//! What one types to search: words and, among them, `from:NICK`, `in:ROOM`, `before:WHEN` and
//! `after:WHEN`. Pure: the clock and the time zone are given.

use crate::config::parse_duration;
use chat_protocol::chat::search::{Moment, SearchRequest};
use chat_protocol::chat::{MessageId, RoomName, UserName};
use chat_protocol::text::PeerStr;
use chat_protocol::text::find;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::time::Duration;

/// A place in time as one writes it.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    Message(MessageId),
    Ago(Duration),
    /// In the local time zone; of a date, its first moment.
    Local(DateTime),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time; write 2026-11-01, 2026-11-01T18:30, 10m, 2h, 7d or a message id")]
pub struct WhenError(String);

impl When {
    pub fn parse(text: &str) -> Result<Self, WhenError> {
        if let Ok(ago) = parse_duration(text) {
            return Ok(Self::Ago(ago));
        }
        if let Ok(date) = text.parse::<Date>()
            && text.len() <= "2026-11-01".len()
        {
            return Ok(Self::Local(date.at(0, 0, 0, 0)));
        }
        if let Ok(time) = text.parse::<DateTime>() {
            return Ok(Self::Local(time));
        }
        // What is not complete yet is no id: those of servers have dots.
        match MessageId::parse(text) {
            Ok(id) if text.contains('.') => Ok(Self::Message(id)),
            _ => Err(WhenError(PeerStr::new(text).line().into_string())),
        }
    }

    /// `now` in ms since 1970; `offset` gives seconds east of UTC at such a time.
    pub fn resolve(&self, now: u64, offset: impl Fn(u64) -> i32) -> Moment {
        match self {
            Self::Message(id) => Moment::Message(id.clone()),
            Self::Ago(ago) => {
                Moment::At(now.saturating_sub(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX)))
            }
            Self::Local(local) => {
                let as_utc = local.to_zoned(TimeZone::UTC).map(|t| t.timestamp().as_millisecond());
                let as_utc = as_utc.unwrap_or(0);
                let at = |from: i64| {
                    let offset = offset(u64::try_from(from).unwrap_or(0));
                    as_utc - i64::from(offset) * 1000
                };
                // Once more, should the offset change in between.
                Moment::At(u64::try_from(at(at(as_utc))).unwrap_or(0))
            }
        }
    }
}

/// What was typed, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Typed {
    /// The words, without what narrows the search.
    pub text: String,
    pub room: Option<RoomName>,
    pub sender: Option<UserName>,
    pub before: Option<When>,
    pub after: Option<When>,
}

/// What was typed cannot be searched for; `Display` is safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    #[error("in: {0}")]
    Room(String),
    #[error("from: {0}")]
    Sender(String),
    #[error(transparent)]
    When(#[from] WhenError),
    #[error("{0}: is given twice; leave one out")]
    Twice(&'static str),
    #[error(transparent)]
    Text(#[from] find::QueryError),
    #[error("a single letter is searched for within a room: add in:ROOM, or a letter")]
    Single,
}

impl Typed {
    /// # Errors
    /// A part after a colon cannot be read, or there are no words.
    pub fn parse(typed: &str) -> Result<Self, TypedError> {
        let mut parsed = Self::default();
        let mut words = Vec::new();
        for part in typed.split_whitespace() {
            match part.split_once(':') {
                Some(("in", room)) => {
                    let room = room.strip_prefix('#').unwrap_or(room);
                    let name =
                        RoomName::parse(room).map_err(|e| TypedError::Room(e.to_string()))?;
                    once("in", &mut parsed.room, name)?;
                }
                Some(("from", nick)) => {
                    let nick = nick.strip_prefix('@').unwrap_or(nick);
                    let name = UserName::parse(nick);
                    let name = name.map_err(|e| TypedError::Sender(e.to_string()))?;
                    once("from", &mut parsed.sender, name)?;
                }
                Some(("before", when)) => {
                    once("before", &mut parsed.before, When::parse(when)?)?;
                }
                Some(("after", when)) => once("after", &mut parsed.after, When::parse(when)?)?,
                _ => words.push(part),
            }
        }
        parsed.text = words.join(" ");
        let query = find::Query::parse(&parsed.text)?;
        if query.is_single_letters() && parsed.room.is_none() {
            return Err(TypedError::Single);
        }
        Ok(parsed)
    }

    /// What to ask the server for.
    pub fn request(
        &self,
        now: u64,
        offset: impl Fn(u64) -> i32 + Copy,
        limit: usize,
    ) -> SearchRequest {
        SearchRequest {
            text: self.text.clone(),
            room: self.room.clone(),
            sender: self.sender.clone(),
            before: self.before.as_ref().map(|when| when.resolve(now, offset)),
            after: self.after.as_ref().map(|when| when.resolve(now, offset)),
            limit,
        }
    }
}

fn once<T>(name: &'static str, place: &mut Option<T>, value: T) -> Result<(), TypedError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(TypedError::Twice(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_793_500_000_000;

    fn at(text: &str) -> Moment {
        When::parse(text).unwrap().resolve(NOW, |_| 9 * 3600)
    }

    #[test]
    fn times_are_dates_durations_and_ids() {
        // 2026-11-01T00:00 in Seoul.
        assert_eq!(at("2026-11-01"), Moment::At(1_793_458_800_000));
        assert_eq!(at("2026-11-01T18:30"), Moment::At(1_793_458_800_000 + 66_600_000));
        assert_eq!(at("10m"), Moment::At(NOW - 600_000));
        let id = MessageId::parse("k3v9x0qa.0.17").unwrap();
        assert_eq!(at("k3v9x0qa.0.17"), Moment::Message(id));
        for bad in ["", "2026-13-01", "2026-11", "yesterday", "10", "a b.c"] {
            assert!(When::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_begins_by_the_offset_it_has_itself() {
        // Clocks go forward at 10:00 UTC.
        let switch = Date::constant(2026, 3, 8).at(10, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
        let switch = switch.timestamp().as_millisecond() as u64;
        let offset = |ms| if ms < switch { -8 * 3600 } else { -7 * 3600 };
        let local = |text: &str| match When::parse(text).unwrap().resolve(NOW, offset) {
            Moment::At(ms) => ms,
            Moment::Message(_) => unreachable!(),
        };
        assert_eq!(local("2026-03-08T12:00"), switch + 9 * 3_600_000);
        assert_eq!(local("2026-03-08"), switch - 2 * 3_600_000);
    }

    #[test]
    fn what_narrows_stands_anywhere_among_the_words() {
        let typed = Typed::parse("회의 from:@mina in:#study-group 내일 before:2026-11-01").unwrap();
        assert_eq!(typed.text, "회의 내일");
        assert_eq!(typed.sender, UserName::parse("mina").ok());
        assert_eq!(typed.room, RoomName::parse("study-group").ok());
        assert!(typed.before.is_some() && typed.after.is_none());
        assert_eq!(Typed::parse("http://a.example").unwrap().text, "http://a.example");
        assert_eq!(Typed::parse("회 in:study").unwrap().text, "회");
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        assert!(matches!(Typed::parse("회의 in:"), Err(TypedError::Room(_))));
        assert!(matches!(Typed::parse("회의 from:a/b"), Err(TypedError::Sender(_))));
        assert!(matches!(Typed::parse("회의 before:soon"), Err(TypedError::When(_))));
        assert_eq!(Typed::parse("ab in:a in:b"), Err(TypedError::Twice("in")));
        assert_eq!(Typed::parse("in:study"), Err(find::QueryError::NoWord.into()));
        assert_eq!(Typed::parse("회"), Err(TypedError::Single));
        let evil = Typed::parse("ab before:\u{202e}x").unwrap_err().to_string();
        assert!(!evil.contains('\u{202e}'));
    }
}
