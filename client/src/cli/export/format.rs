//! How an exported room looks. `jsonl` is the log as the server gives it, row by row; `text` and
//! `markdown` are for people: messages in their present state, and the topics.

use crate::cli::args::ExportFormat;
use crate::cli::exit::CliError;
use crate::cli::output::{self, Clock};
use chat_protocol::chat::{ChatMessage, Kind, RoomName};
use chat_protocol::text::PeerString;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

pub struct Format {
    kind: ExportFormat,
    room: RoomName,
    zone: TimeZone,
    /// The day of the last message, as it is written.
    day: Option<String>,
}

impl Format {
    pub fn new(kind: ExportFormat, room: RoomName, zone: TimeZone) -> Self {
        Self { kind, room, zone, day: None }
    }

    /// Rows that follow those of the page before.
    pub fn page(&mut self, rows: &[ChatMessage]) -> Result<String, CliError> {
        let mut out = String::new();
        for row in rows {
            match self.kind {
                ExportFormat::Jsonl => out += &output::json_line(row)?,
                _ if !is_for_people(row) => {}
                ExportFormat::Text => {
                    out += &output::text_line(row, Clock::DateTime, &self.zone);
                }
                ExportFormat::Markdown => self.markdown(row, &mut out),
            }
        }
        Ok(out)
    }

    fn markdown(&mut self, row: &ChatMessage, out: &mut String) {
        let at = Clock::DateTime.show(row.at, &self.zone);
        let (day, time) = at.split_once(' ').unwrap_or((&at, ""));
        let time = time.get(..5).unwrap_or(time);
        if self.day.is_none() {
            let _ = writeln!(out, "# {}\n", escaped(self.room.as_str()));
        }
        if self.day.as_deref() != Some(day) {
            let _ = writeln!(out, "## {day}\n");
            self.day = Some(day.to_owned());
        }
        let sender = escaped(row.sender.as_str());
        if row.kind == Kind::Topic {
            let topic = row.topic.as_ref().map(PeerString::line).unwrap_or_default();
            let said = match topic.as_str() {
                "" => "cleared the topic".to_owned(),
                topic => format!("set the topic: {}", escaped(topic)),
            };
            let _ = writeln!(out, "*{sender} {said}* · {time}\n");
            return;
        }
        let edited = if row.edited.is_some() { " · edited" } else { "" };
        let _ = writeln!(out, "**{sender}** · {time}{edited}\n");
        // A quote, so that what is written in it cannot pass for a heading or another message.
        for line in row.text.block().as_str().lines() {
            let _ = writeln!(out, "{}", format!("> {line}").trim_end());
        }
        out.push('\n');
        let counts = row.reactions.iter().map(|r| format!("{} {}", r.emoji.line(), r.count));
        let counts: Vec<_> = counts.collect();
        if !counts.is_empty() {
            let _ = writeln!(out, "{}\n", escaped(&counts.join("  ")));
        }
    }
}

/// What changes a message is in that message already.
fn is_for_people(row: &ChatMessage) -> bool {
    matches!(row.kind, Kind::Message | Kind::Topic)
}

/// Characters that mean something in Markdown stand for themselves.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && c != '-' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: u64, fields: serde_json::Value) -> ChatMessage {
        let mut json = serde_json::json!({
            "id": format!("e.0.{n}"), "room": "study", "sender": "mi_na",
            "at": 1_763_692_800_123_u64 + n * 60_000, "kind": "message", "text": "안녕",
        });
        json.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(json).unwrap()
    }

    fn rows() -> Vec<ChatMessage> {
        let edited = serde_json::json!({"id": "e.0.5", "at": 1});
        let thumbs = serde_json::json!([{"emoji": "👍", "by": ["jun"], "count": 2}]);
        vec![
            row(1, serde_json::json!({})),
            row(
                2,
                serde_json::json!({
                    "text": "# no heading\n\n```\ncode\n```\u{1b}[2J", "edited": edited, "reactions": thumbs,
                }),
            ),
            row(3, serde_json::json!({"kind": "topic", "topic": "a*b", "text": "topic: a*b"})),
            row(4, serde_json::json!({"kind": "delete", "deletes": "e.0.1", "text": "gone"})),
            row(1400, serde_json::json!({"text": "내일"})),
        ]
    }

    fn export(kind: ExportFormat) -> String {
        let room = RoomName::parse("study").unwrap();
        let mut format = Format::new(kind, room, TimeZone::UTC);
        let rows = rows();
        let (first, second) = rows.split_at(2);
        format.page(first).unwrap() + &format.page(second).unwrap()
    }

    #[test]
    fn markdown_is_read_by_people_and_nothing_in_a_message_makes_structure() {
        let wanted = "\
# study

## 2025-11-21

**mi\\_na** · 02:41

> 안녕

**mi\\_na** · 02:42 · edited

> # no heading
>
> ```
> code
> ```␛[2J

👍 2

*mi\\_na set the topic: a\\*b* · 02:43

## 2025-11-22

**mi\\_na** · 02:00

> 내일

";
        assert_eq!(export(ExportFormat::Markdown), wanted);
    }

    #[test]
    fn text_has_what_there_is_to_read() {
        let text = export(ExportFormat::Text);
        assert_eq!(text.lines().next(), Some("2025-11-21 02:41:00 mi_na: 안녕"));
        assert!(text.contains(" mi_na set the topic: a*b\n"), "{text}");
        assert!(!text.contains("deleted"), "{text}");
    }

    #[test]
    fn jsonl_is_the_log() {
        let lines = export(ExportFormat::Jsonl);
        let back: Vec<ChatMessage> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(back, rows());
    }
}
