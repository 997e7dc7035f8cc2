//! `export`.

use super::{Common, Patience};
use crate::query::When;
use chat_protocol::chat::RoomName;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Export {
    #[arg(long, value_name = "ROOM", value_parser = RoomName::parse)]
    pub room: RoomName,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ExportFormat,
    /// Only what came after this message, or since this time (2026-11-01, 2026-11-01T18:30, 10m, 7d)
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    pub since: Option<When>,
    /// A file, which appears when it is whole; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub patience: Patience,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// A line per message, as `history` prints it
    Text,
    /// For reading, with a heading per day
    Markdown,
    /// The log as the server keeps it, a JSON object per row
    Jsonl,
}
