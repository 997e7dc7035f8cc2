//! A server that is started while the screen is there: off its thread, since one waits for the answer.

use crate::app::state::first_run::Server;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A line about what was started, or why nothing was; safe to show.
type Outcome = Result<Option<String>, String>;

pub struct Starter {
    server: Server,
    start: Arc<dyn Fn() -> Outcome + Send + Sync>,
    tell: mpsc::Sender<Outcome>,
    outcomes: mpsc::Receiver<Outcome>,
}

impl Starter {
    /// `start` returns, within some time of its own, when the server answers.
    pub fn new(server: Server, start: impl Fn() -> Outcome + Send + Sync + 'static) -> Self {
        let (tell, outcomes) = mpsc::channel(1);
        Self { server, start: Arc::new(start), tell, outcomes }
    }

    pub fn server(&self) -> Server {
        self.server.clone()
    }

    /// The core starts one at a time.
    pub fn start(&self) {
        let (start, tell) = (self.start.clone(), self.tell.clone());
        tokio::task::spawn_blocking(move || {
            // Nobody may be waiting any more.
            let _ = tell.blocking_send(start());
        });
    }

    pub async fn outcome(&mut self) -> Option<Outcome> {
        self.outcomes.recv().await
    }
}
