//! A connection as delivery sees it: a socket's write half, its framing and its outbox.

use super::budget::Budget;
use super::hub::Subscriber;
use super::out::{Append, Out, Sink, State};
use super::run::Run;
use super::shard::Shard;
use crate::transport::{Transport, frame_header};
use futures_util::task::AtomicWaker;
use parking_lot::{Mutex, MutexGuard};
use std::future::poll_fn;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::net::tcp::OwnedWriteHalf;

/// A buffer of this size is written at once, so that a burst to a healthy reader is not taken for a
/// backlog.
const WRITE_AT: usize = 64 * 1024;

/// What the connection's own task must act upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Sound,
    /// Output waits for the socket; nothing has moved since then.
    Blocked(Instant),
    /// Cut for its backlog; nothing has moved since then.
    Cut(Instant),
    Dead,
}

pub struct Conn {
    pub id: u64,
    shard: Arc<Shard>,
    transport: Transport,
    sock: OwnedWriteHalf,
    out: Mutex<Out>,
    max_backlog: usize,
    /// The connection's task, to be woken: blocked, cut, dead, or told to close.
    task: AtomicWaker,
    woken: AtomicBool,
    /// The server is shutting down, and it is this connection's turn.
    told_to_close: AtomicBool,
    /// What is superseded soon was dropped, since this connection was behind.
    missed: AtomicBool,
    started: Instant,
    /// Milliseconds from `started` to the last write.
    last_out: AtomicU64,
}

impl Sink for OwnedWriteHalf {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(test)]
        WRITES.set(WRITES.get() + 1);
        OwnedWriteHalf::try_write(self, bytes)
    }
}

#[cfg(test)]
thread_local!(static WRITES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) });

/// Writes of this thread's connections until now.
#[cfg(test)]
pub(super) fn writes() -> u64 {
    WRITES.get()
}

impl Conn {
    pub fn new(
        id: u64,
        shard: Arc<Shard>,
        transport: Transport,
        sock: OwnedWriteHalf,
        max_backlog: usize,
        now: Instant,
    ) -> Self {
        Self {
            id,
            shard,
            transport,
            sock,
            out: Mutex::default(),
            max_backlog,
            task: AtomicWaker::new(),
            woken: AtomicBool::new(false),
            told_to_close: AtomicBool::new(false),
            missed: AtomicBool::new(false),
            started: now,
            last_out: AtomicU64::new(0),
        }
    }

    pub fn transport(&self) -> Transport {
        self.transport
    }

