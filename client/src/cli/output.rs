//! Standard output for programs and people: JSON that no terminal can be harmed by, text lines
//! through the sanitiser, and a reader that has gone told from a failure.

use super::exit::CliError;
use chat_protocol::chat::{ChatMessage, Kind};
use chat_protocol::text::{PeerStr, PeerString};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write};

/// Whether anybody still reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    There,
    Gone,
}

/// Writes and flushes all of it.
pub fn write(bytes: &[u8]) -> Result<Reader, CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(Reader::There),
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(Reader::Gone),
        Err(e) => Err(CliError::stdout(&e)),
    }
}

/// The same on a thread of its own, so that the connection lives while a reader is slow.
pub async fn write_apart(bytes: Vec<u8>) -> Result<Reader, CliError> {
    let done = tokio::task::spawn_blocking(move || write(&bytes)).await;
    done.unwrap_or_else(|e| Err(CliError::internal(format!("writing failed: {e}"))))
}

/// Comes when standard output is a pipe whose reader has gone, though nothing is written.
#[cfg(unix)]
pub async fn reader_gone() {
    use std::os::fd::AsFd;
    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;
    // Only waited for, never written through; what cannot be waited for, such as a file, has no
    // reader to lose.
    if let Ok(out) = std::io::stdout().as_fd().try_clone_to_owned()
        && let Ok(out) = Sender::from_owned_fd_unchecked(out)
        && out.ready(Interest::ERROR).await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

#[cfg(not(unix))]
pub async fn reader_gone() {
    std::future::pending().await
}

/// One JSON object and a line end. Control, bidi and invisible characters are escaped; the values
/// are exactly what they were.
pub fn json_line(value: &impl Serialize) -> Result<String, CliError> {
    let json = serde_json::to_string(value).map_err(|e| CliError::internal(e.to_string()))?;
    let mut line = PeerStr::new(&json).json().into_string();
    line.push('\n');
    Ok(line)
}

/// How a message's time is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// `HH:MM:SS`
    Time,
    /// `YYYY-MM-DD HH:MM:SS`
    DateTime,
}

impl Clock {
    pub fn show(self, at: u64, zone: &TimeZone) -> String {
        let format = match self {
            Clock::Time => "%H:%M:%S",
            Clock::DateTime => "%Y-%m-%d %H:%M:%S",
        };
        i64::try_from(at).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).map_or_else(
            || "?".to_owned(),
            |t| t.to_zoned(zone.clone()).strftime(format).to_string(),
        )
    }
}

/// `TIME nick: text`, further lines of the text indented, so that no message can pass for two. What
/// changes a message or the room is `TIME nick edited: text` and the like: no name has a blank.
pub fn text_line(message: &ChatMessage, clock: Clock, zone: &TimeZone) -> String {
    let said = said(message);
    let mut lines = said.split('\n');
    let first = lines.next().unwrap_or_default();
    let mut shown = format!("{} {}{first}\n", clock.show(message.at, zone), message.sender);
    for line in lines {
        let _ = writeln!(shown, "    {line}");
    }
    shown
}

/// All after the name.
fn said(message: &ChatMessage) -> String {
    let text = message.text.block();
    let emoji = message.emoji.as_ref().map(PeerString::line).unwrap_or_default();
    match message.kind {
        Kind::Message | Kind::Sync => format!(": {text}{}", marks(message)),
        Kind::Edit => format!(" edited: {text}"),
        Kind::Delete => " deleted a message".to_owned(),
        Kind::Reaction if message.on == Some(false) => format!(" took {emoji} back"),
        Kind::Reaction => format!(" reacted {emoji}"),
        Kind::Topic => match message.topic.as_ref().map(PeerString::line) {
            Some(topic) if !topic.as_str().is_empty() => format!(" set the topic: {topic}"),
            _ => " cleared the topic".to_owned(),
        },
    }
}

