//! The running server behind the listener: its shards, and its orderly end. Knows nothing of HTTP, of
//! flags and of where the store lies.

use crate::log::Log;
use crate::settings::Settings;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// The shards and what they share. Accepted sockets are given to [`ShardHandle::spawn`] in turn.
pub struct Server {
    shards: Vec<ShardHandle>,
}

/// The way onto one shard: an OS thread with a current-thread runtime, I/O and time enabled.
#[derive(Clone)]
pub struct ShardHandle {
    runtime: tokio::runtime::Handle,
    ctx: ShardCtx,
}

/// What a task on a shard needs for [`crate::transport::serve`].
#[derive(Clone)]
pub struct ShardCtx {
    pub settings: Arc<Settings>,
}

impl Server {
    /// Starts the shard threads.
    pub fn start(_settings: Settings, _log: Arc<dyn Log>) -> io::Result<Self> {
        todo!()
    }

    pub fn shards(&self) -> &[ShardHandle] {
        &self.shards
    }

    /// Connections that have been served and are not gone yet.
    pub fn connections(&self) -> usize {
        todo!()
    }

    /// Reads nothing more, finishes and confirms what was accepted, closes every connection (1001)
    /// spread evenly over `spread`, and comes back when all are gone or after `deadline`; `true` when
    /// all are gone. Connections that come later are closed at once.
    pub async fn shutdown(&self, _deadline: Duration, _spread: Duration) -> bool {
        todo!()
    }
}

impl ShardHandle {
    /// Runs a task on the shard. `make` is called there, so that `TcpStream::from_std` finds the
    /// shard's reactor. How many there may be is bounded by the caller's connection permits.
    pub fn spawn<F>(&self, make: impl FnOnce(ShardCtx) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let ctx = self.ctx.clone();
        self.runtime.spawn(async move { make(ctx).await });
    }
}
