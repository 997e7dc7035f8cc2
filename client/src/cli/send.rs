//! `send`: posts what it reads and ends with 0 only when all of it is confirmed. The first failure
//! stops the reading; what is on its way is still awaited.

mod report;

use super::args::{self, Cli, KeyFrom};
use super::client::{self, Client};
use super::exit::{CliError, Exit};
use super::input::{self, Piece, Pieces, Source, Split, place};
use super::key;
use crate::config::Config;
use crate::net::driver::until;
use crate::net::engine::outbox::{WINDOW, WINDOW_BYTES};
use crate::net::{Command, Event};
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::{NewMessage, Post, RoomName};
use chat_protocol::text::PeerStr;
use clap::CommandFactory;
pub use report::{Outcome, Report};
use std::collections::VecDeque;
use std::io::IsTerminal;
use std::time::Duration;
use tokio::time::Instant;

/// An open pipe that says nothing for this long gets a hint.
const HINT_AFTER: Duration = Duration::from_secs(3);

pub fn run(args: args::Send, config: &Config) -> Result<(), CliError> {
    let (source, split) = source(&args)?;
    let hint = split == Split::Whole && source == Source::Stdin && std::io::stderr().is_terminal();
    // A pipe may stay open for long, and a refusal must not wait for it; all else is there.
    let is_there = split == Split::Whole && source != Source::Stdin;
    let mut pieces = input::start(source, split)?;
    client::block_on(async {
        let report = Report { json: args.json, quiet: args.quiet, verbose: args.verbose };
        let mut sending = Sending::new(args, report);
        if sending.args.dry_run {
            return sending.rehearse(pieces).await;
        }
        if is_there && pieces.is_empty().await? {
            return sending.verdict();
        }
        let mut client = Client::start(config);
        let done = sending.run(pieces, &mut client, hint && !sending.report.quiet).await;
        if !done.as_ref().is_err_and(|e| e.exit == Exit::Interrupted) {
            client.close().await;
        }
        done
    })
}

fn source(args: &args::Send) -> Result<(Source, Split), CliError> {
    let split = match (args.lines, args.null, args.jsonl) {
        (true, ..) => Split::Lines,
        (_, true, _) => Split::Nul,
        (.., true) => Split::Json,
        _ => Split::Whole,
    };
    let text = args.text.join(" ");
    let streamed = args.text.is_empty() || text == "-";
    if split != Split::Whole && !streamed {
        let what = "--lines, --null and --jsonl read a stream; leave the text out, or pipe it in";
        return Err(CliError::usage(what));
    }
    match &args.file {
        Some(path) if path.as_os_str() != "-" => Ok((Source::File(path.clone()), split)),
        Some(_) => Ok((Source::Stdin, split)),
        None if !streamed => Ok((Source::Text(text), split)),
        None if args.text.is_empty() && std::io::stdin().is_terminal() => {
            let mut cli = Cli::command();
            cli.build(); // so that the usage names the whole command
            let help = cli.find_subcommand_mut("send").map(|c| c.render_help().to_string());
            let help = help.unwrap_or_default();
            let what = "nothing to send: give a text, a --file, or pipe one in";
            Err(CliError::usage(format!("{what}\n\n{help}")))
        }
        None => Ok((Source::Stdin, split)),
    }
}

/// A message the driver has and the server has not answered.
struct Waiting {
    room: RoomName,
    key: String,
    number: u64,
    bytes: usize,
    since: Instant,
    /// How many pieces have this key: they are one message.
    pieces: u32,
}

struct Sending {
    args: args::Send,
    report: Report,
    waiting: VecDeque<Waiting>,
    bytes: usize,
    taken: u64,
    confirmed: u64,
    failure: Option<CliError>,
    progress: Instant,
}

impl Sending {
    fn new(args: args::Send, report: Report) -> Self {
        Self {
            args,
            report,
            waiting: VecDeque::new(),
            bytes: 0,
            taken: 0,
            confirmed: 0,
            failure: None,
            progress: Instant::now(),
        }
    }

