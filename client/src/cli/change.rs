//! `edit`, `delete`, `react` and `topic`: one row each, and the end when the server has answered.

use super::args::{self, Posting};
use super::client::{self, Client};
use super::exit::{CliError, Exit};
use super::input::{self, Source, Split};
use super::send::{Outcome, Report};
use super::{key, output};
use crate::config::Config;
use crate::net::{Command, Event};
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::{NewMessage, Post, RoomInfo};
use chat_protocol::text::PeerStr;
use serde_json::json;
use tokio::time::Instant;

pub fn edit(args: args::Edit, config: &Config) -> Result<(), CliError> {
    let text = args.text.join(" ");
    client::block_on_interruptible(async {
        let text = if text == "-" { piped().await? } else { text };
        let edits = args.id;
        change(&args.posting, Post::Edit { edits, text: text.into() }, config).await
    })
}

pub fn delete(args: args::Delete, config: &Config) -> Result<(), CliError> {
    let post = Post::Delete { deletes: args.id };
    client::block_on_interruptible(change(&args.posting, post, config))
}

pub fn react(args: args::React, config: &Config) -> Result<(), CliError> {
    let emoji = glyph(&args.emoji)?.into();
    let post = Post::Reaction { reacts_to: args.id, emoji, on: !args.off };
    client::block_on_interruptible(change(&args.posting, post, config))
}

pub fn topic(args: args::Topic, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        if args.text.is_empty() {
            return show_topic(&args.posting, config).await;
        }
        let topic = args.text.join(" ").into();
        change(&args.posting, Post::Topic { topic }, config).await
    })
}

/// What is meant by an emoji, or by its shortcode between colons.
fn glyph(given: &str) -> Result<&str, CliError> {
    let Some(code) = given.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')) else {
        return Ok(given);
    };
    emojis::get_by_shortcode(code).map(emojis::Emoji::as_str).ok_or_else(|| {
        let shown = PeerStr::new(given).line();
        CliError::bad_input(format!("no emoji is called {shown}; give the emoji itself"))
    })
}

/// All of standard input.
async fn piped() -> Result<String, CliError> {
    match input::start(Source::Stdin, Split::Whole)?.next().await {
        Some(piece) => Ok(piece?.text),
        None => Err(CliError::bad_input("the input is empty; pipe the new text in")),
    }
}

async fn change(posting: &Posting, post: Post, config: &Config) -> Result<(), CliError> {
    let post = checked(post)?;
    let key = posting.key.clone().map_or_else(key::random, Ok)?;
    let mut client = Client::start(config);
    let done = confirmed(posting, post, &key, &mut client).await;
    client.close().await;
    done
}

/// What can be told without the server. How long a text may be is the server's to say.
fn checked(post: Post) -> Result<Post, CliError> {
    let limits = TextLimits { bytes: usize::MAX, graphemes: usize::MAX, key: args::KEY_MAX };
    let body = NewMessage { post, key: None }.to_json();
    NewMessage::from_send(Some("application/json"), None, &body, &limits)
        .map(|checked| checked.post)
        .map_err(|e| CliError::bad_input(e.to_string()))
}

async fn confirmed(
    posting: &Posting,
    post: Post,
    key: &str,
    client: &mut Client,
) -> Result<(), CliError> {
    let report = Report { json: posting.json, quiet: false, verbose: false };
    let (room, since) = (&posting.room, Instant::now());
    let command = Command::Send { room: room.clone(), post, key: key.to_owned() };
    client.command(command).await?;
    loop {
        let ms = since.elapsed().as_millis();
        match client.event_within(posting.patience.timeout).await {
            Ok(Event::Confirmed { id, duplicate, attempts, .. }) => {
                let outcome = Outcome::Confirmed { id: &id, duplicate, attempts, ms };
                return report.outcome(room, key, &outcome);
            }
            Ok(Event::Refused { code, message, .. }) => {
                report.outcome(room, key, &Outcome::Failed { code: code.as_str(), ms })?;
                let what = format!("{} ({})", message.line(), code.line());
                return Err(CliError::new(Exit::of_refusal(code.as_str()), what));
            }
            Ok(Event::Offline { reason, .. }) => report.say(&format!("{reason}; trying again")),
            Ok(_) => {}
            Err(mut e) => {
                report.outcome(room, key, &Outcome::Unconfirmed { ms })?;
                if e.exit == Exit::NotConfirmed {
                    e.message += &format!("; retry with --key {}", PeerStr::new(key).line());
                }
                return Err(e);
            }
        }
    }
}

/// Of a room nobody has been in it is empty.
async fn show_topic(posting: &Posting, config: &Config) -> Result<(), CliError> {
    let mut client = Client::start(config);
    let rooms = super::rooms::ask(posting.patience.timeout, &mut client).await;
    client.close().await;
    let rooms = rooms?.rooms;
    let known = rooms.into_iter().find(|room| room.name == posting.room);
    let RoomInfo { name, topic, .. } = known.unwrap_or_else(|| RoomInfo::new(posting.room.clone()));
    let shown = if posting.json {
        output::json_line(&json!({ "room": name.as_str(), "topic": topic.as_str() }))?
    } else {
        format!("{}\n", topic.line())
    };
    output::write(shown.as_bytes()).map(drop)
}
