//! `rooms`: the list of rooms, as a table or as JSON.

use super::args;
use super::client::{self, Client};
use super::exit::CliError;
use super::output::{self, Clock};
use crate::config::Config;
use crate::net::{Command, Event};
use chat_protocol::chat::mark::UNREAD_MAX;
use chat_protocol::chat::{RoomInfo, RoomsReply};
use jiff::tz::TimeZone;
use std::fmt::Write;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

pub fn run(args: args::Rooms, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let reply = ask(args.patience.timeout, &mut client).await;
        client.close().await;
        let rooms = reply?.rooms;
        let shown = if args.json {
            rooms.iter().map(output::json_line).collect::<Result<String, _>>()?
        } else {
            table(&rooms, &TimeZone::system())
        };
        output::write(shown.as_bytes()).map(drop)
    })
}

pub async fn ask(patience: Duration, client: &mut Client) -> Result<RoomsReply, CliError> {
    let rooms = |event| match event {
        Event::Rooms { reply, .. } => Some(reply),
        _ => None,
    };
    client.ask(Command::Rooms { tag: 0 }, patience, rooms).await
}

/// Name, people now, messages unread and how many of them mention one, last message, topic.
fn table(rooms: &[RoomInfo], zone: &TimeZone) -> String {
    let width = rooms.iter().map(|r| r.name.as_str().width()).max().unwrap_or(0);
    let mut table = String::new();
    for room in rooms {
        let name = room.name.as_str();
        let last = room.last_at.map_or_else(|| "-".to_owned(), |at| Clock::DateTime.show(at, zone));
        let pad = " ".repeat(width - name.width());
        let unread = room.unread.map_or_else(|| "-".to_owned(), counted);
        let calls = room.mentions.filter(|calls| *calls > 0);
        let calls = calls.map_or_else(String::new, |calls| format!("@{}", counted(calls)));
        let _ = write!(table, "{name}{pad}  {:>5}  {unread:>5}  {calls:<6}  {last}", room.members);
        if !room.topic.as_str().is_empty() {
            let _ = write!(table, "  {}", room.topic.line());
        }
        table.push('\n');
    }
    table
}

fn counted(count: u64) -> String {
    if count < UNREAD_MAX { count.to_string() } else { format!("{UNREAD_MAX}+") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_protocol::chat::RoomName;

    #[test]
    fn the_columns_line_up_by_cells() {
        let room =
            |name: &str| RoomInfo { members: 2, ..RoomInfo::new(RoomName::parse(name).unwrap()) };
        let rooms = [
            RoomInfo {
                last_at: Some(0), unread: Some(1000), mentions: Some(12), ..room("공부방")
            },
            RoomInfo {
                topic: "a\x1b[2Jb".into(),
                unread: Some(3),
                mentions: Some(0),
                ..room("ops")
            },
            room("study-group"),
        ];
        let table = table(&rooms, &TimeZone::UTC);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "공부방           2  1000+  @12     1970-01-01 00:00:00");
        assert!(lines[1].starts_with("ops              2      3          -  a"), "{table}");
        assert_eq!(lines[2], "study-group      2      -          -");
        assert!(!table.contains('\x1b'));
    }
}
