//! Flags of what changes a message or a room: `edit`, `delete`, `react` and `topic`.

use super::{Common, Patience, key};
use chat_protocol::chat::{MessageId, RoomName};
use clap::Args;

/// Flags of every command that posts one row.
#[derive(Debug, Args)]
pub struct Posting {
    /// The room it is in
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: RoomName,
    /// The idempotency key: a retry with it is stored once
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub key: Option<String>,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
pub struct Edit {
    /// Your message
    #[arg(value_name = "ID", value_parser = MessageId::parse)]
    pub id: MessageId,
    /// What it is to say; `-` is standard input
    #[arg(value_name = "TEXT", required = true)]
    pub text: Vec<String>,
    #[command(flatten)]
    pub posting: Posting,
}

#[derive(Debug, Args)]
pub struct Delete {
    /// Your message
    #[arg(value_name = "ID", value_parser = MessageId::parse)]
    pub id: MessageId,
    #[command(flatten)]
    pub posting: Posting,
}

#[derive(Debug, Args)]
pub struct React {
    /// The message
    #[arg(value_name = "ID", value_parser = MessageId::parse)]
    pub id: MessageId,
    /// The emoji, or its shortcode (:tada:)
    #[arg(value_name = "EMOJI")]
    pub emoji: String,
    /// Take the reaction back
    #[arg(long)]
    pub off: bool,
    #[command(flatten)]
    pub posting: Posting,
}

#[derive(Debug, Args)]
pub struct Topic {
    /// The new topic, "" for none; without it the topic is printed
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    #[command(flatten)]
    pub posting: Posting,
}
