//! `tail`: follows a room unseen. What is printed was flushed before the cursor file says so; after
//! a lost connection it goes on where it was, without loss and without doubles.

mod cursor;
mod seen;

use super::args::{self, Since};
use super::client::{self, Client};
use super::exit::{CliError, Exit};
use super::history;
use super::output::{self, Clock, Reader};
use crate::config::Config;
use crate::net::driver::until;
use crate::net::{Command, Event, Start, Target};
use chat_protocol::chat::request::{Anchor, HISTORY_MAX};
use chat_protocol::chat::{ChatEvent, ChatMessage, MessageId, Sync};
use cursor::Cursor;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use seen::Seen;
use serde::Serialize;
use std::io::Write;
use std::time::Duration;
use tokio::time::Instant;

/// Output gathered before it is written, in bytes, while messages keep coming.
const BATCH: usize = 64 * 1024;
/// For the first connection, unless `--timeout` says otherwise.
const FIRST_CONNECTION: Duration = Duration::from_secs(30);

pub fn run(args: args::Tail, config: &Config) -> Result<(), CliError> {
    let cursor = args.cursor_file.clone().map(Cursor::new);
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let exit_at = args.exit_after.map(|after| Instant::now() + after);
        let mut tail = Tail::new(args, cursor);
        let done = tokio::select! {
            done = tail.follow(&mut client) => done,
            () = output::reader_gone() => Ok(()),
            () = until(exit_at) => Ok(()),
        };
        client.close().await;
        done
    })
}

/// An event that is no message, in `--json`.
#[derive(Serialize)]
struct Mark<'a> {
    kind: &'static str,
    room: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<chat_protocol::chat::event::ResetReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<&'a str>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    More,
    Done,
}

struct Tail {
    args: args::Tail,
    cursor: Option<Cursor>,
    zone: TimeZone,
    seen: Seen,
    printed: u64,
    /// Not written yet.
    batch: String,
    /// Of the last message in the batch.
    position: Option<MessageId>,
    has_been_online: bool,
    /// Since when there is no connection.
    away: Option<Instant>,
}

impl Tail {
    fn new(args: args::Tail, cursor: Option<Cursor>) -> Self {
        Self {
            args,
            cursor,
            zone: TimeZone::system(),
            seen: Seen::default(),
            printed: 0,
            batch: String::new(),
            position: None,
            has_been_online: false,
            away: Some(Instant::now()),
        }
    }

    async fn follow(&mut self, client: &mut Client) -> Result<(), CliError> {
        let Some(start) = self.start(client).await? else { return Ok(()) };
        let target = Target::Room(self.args.room.clone());
        client.command(Command::Subscribe { target, start, unseen: true }).await?;
        loop {
            let event = tokio::select! {
                event = client.event() => event?,
                () = until(self.deadline()) => {
                    return Err(client.silence(self.patience().unwrap_or_default()));
                }
            };
            let mut flow = self.event(event)?;
            while flow == Flow::More
                && self.batch.len() < BATCH
                && let Some(event) = client.try_event()?
            {
                flow = self.event(event)?;
            }
            if self.flush().await? == Reader::Gone || flow == Flow::Done {
                return Ok(());
            }
        }
    }

    /// Where to subscribe from; `None` when all that was asked for is printed already.
    async fn start(&mut self, client: &mut Client) -> Result<Option<Start>, CliError> {
        if let Some(id) = self.cursor.as_ref().map(Cursor::read).transpose()?.flatten() {
            return Ok(Some(Start::After(id)));
        }
        match self.args.since.clone() {
            Some(Since::Id(id)) => Ok(Some(Start::After(id))),
            Some(Since::Ago(ago)) => self.since(client, ago).await,
            None => Ok(Some(Start::Last(self.args.last.unwrap_or(0)))),
        }
    }