    async fn run(
        &mut self,
        mut pieces: Pieces,
        client: &mut Client,
        hint: bool,
    ) -> Result<(), CliError> {
        let mut hint_at = hint.then(|| Instant::now() + HINT_AFTER);
        let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
        let mut open = true;
        while open || !self.waiting.is_empty() {
            let room = self.waiting.len() < WINDOW && self.bytes < WINDOW_BYTES;
            let deadline = self.progress + self.args.patience.timeout;
            tokio::select! {
                biased;
                _ = &mut interrupt => return Err(self.interrupted()),
                event = client.event() => match event {
                    Ok(event) => self.event(event),
                    Err(e) => return Err(self.give_up(e)),
                },
                piece = pieces.next(), if open && room => match piece {
                    Some(Ok(piece)) => self.take(piece, client).await?,
                    Some(Err(e)) => self.fail(e),
                    None => open = false,
                },
                () = tokio::time::sleep_until(deadline), if !self.waiting.is_empty() => {
                    let error = self.not_confirmed(client);
                    return Err(self.give_up(error));
                }
                () = until(hint_at), if open && hint_at.is_some() => {
                    self.report.say("reading all of the input as one message; use --lines to send each line as it comes");
                    hint_at = None;
                }
            }
            open &= self.failure.is_none();
        }
        self.verdict()
    }

    /// Checks everything, sends nothing.
    async fn rehearse(&mut self, mut pieces: Pieces) -> Result<(), CliError> {
        while let Some(piece) = pieces.next().await {
            let (room, piece) = self.address(piece?)?;
            let key = self.key(&room, &piece)?;
            self.taken += 1;
            self.report.outcome(&room, &key, &Outcome::DryRun)?;
        }
        self.verdict()
    }

    async fn take(&mut self, piece: Piece, client: &Client) -> Result<(), CliError> {
        let checked = self.address(piece).and_then(|(room, piece)| {
            let key = self.key(&room, &piece)?;
            Ok((room, key, piece))
        });
        let (room, key, piece) = match checked {
            Ok(checked) => checked,
            Err(e) => {
                self.fail(e);
                return Ok(());
            }
        };
        self.taken += 1;
        if self.waiting.is_empty() {
            self.progress = Instant::now();
        }
        if let Some(same) = self.waiting.iter_mut().find(|w| w.key == key && w.room == room) {
            same.pieces += 1;
            return Ok(());
        }
        self.bytes += piece.text.len();
        self.waiting.push_back(Waiting {
            room: room.clone(),
            key: key.clone(),
            number: piece.number,
            bytes: piece.text.len(),
            since: Instant::now(),
            pieces: 1,
        });
        let reply_to = piece.reply_to.or_else(|| self.args.reply_to.clone());
        let post = Post::Message { text: piece.text.into(), reply_to };
        client.command(Command::Send { room, post, key }).await
    }

    /// The room it goes to, and that it can be posted at all.
    fn address(&self, piece: Piece) -> Result<(RoomName, Piece), CliError> {
        let place = place(piece.number);
        let room = piece.room.clone().or_else(|| self.args.room.clone()).ok_or_else(|| {
            CliError::bad_input(format!("{place}no room; add \"room\" to it or give --room"))
        })?;
        // How long a text may be is the server's to say.
        let limits = TextLimits { bytes: usize::MAX, graphemes: usize::MAX, key: args::KEY_MAX };
        NewMessage::from_send(None, piece.key.as_deref(), piece.text.as_bytes(), &limits)
            .map_err(|e| CliError::bad_input(format!("{place}{e}")))?;
        Ok((room, piece))
    }

