//! `history`: a part of a room's log, oldest first, in as many pages as it takes.

use super::args;
use super::client::{self, Client};
use super::exit::CliError;
use super::output::{self, Clock, Reader};
use crate::config::Config;
use crate::net::{Command, Event};
use chat_protocol::chat::request::{Anchor, HISTORY_MAX};
use chat_protocol::chat::{ChatMessage, HistoryReply, RoomName};
use jiff::tz::TimeZone;
use std::time::Duration;

pub fn run(args: args::History, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let done = print(&args, &mut client).await;
        client.close().await;
        done
    })
}

async fn print(args: &args::History, client: &mut Client) -> Result<(), CliError> {
    let count = args.count as usize;
    match (&args.edits_of, &args.after, &args.before) {
        (Some(id), ..) => {
            let anchor = Anchor::EditsOf(id.clone());
            let past = page(client, &args.room, anchor, count, args.patience.timeout).await?;
            show(args, &past.messages).map(drop)
        }
        (_, Some(id), _) => forward(args, client, Anchor::After(id.clone()), count).await,
        (.., Some(id)) => backward(args, client, Anchor::Before(id.clone()), count).await,
        (None, None, None) => backward(args, client, Anchor::Newest, count).await,
    }
}

/// Page by page, printed as they come.
async fn forward(
    args: &args::History,
    client: &mut Client,
    mut anchor: Anchor,
    mut left: usize,
) -> Result<(), CliError> {
    while left > 0 {
        let reply = page(client, &args.room, anchor, left, args.patience.timeout).await?;
        left = left.saturating_sub(reply.messages.len());
        if show(args, &reply.messages)? == Reader::Gone {
            return Ok(());
        }
        match reply.messages.last() {
            Some(last) if reply.more_after => anchor = Anchor::After(last.id.clone()),
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// The newest come first from the server, so all are collected before any is printed.
async fn backward(
    args: &args::History,
    client: &mut Client,
    mut anchor: Anchor,
    mut left: usize,
) -> Result<(), CliError> {
    let mut pages = Vec::new();
    while left > 0 {
        let reply = page(client, &args.room, anchor, left, args.patience.timeout).await?;
        left = left.saturating_sub(reply.messages.len());
        let oldest = reply.messages.first().map(|m| m.id.clone());
        pages.push(reply.messages);
        match oldest {
            Some(id) if reply.more_before => anchor = Anchor::Before(id),
            _ => break,
        }
    }
    for page in pages.iter().rev() {
        if show(args, page)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

fn show(args: &args::History, messages: &[ChatMessage]) -> Result<Reader, CliError> {
    let zone = TimeZone::system();
    let mut shown = String::new();
    for message in messages {
        shown += &match args.json {
            true => output::json_line(message)?,
            false => output::text_line(message, Clock::DateTime, &zone),
        };
    }
    output::write(shown.as_bytes())
}

/// One page of at most what the server gives at a time.
pub async fn page(
    client: &mut Client,
    room: &RoomName,
    anchor: Anchor,
    limit: usize,
    patience: Duration,
) -> Result<HistoryReply, CliError> {
    // One question at a time, so that one tag does.
    let (room, limit, tag) = (room.clone(), limit.min(HISTORY_MAX), 0);
    let pages = |event| match event {
        Event::History { reply, .. } => Some(reply),
        _ => None,
    };
    client.ask(Command::History { room, anchor, limit, tag }, patience, pages).await
}
