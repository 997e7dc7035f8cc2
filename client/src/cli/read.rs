//! `read`: says how far one has read a room, for all connections under this name.

use super::args;
use super::client::{self, Client};
use super::exit::CliError;
use super::history;
use super::output;
use crate::config::Config;
use crate::net::{Command, Event};
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{MessageId, RoomName};
use serde::Serialize;

#[derive(Serialize)]
struct Report<'a> {
    status: &'static str,
    room: &'a RoomName,
    id: Option<MessageId>,
}

pub fn run(args: args::Read, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let read = mark(&args, &mut client).await;
        client.close().await;
        let read = read?;
        if args.json {
            let status = if read.is_some() { "confirmed" } else { "empty" };
            let line = Report { status, room: &args.room, id: read };
            output::write(output::json_line(&line)?.as_bytes())?;
        }
        Ok(())
    })
}

/// Up to where, or `None` in a room where nothing was said.
async fn mark(args: &args::Read, client: &mut Client) -> Result<Option<MessageId>, CliError> {
    let patience = args.patience.timeout;
    let newest = match args.id.clone() {
        Some(id) => Some(id),
        None => {
            let page = history::page(client, &args.room, Anchor::Newest, 1, patience).await?;
            page.messages.last().map(|newest| newest.id.clone())
        }
    };
    let Some(id) = newest else { return Ok(None) };
    let question = Command::Read { room: args.room.clone(), id: id.clone(), tag: 1 };
    let stored = |event| matches!(event, Event::Read { .. }).then_some(());
    client.ask(question, patience, stored).await?;
    Ok(Some(id))
}