    fn key(&self, room: &RoomName, piece: &Piece) -> Result<String, CliError> {
        match (piece.key.as_ref().or(self.args.key.as_ref()), self.args.key_from) {
            (Some(key), _) => Ok(key.clone()),
            (None, Some(KeyFrom::Sha256)) => {
                let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
                Ok(key::of_content(room, &piece.text, today))
            }
            (None, None) => key::random(),
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Online { user, .. } => {
                self.progress = Instant::now();
                self.report.detail(format_args!("connected as {user}"));
            }
            Event::Offline { reason, .. } => {
                self.report.say(&format!("{reason}; trying again"));
            }
            Event::Confirmed { key, id, duplicate, attempts, .. } => {
                self.progress = Instant::now();
                let Some(waiting) = self.done(&key) else { return };
                for piece in 0..waiting.pieces {
                    self.confirmed += 1;
                    let duplicate = duplicate || piece > 0;
                    let ms = waiting.since.elapsed().as_millis();
                    let outcome = Outcome::Confirmed { id: &id, duplicate, attempts, ms };
                    self.tell(&waiting.room, &key, &outcome);
                }
            }
            Event::Refused { key, code, message, .. } => {
                self.progress = Instant::now();
                let Some(waiting) = self.done(&key) else { return };
                let ms = waiting.since.elapsed().as_millis();
                let outcome = Outcome::Failed { code: code.as_str(), ms };
                self.tell(&waiting.room, &key, &outcome);
                let place = place(waiting.number);
                let what = format!("{place}{} ({})", message.line(), code.line());
                self.fail(CliError::new(Exit::of_refusal(code.as_str()), what));
            }
            _ => {}
        }
    }

    /// Answers come in the order of sending.
    fn done(&mut self, key: &str) -> Option<Waiting> {
        let at = self.waiting.iter().position(|w| w.key == key)?;
        let waiting = self.waiting.remove(at)?;
        self.bytes -= waiting.bytes;
        Some(waiting)
    }

    fn tell(&mut self, room: &RoomName, key: &str, outcome: &Outcome<'_>) {
        if let Err(e) = self.report.outcome(room, key, outcome) {
            self.fail(e);
        }
    }

    fn fail(&mut self, error: CliError) {
        self.failure.get_or_insert(error);
    }

    fn not_confirmed(&self, client: &Client) -> CliError {
        let why = match &client.down {
            Some(down) => down.to_string(),
            None => "the server does not answer".to_owned(),
        };
        let streamed = self.args.lines || self.args.null || self.args.jsonl;
        let again = match self.waiting.front() {
            Some(one) if !streamed => format!("--key {}", PeerStr::new(&one.key).line()),
            _ => "the same keys".to_owned(),
        };
        let what = format!(
            "{} not confirmed in {:?}: {why}; retry with {again}",
            self.unconfirmed(),
            self.args.patience.timeout
        );
        CliError::new(Exit::NotConfirmed, what)
    }

    fn interrupted(&mut self) -> CliError {
        let what = format!("interrupted; {} not confirmed", self.unconfirmed());
        self.give_up(CliError::new(Exit::Interrupted, what))
    }

    fn unconfirmed(&self) -> String {
        match self.taken - self.confirmed {
            1 => "1 message is".to_owned(),
            n => format!("{n} messages are"),
        }
    }

    /// Nothing more will come: says so of each that waits. Of several failures the first counts.
    fn give_up(&mut self, error: CliError) -> CliError {
        while let Some(waiting) = self.waiting.pop_front() {
            let ms = waiting.since.elapsed().as_millis();
            self.tell(&waiting.room, &waiting.key, &Outcome::Unconfirmed { ms });
        }
        match self.failure.take() {
            Some(first) if error.exit != Exit::Interrupted => first,
            _ => error,
        }
    }

    fn verdict(&mut self) -> Result<(), CliError> {
        match self.failure.take() {
            Some(error) => Err(error),
            None if self.taken == 0 && !self.args.allow_empty => {
                Err(CliError::bad_input("the input is empty; --allow-empty makes that no error"))
            }
            None => Ok(()),
        }
    }
}