    pub fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }

    /// Fan-out of MESSAGEs to one subscription, unless it is cancelled; `at_once`: written there and
    /// then. `true`: the flusher must write this connection.
    ///
    /// `cancelled` is read under the outbox's lock: the connection's task sets it before it appends
    /// the RECEIPT of an UNSUBSCRIBE, so nothing can follow that RECEIPT.
    pub(super) fn deliver(
        &self,
        to: &Subscriber,
        run: &mut Run,
        at_once: bool,
        now: Instant,
    ) -> bool {
        let mut out = self.out();
        if to.cancelled.load(Ordering::Acquire) {
            return false;
        }
        let blocked = matches!(out.state(), State::Blocked { .. });
        match run.block(to) {
            Some(block) if out.admits(block.len(), self.max_backlog) => {
                if at_once && !blocked {
                    let (state, moved) = out.pass(block, &self.sock, now);
                    self.settle(state, moved, now);
                    return false;
                }
                self.append(&mut out, [block, &[], &[]], blocked, now)
            }
            _ => {
                let mut first = false;
                for message in run.messages() {
                    if blocked && message.ephemeral {
                        self.missed.store(true, Ordering::Relaxed);
                        continue;
                    }
                    if !to.wants(message) {
                        continue;
                    }
                    let tail = message.tail(to.version);
                    let len = to.head.len() + tail.len();
                    let (header, n) = frame_header(self.transport, len, message.text);
                    let parts = framed(self.transport, &header[..n], &to.head, tail);
                    first |= self.append(&mut out, parts, blocked, now);
                }
                first
            }
        }
    }

    fn append(&self, out: &mut Out, parts: [&[u8]; 3], blocked: bool, now: Instant) -> bool {
        match out.deliver(parts, self.max_backlog, now) {
            Append::First => return true,
            Append::Overflow => self.rouse(),
            Append::Queued if !blocked && out.backlog() >= WRITE_AT => self.write_locked(out, now),
            Append::Queued | Append::Dropped => {}
        }
        false
    }

    /// One whole STOMP frame or heart-beat of the connection's own.
    pub fn push(self: &Arc<Self>, frame: &[u8]) {
        self.push_parts(frame, &[], std::str::from_utf8(frame).is_ok());
    }

    /// The two halves of one MESSAGE for this connection alone.
    pub fn push_parts(self: &Arc<Self>, head: &[u8], tail: &[u8], text: bool) {
        let (header, n) = frame_header(self.transport, head.len() + tail.len(), text);
        self.push_bytes(framed(self.transport, &header[..n], head, tail));
    }

    /// Bytes as they are: pongs and Close frames.
    pub fn push_raw(self: &Arc<Self>, bytes: &[u8]) {
        self.push_bytes([bytes, &[], &[]]);
    }

    fn push_bytes(self: &Arc<Self>, parts: [&[u8]; 3]) {
        let first = self.out().push(parts) == Append::First;
        if first {
            self.shard.push_dirty(self.clone());
        }
    }

    /// Bytes that wait.
    pub fn backlog(&self) -> usize {
        self.out.lock().backlog()
    }

    pub fn condition(&self) -> Condition {
        match self.out.lock().state() {
            State::Idle | State::Dirty => Condition::Sound,
            State::Blocked { since } => Condition::Blocked(since),
            State::Cut { since } => Condition::Cut(since),
            State::Dead => Condition::Dead,
        }
    }

    fn out(&self) -> Counted<'_> {
        Counted { out: self.out.lock(), budget: &self.shard.budget }
    }

    /// The flusher's turn: writes once, unless the connection's task has taken over.
    pub(super) fn flush(&self, now: Instant) {
        let mut out = self.out();
        if out.state() == State::Dirty {
            self.write_locked(&mut out, now);
        }
    }

    /// The own task's turn: writes once, whatever the state.
    pub fn write(&self, now: Instant) {
        let (_, moved) = self.out().write(&self.sock, now);
        self.note(moved, now);
    }

    fn write_locked(&self, out: &mut Out, now: Instant) {
        let (state, moved) = out.write(&self.sock, now);
        self.settle(state, moved, now);
    }

    /// What the socket did not take is the connection's task's.
    fn settle(&self, state: State, moved: bool, now: Instant) {
        self.note(moved, now);
        if state != State::Idle {
            self.rouse();
        }
    }

    fn note(&self, moved: bool, now: Instant) {
        if moved {
            let ms = now.saturating_duration_since(self.started).as_millis();
            self.last_out.store(u64::try_from(ms).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// When something last left, rounded down to a millisecond.
    pub fn last_out(&self) -> Instant {
        self.started + Duration::from_millis(self.last_out.load(Ordering::Relaxed))
    }

    /// Fan-out is refused from now on.
    pub fn cut(&self, now: Instant) {
        self.out().cut(now);
    }

    /// Gives up what waits, and the connection with it, without a last word: where a frame begins is
    /// not known any more.
    pub fn abandon(&self) {
        self.out().die();
        self.rouse();
    }

    /// Whether it keeps up now and has missed something since the last time.
    pub fn take_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
            && self.condition() == Condition::Sound
            && self.missed.swap(false, Ordering::Relaxed)
    }

    /// Whether there was a reason to look around since the last time. For the connection's task alone.
    pub fn poll_woken(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.task.register(cx.waker());
        if self.woken.swap(false, Ordering::AcqRel) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Until the socket takes bytes again (or fails, which the next write tells).
    pub fn poll_writable(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.sock.as_ref().poll_write_ready(cx).map(|_| ())
    }

    pub async fn writable(&self) {
        poll_fn(|cx| self.poll_writable(cx)).await;
    }

    /// Makes the connection's task look around.
    pub fn rouse(&self) {
        self.woken.store(true, Ordering::Release);
        self.task.wake();
    }

    pub fn tell_to_close(&self) {
        self.told_to_close.store(true, Ordering::Release);
        self.rouse();
    }

    pub fn is_told_to_close(&self) -> bool {
        self.told_to_close.load(Ordering::Acquire)
    }
}

/// A locked outbox; what it has come to owe is counted when it is let go. Only what a socket has refused
/// counts: the rest leaves with the flusher's turn.
struct Counted<'a> {
    out: MutexGuard<'a, Out>,
    budget: &'a Budget,
}

impl Deref for Counted<'_> {
    type Target = Out;
    fn deref(&self) -> &Out {
        &self.out
    }
}

impl DerefMut for Counted<'_> {
    fn deref_mut(&mut self) -> &mut Out {
        &mut self.out
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let owed = match self.out.state() {
            State::Blocked { .. } | State::Cut { .. } => self.out.backlog(),
            State::Idle | State::Dirty | State::Dead => 0,
        };
        let counted = std::mem::replace(&mut self.out.counted, owed);
        if counted != owed {
            self.budget.change(counted, owed);
        }
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        self.out().die();
    }
}

/// On plain TCP a line feed follows each frame, as the other brokers have it: there are clients that
/// read an octet behind the NUL (PECL stomp), and lose the next frame's first one.
pub(super) fn framed<'a>(
    transport: Transport,
    header: &'a [u8],
    head: &'a [u8],
    tail: &'a [u8],
) -> [&'a [u8]; 3] {
    let last = tail.last().or(head.last());
    match transport {
        Transport::Tcp if last == Some(&0) => [head, tail, b"\n"],
        Transport::Tcp | Transport::WebSocket => [header, head, tail],
    }
}
