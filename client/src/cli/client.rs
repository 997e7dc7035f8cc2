//! A connection as the scripting commands use it: an unreachable server at the start is an error
//! at once, a lost connection later is the driver's to bring back.

use super::exit::{CliError, Exit};
use crate::config::Config;
use crate::net::driver::{self, Link, Peer};
use crate::net::{Command, Down, Event};
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// From `Close` to the end of the driver, which has its own, shorter deadline.
const CLOSE: Duration = Duration::from_secs(5);

pub struct Client {
    link: Link,
    has_been_online: bool,
    /// Why the connection is away, while it is.
    pub down: Option<Down>,
}

/// Runs a command to its end.
pub fn block_on(command: impl Future<Output = Result<(), CliError>>) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| CliError::new(Exit::LocalIo, format!("cannot start: {e}")))?;
    let result = runtime.block_on(command);
    // A reader of ours may never take what is being written: do not wait for it.
    runtime.shutdown_background();
    result
}

/// The same for a command that Ctrl-C ends at once.
pub fn block_on_interruptible(
    command: impl Future<Output = Result<(), CliError>>,
) -> Result<(), CliError> {
    block_on(async {
        tokio::select! {
            biased;
            result = command => result,
            _ = tokio::signal::ctrl_c() => Err(CliError::new(Exit::Interrupted, "interrupted")),
        }
    })
}

impl Client {
    pub fn start(config: &Config) -> Self {
        let peer = Peer { server: config.server.clone(), nick: config.nick.clone() };
        Self { link: driver::start(peer), has_been_online: false, down: None }
    }

    pub async fn command(&self, command: Command) -> Result<(), CliError> {
        self.link.commands.send(command).await.map_err(|_| gone())
    }

    /// The next event. Safe to cancel.
    pub async fn event(&mut self) -> Result<Event, CliError> {
        let event = self.link.events.recv().await.ok_or_else(gone)?;
        self.check(event)
    }

    /// An event that is there already.
    pub fn try_event(&mut self) -> Result<Option<Event>, CliError> {
        match self.link.events.try_recv() {
            Ok(event) => self.check(event).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The next event, as long as it comes within `patience`.
    pub async fn event_within(&mut self, patience: Duration) -> Result<Event, CliError> {
        match tokio::time::timeout(patience, self.event()).await {
            Ok(event) => event,
            Err(_) => Err(self.silence(patience)),
        }
    }

    /// Asks one question and waits for what `answer` takes as its answer.
    pub async fn ask<T>(
        &mut self,
        question: Command,
        patience: Duration,
        answer: impl Fn(Event) -> Option<T>,
    ) -> Result<T, CliError> {
        self.command(question).await?;
        loop {
            match self.event_within(patience).await? {
                Event::RequestFailed { code, message, .. } => {
                    let what = format!("{} ({})", message.line(), code.line());
                    return Err(CliError::new(Exit::of_refusal(code.as_str()), what));
                }
                event => {
                    if let Some(answer) = answer(event) {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// Nothing has moved for too long.
    pub fn silence(&self, patience: Duration) -> CliError {
        let why = self
            .down
            .as_ref()
            .map_or_else(|| "the server does not answer".to_owned(), |down| down.to_string());
        let what = format!("gave up after {patience:?} without progress: {why}");
        CliError::new(Exit::Unreachable, what)
    }

    fn check(&mut self, event: Event) -> Result<Event, CliError> {
        match &event {
            Event::Online { .. } => {
                self.has_been_online = true;
                self.down = None;
            }
            Event::Offline { reason, retry_in } => {
                let hopeless = !self.has_been_online && matches!(reason, Down::Unreachable(_));
                if hopeless || retry_in.is_none() {
                    return Err(CliError::from(reason));
                }
                self.down = Some(reason.clone());
            }
            _ => {}
        }
        Ok(event)
    }

    /// Says goodbye; what still comes is dropped.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.link.commands.send(Command::Close).await.is_ok() {
                while self.link.events.recv().await.is_some() {}
            }
        };
        // The work is done: a server that does not answer now changes nothing.
        let _ = tokio::time::timeout_at(Instant::now() + CLOSE, goodbye).await;
    }
}

fn gone() -> CliError {
    CliError::internal("the connection's task has ended")
}
