//! `search`: messages that have these words, newest first, in as many pages as it takes.

use super::args;
use super::client::{self, Client};
use super::exit::CliError;
use super::output::{self, Clock, Reader};
use crate::config::Config;
use crate::net::{Command, Event};
use crate::query::When;
use chat_protocol::chat::search::{Moment, SEARCH_MAX};
use chat_protocol::chat::{ChatMessage, SearchReply, SearchRequest};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn run(args: args::Search, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let done = print(&args, &mut client).await;
        client.close().await;
        done
    })
}

async fn print(args: &args::Search, client: &mut Client) -> Result<(), CliError> {
    let zone = TimeZone::system();
    let mut request = request(args, &zone);
    let mut left = args.limit as usize;
    while left > 0 {
        request.limit = left.min(SEARCH_MAX);
        let reply = ask(args, client, request.clone()).await?;
        left = left.saturating_sub(reply.results.len());
        if show(args, &reply.results, &zone)? == Reader::Gone {
            return Ok(());
        }
        match reply.next {
            Some(next) if reply.more => request.before = Some(Moment::Message(next)),
            _ => {
                if reply.incomplete {
                    let text = "chat-tui: older messages are still being indexed; try again later";
                    let _ = writeln!(std::io::stderr(), "{text}");
                }
                return Ok(());
            }
        }
    }
    Ok(())
}

/// As it is meant now, in this time zone.
pub fn moment(when: &When, zone: &TimeZone) -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = u64::try_from(now).unwrap_or(u64::MAX);
    let offset = |at: u64| {
        let at = i64::try_from(at).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        zone.to_offset(at.unwrap_or_default()).seconds()
    };
    when.resolve(now, offset)
}

fn request(args: &args::Search, zone: &TimeZone) -> SearchRequest {
    SearchRequest {
        text: args.text.join(" "),
        room: args.room.clone(),
        sender: args.sender.clone(),
        before: args.before.as_ref().map(|when| moment(when, zone)),
        after: args.after.as_ref().map(|when| moment(when, zone)),
        limit: SEARCH_MAX,
    }
}

async fn ask(
    args: &args::Search,
    client: &mut Client,
    request: SearchRequest,
) -> Result<SearchReply, CliError> {
    let results = |event| match event {
        Event::Search { reply, .. } => Some(reply),
        _ => None,
    };
    client.ask(Command::Search { request, tag: 0 }, args.patience.timeout, results).await
}

fn show(
    args: &args::Search,
    messages: &[ChatMessage],
    zone: &TimeZone,
) -> Result<Reader, CliError> {
    let mut shown = String::new();
    for message in messages {
        if args.json {
            shown += &output::json_line(message)?;
        } else {
            if args.room.is_none() {
                shown += &format!("#{} ", message.room);
            }
            shown += &output::text_line(message, Clock::DateTime, zone);
        }
    }
    output::write(shown.as_bytes())
}
