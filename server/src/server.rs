//! The running server behind the listener: its shards, and its orderly end. Knows nothing of HTTP, of
//! flags and of where the store lies.

use crate::broker::budget;
use crate::broker::{Conn, Flusher, Hub, QueueBroker, Shard};
use crate::chat::Chat;
use crate::log::{Epoch, Log, StoredQueues, system_time};
use crate::projection::{Projection, RoomRow};
use crate::settings::Settings;
use crate::transport::Transport;
use chat_protocol::chat::request::HISTORY_BYTES;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Between two moments at which the far deadlines of connections are looked at.
const SWEEP: Duration = Duration::from_millis(250);

/// The shards and what they share. Accepted sockets are given to [`ShardHandle::spawn`] in turn.
/// Dropping it ends the shards' threads, and with them what connections there still are.
pub struct Server {
    shards: Vec<ShardHandle>,
    conns: Arc<Conns>,
}

/// The way onto one shard: an OS thread with a current-thread runtime, I/O and time enabled.
#[derive(Clone)]
pub struct ShardHandle {
    runtime: Handle,
    ctx: ShardCtx,
}

/// What a task on a shard needs for [`crate::transport::serve`]. Cheap to clone.
#[derive(Clone)]
pub struct ShardCtx(Arc<Inner>);

pub struct Inner {
    pub settings: Arc<Settings>,
    pub hub: Arc<Hub>,
    pub log: Arc<dyn Log>,
    pub chat: Arc<Chat>,
    pub projection: Projection,
    pub queues: Arc<QueueBroker>,
    shard: Arc<Shard>,
    conns: Arc<Conns>,
    started: Instant,
}

/// Every connection there is.
#[derive(Default)]
struct Conns {
    open: Mutex<HashMap<u64, Arc<Conn>>>,
    next: AtomicU64,
    draining: AtomicBool,
    /// The last one has gone.
    empty: Notify,
}

impl Server {
    /// Starts the shard threads, and lets readers follow the log.
    ///
    /// # Errors
    /// The system gives no thread or no randomness, or the store's rooms cannot be read.
    pub fn start(
        settings: Settings,
        log: Arc<dyn Log>,
        projection: Projection,
        queues: StoredQueues,
    ) -> io::Result<Self> {
        let settings = Arc::new(settings);
        // Message ids of what is not stored must not come again after a restart.
        let run = Epoch::random()?.as_str().to_owned();
        let hub = Arc::new(Hub::bounded(settings.shards.max(1), run, settings.unread_total));
        let runtimes =
            hub.shards().iter().cloned().map(spawn_thread).collect::<io::Result<Vec<_>>>()?;
        let rooms = read_rooms(&runtimes, &projection)?;
        let chat = Arc::new(Chat::new(&settings, hub.clone(), rooms));
        log.follow(chat.clone());
        let queues = QueueBroker::new(
            settings.queues,
            log.clone(),
            hub.clone(),
            Arc::new(system_time),
            queues,
        );
        let conns = Arc::new(Conns::default());
        let started = Instant::now();
        let mut shards = Vec::new();
        for (shard, runtime) in hub.shards().iter().zip(runtimes) {
            let ctx = ShardCtx(Arc::new(Inner {
                settings: settings.clone(),
                hub: hub.clone(),
                log: log.clone(),
                chat: chat.clone(),
                projection: projection.clone(),
                queues: queues.clone(),
                shard: shard.clone(),
                conns: conns.clone(),
                started,
            }));
            shards.push(ShardHandle { runtime, ctx });
        }
        let server = Self { shards, conns };
        if let Some(first) = server.shards.first() {
            let (teller, projection) = (chat.clone(), projection.clone());
            first.spawn(move |_| async move { teller.tell_reads(&projection).await });
            first.spawn(move |_| async move { chat.keep_time().await });
            first.spawn(move |_| async move { queues.keep_time().await });
            first.spawn(move |ctx| async move { ctx.keep_budget().await });
        }
        Ok(server)
    }

    pub fn shards(&self) -> &[ShardHandle] {
        &self.shards
    }

    /// Connections that have been served and are not gone yet.
    pub fn connections(&self) -> usize {
        self.conns.open.lock().len()
    }