/// What has become of a message since.
fn marks(message: &ChatMessage) -> String {
    let mut marks = String::new();
    if message.edited.is_some() {
        marks += " (edited)";
    }
    let counts = message.reactions.iter().map(|r| format!("{} {}", r.emoji.line(), r.count));
    let counts: Vec<_> = counts.collect();
    if !counts.is_empty() {
        let _ = write!(marks, " [{}]", counts.join(" "));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_protocol::chat::{MessageId, RoomName, UserName};

    fn message(text: &str) -> ChatMessage {
        ChatMessage::new(
            MessageId::parse("e.0.1").unwrap(),
            RoomName::parse("study").unwrap(),
            UserName::parse("mina").unwrap(),
            1_763_692_800_123,
            text.into(),
        )
    }

    /// Of the characters in these tests.
    fn harmful(c: char) -> bool {
        c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{200f}' | '\u{e0041}')
    }

    #[test]
    fn a_line_is_time_nick_and_text() {
        let line = |clock| text_line(&message("안녕"), clock, &TimeZone::UTC);
        assert_eq!(line(Clock::Time), "02:40:00 mina: 안녕\n");
        assert_eq!(line(Clock::DateTime), "2025-11-21 02:40:00 mina: 안녕\n");
    }

    #[test]
    fn what_changes_a_message_is_said_in_words() {
        use chat_protocol::chat::Post;
        let first = message("frist");
        let row = |post: &Post| {
            post.row(first.id.clone(), first.room.clone(), first.sender.clone(), first.at)
        };
        let id = || first.id.clone();
        let react = |emoji: &str, on| Post::Reaction { reacts_to: id(), emoji: emoji.into(), on };
        let edit = Post::Edit { edits: id(), text: "first\n\x1b[2J".into() };
        for (post, line) in [
            (edit.clone(), "edited: first\n    ␛[2J"),
            (Post::Delete { deletes: id() }, "deleted a message"),
            (react("👍", true), "reacted 👍"),
            (react("👍", false), "took 👍 back"),
            (Post::Topic { topic: "a\x07".into() }, "set the topic: a␇"),
            (Post::Topic { topic: "".into() }, "cleared the topic"),
        ] {
            let shown = text_line(&row(&post), Clock::Time, &TimeZone::UTC);
            assert_eq!(shown, format!("02:40:00 mina {line}\n"));
        }
        let mut folded = first.clone();
        folded.apply(&row(&react("👍", true)));
        folded.apply(&row(&react("❤", true)));
        folded.apply(&ChatMessage { text: "first".into(), ..row(&edit) });
        let shown = text_line(&folded, Clock::Time, &TimeZone::UTC);
        assert_eq!(shown, "02:40:00 mina: first (edited) [❤ 1 👍 1]\n");
    }

    #[test]
    fn a_message_cannot_pass_for_two() {
        let line = text_line(&message("a\n12:00:00 root: b"), Clock::Time, &TimeZone::UTC);
        assert_eq!(line, "02:40:00 mina: a\n    12:00:00 root: b\n");
    }

    #[test]
    fn nothing_of_a_message_reaches_a_terminal_raw() {
        let evil = "\x1b]52;c;eA==\x07\u{9b}2J\u{202e}\r\u{e0041}";
        let line = text_line(&message(evil), Clock::Time, &TimeZone::UTC);
        assert!(!line.chars().any(harmful), "{line:?}");
    }

    #[test]
    fn json_escapes_what_is_harmful_and_keeps_the_value() {
        let evil = "\x1b[2J\u{7f}\u{9b}\u{202e}\u{200f}\u{e0041} 안녕 👩‍👩‍👧";
        let line = json_line(&message(evil)).unwrap();
        assert!(!line.chars().any(harmful), "{line}");
        let back: ChatMessage = serde_json::from_str(&line).unwrap();
        assert_eq!(back.text.as_str(), evil);
        assert!(line.contains("👩‍👩‍👧"), "{line}");
    }
}