    /// Prints what there is since then, and finds the place from which nothing can be missed.
    async fn since(
        &mut self,
        client: &mut Client,
        ago: Duration,
    ) -> Result<Option<Start>, CliError> {
        let now = Timestamp::now().as_millisecond();
        let ago = i64::try_from(ago.as_millis()).unwrap_or(i64::MAX);
        let mut anchor = Anchor::Since(u64::try_from(now.saturating_sub(ago)).unwrap_or(0));
        let patience = self.args.timeout.unwrap_or(FIRST_CONNECTION);
        loop {
            let room = &self.args.room;
            let page = history::page(client, room, anchor, HISTORY_MAX, patience).await?;
            for message in &page.messages {
                if self.message(message)? == Flow::Done {
                    self.flush().await?;
                    return Ok(None);
                }
            }
            if self.flush().await? == Reader::Gone {
                return Ok(None);
            }
            match page.messages.last() {
                Some(last) if page.more_after => anchor = Anchor::After(last.id.clone()),
                Some(last) => return Ok(Some(Start::After(last.id.clone()))),
                None => break,
            }
        }
        // Nothing that young: go on after the newest message, or from the room's very beginning.
        let page = history::page(client, &self.args.room, Anchor::Newest, 1, patience).await?;
        let newest = page.messages.last().map(|m| m.id.clone());
        Ok(Some(newest.map_or(Start::Last(HISTORY_MAX as u16), Start::After)))
    }

    fn patience(&self) -> Option<Duration> {
        let first = (!self.has_been_online).then_some(FIRST_CONNECTION);
        self.args.timeout.or(first)
    }

    fn deadline(&self) -> Option<Instant> {
        Some(self.away? + self.patience()?)
    }

    fn event(&mut self, event: Event) -> Result<Flow, CliError> {
        match event {
            Event::Online { .. } => self.online()?,
            Event::Offline { reason, .. } => {
                self.away.get_or_insert_with(Instant::now);
                self.say(&format!("{reason}; trying again"));
            }
            Event::SubscriptionRefused { code, message, .. } => {
                let what = format!("{} ({})", message.line(), code.line());
                return Err(CliError::new(Exit::of_refusal(code.as_str()), what));
            }
            Event::Chat { event: ChatEvent::Message { message, .. }, .. } => {
                return self.message(&message);
            }
            Event::Chat { event: ChatEvent::Sync { sync, .. }, .. } => self.sync(&sync)?,
            _ => {}
        }
        Ok(Flow::More)
    }

    fn online(&mut self) -> Result<(), CliError> {
        self.away = None;
        if std::mem::replace(&mut self.has_been_online, true) {
            self.say("connected again");
            self.mark("reconnected", None)?;
        }
        Ok(())
    }

    fn message(&mut self, message: &ChatMessage) -> Result<Flow, CliError> {
        if !self.seen.is_new(&message.id) {
            return Ok(Flow::More);
        }
        self.batch += &match self.args.json {
            true => output::json_line(message)?,
            false => output::text_line(message, Clock::Time, &self.zone),
        };
        self.position = Some(message.id.clone());
        self.printed += 1;
        let done = self.args.count.is_some_and(|count| self.printed >= count);
        Ok(if done { Flow::Done } else { Flow::More })
    }

    fn sync(&mut self, sync: &Sync) -> Result<(), CliError> {
        if !sync.recovered {
            self.say("messages are missing here: the server no longer has them");
            self.mark("gap", Some(sync))?;
        }
        if let Some(at) = &sync.position {
            self.position = Some(at.clone());
        }
        Ok(())
    }

    fn mark(&mut self, kind: &'static str, sync: Option<&Sync>) -> Result<(), CliError> {
        if self.args.json {
            let room = self.args.room.as_str();
            let oldest = sync.and_then(|s| s.oldest.as_ref()).map(MessageId::as_str);
            let mark = Mark { kind, room, reason: sync.and_then(|s| s.reason), oldest };
            self.batch += &output::json_line(&mark)?;
        }
        Ok(())
    }

    /// In text the events go to standard error; in JSON they are objects between the messages.
    fn say(&self, what: &str) {
        if !self.args.json {
            // Nobody may be reading; that is no reason to stop.
            let _ = writeln!(std::io::stderr(), "chat-tui: {what}");
        }
    }

    /// Writes the batch, then the position it ends with.
    async fn flush(&mut self) -> Result<Reader, CliError> {
        if !self.batch.is_empty() {
            let batch = std::mem::take(&mut self.batch).into_bytes();
            if output::write_apart(batch).await? == Reader::Gone {
                return Ok(Reader::Gone);
            }
        }
        if let (Some(position), Some(cursor)) = (self.position.take(), &self.cursor) {
            cursor.write(&position)?;
        }
        Ok(Reader::There)
    }
}
