//! `mentions`: where one was mentioned, newest first, in as many pages as it takes.

use super::args;
use super::client::{self, Client};
use super::exit::CliError;
use super::output::{self, Clock, Reader};
use crate::config::Config;
use crate::net::{Command, Event};
use chat_protocol::chat::mark::MENTIONS_PAGE_MAX;
use chat_protocol::chat::{ChatMessage, MentionsReply, MessageId};
use jiff::tz::TimeZone;

pub fn run(args: args::Mentions, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let done = print(&args, &mut client).await;
        client.close().await;
        done
    })
}

async fn print(args: &args::Mentions, client: &mut Client) -> Result<(), CliError> {
    let (mut before, mut left) = (args.before.clone(), args.limit as usize);
    while left > 0 {
        let reply = page(args, client, before, left).await?;
        left = left.saturating_sub(reply.mentions.len());
        if show(args, &reply.mentions)? == Reader::Gone {
            return Ok(());
        }
        match reply.mentions.last() {
            Some(oldest) if reply.more => before = Some(oldest.id.clone()),
            _ => return Ok(()),
        }
    }
    Ok(())
}

async fn page(
    args: &args::Mentions,
    client: &mut Client,
    before: Option<MessageId>,
    limit: usize,
) -> Result<MentionsReply, CliError> {
    let limit = limit.min(MENTIONS_PAGE_MAX);
    let pages = |event| match event {
        Event::Mentions { reply, .. } => Some(reply),
        _ => None,
    };
    client.ask(Command::Mentions { before, limit, tag: 0 }, args.patience.timeout, pages).await
}

fn show(args: &args::Mentions, messages: &[ChatMessage]) -> Result<Reader, CliError> {
    let zone = TimeZone::system();
    let mut shown = String::new();
    for message in messages {
        shown += &match args.json {
            true => output::json_line(message)?,
            false => {
                format!("#{} {}", message.room, output::text_line(message, Clock::DateTime, &zone))
            }
        };
    }
    output::write(shown.as_bytes())
}
