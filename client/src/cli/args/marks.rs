//! Flags of `read` and `mentions`.

use super::{Common, Patience};
use chat_protocol::chat::{MessageId, RoomName};
use clap::Args;

#[derive(Debug, Args)]
pub struct Read {
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: RoomName,
    /// Up to this message [default: the newest]
    #[arg(value_name = "ID", value_parser = MessageId::parse)]
    pub id: Option<MessageId>,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Args)]
pub struct Mentions {
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// The newest ones before this message
    #[arg(long, value_name = "ID", value_parser = MessageId::parse)]
    pub before: Option<MessageId>,
    /// Print JSON objects
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}