    /// Reads nothing more, finishes and confirms what was accepted, closes every connection (1001)
    /// spread evenly over `spread`, and comes back when all are gone or after `deadline`; `true` when
    /// all are gone. Connections that come later are closed at once.
    pub async fn shutdown(&self, deadline: Duration, spread: Duration) -> bool {
        let start = Instant::now();
        self.conns.draining.store(true, Ordering::SeqCst);
        let open: Vec<_> = self.conns.open.lock().values().cloned().collect();
        for conn in &open {
            conn.rouse();
        }
        let step = spread.min(deadline) / u32::try_from(open.len().max(1)).unwrap_or(u32::MAX);
        for (n, conn) in open.into_iter().enumerate() {
            let turn = start + step * u32::try_from(n).unwrap_or(u32::MAX);
            if turn > Instant::now() {
                tokio::time::sleep_until(turn.into()).await;
            }
            conn.tell_to_close();
        }
        let gone = async {
            while self.connections() > 0 {
                self.conns.empty.notified().await;
            }
        };
        tokio::time::timeout_at((start + deadline).into(), gone).await.is_ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for handle in &self.shards {
            handle.ctx.shard.stop();
        }
    }
}

impl ShardHandle {
    /// Runs a task on the shard. `make` is called there, so that `TcpStream::from_std` finds the
    /// shard's reactor. How many there may be is bounded by the caller's connection permits.
    pub fn spawn<F>(
        &self,
        make: impl FnOnce(ShardCtx) -> F + Send + 'static,
    ) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let ctx = self.ctx.clone();
        self.runtime.spawn(async move { make(ctx).await })
    }

    /// What tasks on this shard need.
    pub fn ctx(&self) -> ShardCtx {
        self.ctx.clone()
    }
}

impl std::ops::Deref for ShardCtx {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// Drops the connections that owe most whenever all together owe too much, for ever.
    async fn keep_budget(&self) {
        loop {
            self.hub.budget().exceeded().await;
            let open: Vec<_> = self.conns.open.lock().values().cloned().collect();
            let parts = open.into_iter().map(|conn| (conn.backlog(), conn)).collect();
            let chosen = budget::choose(parts, self.hub.budget().excess());
            if !chosen.is_empty() {
                tracing::warn!(
                    connections = chosen.len(),
                    "too much is left unread in all; those that owe most were dropped"
                );
            }
            chosen.iter().for_each(|conn| conn.abandon());
        }
    }

    /// A heart-beat or deadline of a second and more is looked at a little later, together with those
    /// of the shard's other connections: thousands of idle ones then wake the thread a few times a
    /// second, and what they have to say leaves in one turn.
    pub(crate) fn rounded(&self, due: Instant, now: Instant) -> Instant {
        if due.saturating_duration_since(now) < Duration::from_secs(1) {
            return due;
        }
        let step = SWEEP.as_nanos() as u64;
        let since = due.saturating_duration_since(self.started).as_nanos() as u64;
        self.started + Duration::from_nanos(since.div_ceil(step) * step)
    }

    /// The server is going: nothing more is read.
    pub fn is_draining(&self) -> bool {
        self.conns.draining.load(Ordering::SeqCst)
    }

    pub(crate) fn register(
        &self,
        transport: Transport,
        sock: OwnedWriteHalf,
        now: Instant,
    ) -> Arc<Conn> {
        let id = self.conns.next.fetch_add(1, Ordering::Relaxed);
        // The largest answer and a message with its headers must fit, however large those may be.
        let frame = self.settings.protocol.limits.frame;
        let max_backlog = self.settings.max_backlog.max(HISTORY_BYTES.max(frame) + frame);
        let conn = Conn::new(id, self.shard.clone(), transport, sock, max_backlog, now);
        let conn = Arc::new(conn);
        self.conns.open.lock().insert(id, conn.clone());
        if self.is_draining() {
            conn.tell_to_close();
        }
        conn
    }

    pub(crate) fn unregister(&self, conn: &Conn) {
        let mut open = self.conns.open.lock();
        open.remove(&conn.id);
        if open.is_empty() {
            self.conns.empty.notify_one();
        }
    }
}

fn read_rooms(runtimes: &[Handle], projection: &Projection) -> io::Result<Vec<RoomRow>> {
    let Some(runtime) = runtimes.first() else { return Ok(Vec::new()) };
    let (tell, told) = std::sync::mpsc::channel();
    let projection = projection.clone();
    runtime.spawn(async move { tell.send(projection.rooms().await) });
    match told.recv_timeout(Duration::from_secs(60)) {
        Ok(Ok(rooms)) => Ok(rooms),
        Ok(Err(e)) => Err(io::Error::other(format!("the rooms of the store: {e}"))),
        Err(e) => Err(io::Error::other(format!("the rooms of the store: {e}"))),
    }
}

/// A thread whose runtime runs the shard's flusher, and whatever is spawned there, until the shard is
/// stopped.
fn spawn_thread(shard: Arc<Shard>) -> io::Result<Handle> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new().name(format!("shard-{}", shard.index)).spawn(move || {
        // A task as all others: it has its turn when those before it have published what they
        // read, and to wake it is no system call.
        runtime.block_on(async { tokio::spawn(Flusher::new(shard).run()).await })
    })?;
    Ok(handle)
}
