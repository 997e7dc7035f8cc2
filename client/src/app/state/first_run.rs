//! Whether anything was ever there to show: without a server that answers and without a cache, the
//! person is told what to do instead of what went wrong.

use super::State;
use crate::app::state::Connection;

/// Which server is asked for, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub address: String,
    /// It would be on this machine, where one can be started.
    pub startable: bool,
}

#[derive(Debug, Default)]
pub(crate) struct FirstRun {
    pub server: Option<Server>,
    /// A server has answered in this run.
    pub reached: bool,
    /// An attempt has failed, for this reason.
    pub failed: Option<String>,
    /// One is being started.
    pub starting: bool,
}

/// What the first screen says; every part is safe to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Welcome<'a> {
    pub server: &'a Server,
    pub reason: &'a str,
    pub starting: bool,
}

impl State {
    /// In the place of an empty timeline.
    pub fn welcome(&self) -> Option<Welcome<'_>> {
        let first = &self.first_run;
        let (server, reason) = (first.server.as_ref()?, first.failed.as_deref()?);
        let is_empty = self.room().is_none_or(|room| room.timeline.is_empty());
        let lacks_all = !first.reached && self.connection != Connection::Online && is_empty;
        lacks_all.then_some(Welcome { server, reason, starting: first.starting })
    }
}
