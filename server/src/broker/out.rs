//! One connection's outgoing bytes: appended by fan-out and by the connection's own task, written by
//! whoever's turn it is. A state machine over any sink; knows neither sockets nor frames.
//!
//! An idle connection owns no buffer: the first append takes one from the thread's pool, the write
//! that empties it gives it back.

use std::cell::RefCell;
use std::io;
use std::time::Instant;

/// Something that takes some bytes now or says `WouldBlock`.
pub trait Sink {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing waits.
    Idle,
    /// Something waits, and the flusher or the connection's task will write it.
    Dirty,
    /// The sink took less than all at some time; nothing has moved since `since`. The connection's
    /// task goes on when the sink takes more.
    Blocked { since: Instant },
    /// Over its bound. Fan-out is refused; what waits and the last words may still leave.
    Cut { since: Instant },
    /// The sink failed. Nothing is kept.
    Dead,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Append {
    /// The first that waits: somebody must be told to write.
    First,
    Queued,
    /// Not taken: superseded soon anyway, or the connection is ending.
    Dropped,
    /// Not taken, and the connection is cut from now on.
    Overflow,
}

#[derive(Debug)]
pub struct Out {
    buf: Vec<u8>,
    /// Bytes of `buf` that have left.
    off: usize,
    state: State,
    /// What the budget of all connections has been told of it.
    pub(super) counted: usize,
}

impl Default for Out {
    fn default() -> Self {
        Self { buf: Vec::new(), off: 0, state: State::Idle, counted: 0 }
    }
}

impl Out {
    pub fn state(&self) -> State {
        self.state
    }

    /// Bytes that wait.
    pub fn backlog(&self) -> usize {
        self.buf.len() - self.off
    }

    /// Whether `deliver` would take as much.
    pub fn admits(&self, len: usize, max: usize) -> bool {
        !matches!(self.state, State::Cut { .. } | State::Dead) && self.backlog() + len <= max
    }

    /// Fan-out of `parts` as one unit. Over `max` waiting bytes the connection is cut.
    pub fn deliver(&mut self, parts: [&[u8]; 3], max: usize, now: Instant) -> Append {
        if matches!(self.state, State::Cut { .. } | State::Dead) {
            return Append::Dropped;
        }
        let len = parts.iter().map(|p| p.len()).sum::<usize>();
        if self.backlog() + len > max {
            self.cut(now);
            return Append::Overflow;
        }
        self.push(parts)
    }

    /// `push` and `write` as one; what the sink takes at once is not copied.
    pub fn pass(&mut self, bytes: &[u8], sink: &impl Sink, now: Instant) -> (State, bool) {
        if self.state != State::Idle {
            self.push([bytes, &[], &[]]);
            return self.write(sink, now);
        }
        let sent = self.attempt(sink, Some(bytes));
        if self.state == State::Idle && sent < bytes.len() {
            self.push([&bytes[sent..], &[], &[]]);
            self.state = State::Blocked { since: now };
        }
        (self.state, sent > 0)
    }

    /// From the connection's own task, which minds the backlog itself.
    pub fn push(&mut self, parts: [&[u8]; 3]) -> Append {
        if self.state == State::Dead {
            return Append::Dropped;
        }
        let first = self.state == State::Idle;
        if self.buf.capacity() == 0 {
            self.buf = pool::take();
        }
        if self.off > self.buf.len() / 2 {
            self.buf.drain(..self.off);
            self.off = 0;
        }
        for part in parts {
            self.buf.extend_from_slice(part);
        }
        if first {
            self.state = State::Dirty;
            return Append::First;
        }
        Append::Queued
    }

    /// Refuses fan-out from now on.
    pub fn cut(&mut self, now: Instant) {
        if !matches!(self.state, State::Cut { .. } | State::Dead) {
            self.state = State::Cut { since: now };
        }
    }

    /// Writes once. Gives the state afterwards and whether anything left.
    pub fn write(&mut self, sink: &impl Sink, now: Instant) -> (State, bool) {
        let mut sent = 0;
        if self.backlog() > 0 && self.state != State::Dead {
            sent = self.attempt(sink, None);
            self.off += sent;
        }
        self.settle(sent > 0, now);
        (self.state, sent > 0)
    }

    /// Offers `bytes`, or what waits; gives how many were taken.
    fn attempt(&mut self, sink: &impl Sink, bytes: Option<&[u8]>) -> usize {
        match sink.try_write(bytes.unwrap_or(&self.buf[self.off..])) {
            Ok(n) if n > 0 => return n,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => self.die(),
        }
        0
    }

    pub fn die(&mut self) {
        self.state = State::Dead;
        self.buf = Vec::new();
        self.off = 0;
    }

    fn settle(&mut self, moved: bool, now: Instant) {
        let empty = self.backlog() == 0;
        if empty && self.state != State::Dead {
            pool::give(std::mem::take(&mut self.buf));
            self.off = 0;
        }
        self.state = match self.state {
            State::Dead => State::Dead,
            State::Cut { since } => State::Cut { since: if moved { now } else { since } },
            _ if empty => State::Idle,
            State::Blocked { since } if !moved => State::Blocked { since },
            _ => State::Blocked { since: now },
        };
    }
}

/// Spare buffers of this thread.
mod pool {
    use super::RefCell;

    /// Larger ones are freed.
    const MAX_BUFFER: usize = 64 * 1024;
    /// Bytes kept in all.
    const MAX_TOTAL: usize = 4 * 1024 * 1024;

    #[derive(Default)]
    struct Pool {
        spare: Vec<Vec<u8>>,
        bytes: usize,
    }

    thread_local!(static POOL: RefCell<Pool> = RefCell::default());

    pub fn take() -> Vec<u8> {
        POOL.with_borrow_mut(|pool| match pool.spare.pop() {
            Some(buf) => {
                pool.bytes -= buf.capacity();
                buf
            }
            None => Vec::with_capacity(1024),
        })
    }

    pub fn give(mut buf: Vec<u8>) {
        buf.clear();
        POOL.with_borrow_mut(|pool| {
            let size = buf.capacity();
            if size > 0 && size <= MAX_BUFFER && pool.bytes + size <= MAX_TOTAL {
                pool.bytes += size;
                pool.spare.push(buf);
            }
        });
    }

    #[cfg(test)]
    pub fn len() -> usize {
        POOL.with_borrow(|pool| pool.spare.len())
    }
}

#[cfg(test)]
mod tests;
