//! `rooms`: the list of rooms, as a table or as JSON.

use super::args;
use super::client::{self, Client};
use super::exit::{CliError, Exit};
use super::output::{self, Clock};
use crate::config::Config;
use crate::net::{Command, Event};
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
    client.command(Command::Rooms { tag: 0 }).await?;
    loop {
        match client.event_within(patience).await? {
            Event::Rooms { reply, .. } => return Ok(reply),
            Event::RequestFailed { code, message, .. } => {
                let what = format!("{} ({})", message.line(), code.line());
                return Err(CliError::new(Exit::of_refusal(code.as_str()), what));
            }
            _ => {}
        }
    }
}

fn table(rooms: &[RoomInfo], zone: &TimeZone) -> String {
    let width = rooms.iter().map(|r| r.name.as_str().width()).max().unwrap_or(0);
    let mut table = String::new();
    for room in rooms {
        let name = room.name.as_str();
        let last = room.last_at.map_or_else(|| "-".to_owned(), |at| Clock::DateTime.show(at, zone));
        let pad = " ".repeat(width - name.width());
        let _ = write!(table, "{name}{pad}  {:>5}  {last}", room.members);
        if !room.topic.as_str().is_empty() {
            let _ = write!(table, "  {}", room.topic.line());
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat_protocol::chat::RoomName;

    #[test]
    fn the_columns_line_up_by_cells() {
        let room = |name: &str, topic: &str, last_at| RoomInfo {
            topic: topic.into(),
            members: 2,
            last_at,
            ..RoomInfo::new(RoomName::parse(name).unwrap())
        };
        let rooms = [room("공부방", "", Some(0)), room("study-group", "a\x1b[2Jb", None)];
        let table = table(&rooms, &TimeZone::UTC);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[0], "공부방           2  1970-01-01 00:00:00");
        assert!(lines[1].starts_with("study-group      2  -  a"), "{table}");
        assert!(!table.contains('\x1b'));
    }
}
