//! A queue bounded in items and bytes, from many threads to worker threads. Putting in never blocks:
//! what does not fit is handed back. Knows nothing of what it carries.

use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Instant;

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    ready: Condvar,
    max_items: usize,
    max_bytes: usize,
}

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(max_items: usize, max_bytes: usize) -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, closed: false };
        Self { state: Mutex::new(state), ready: Condvar::new(), max_items, max_bytes }
    }

    /// Hands the item back when the queue is full or closed. An item larger than the whole bound
    /// still fits into an empty queue.
    pub(crate) fn push(&self, item: T, bytes: usize) -> Result<(), T> {
        self.push_quietly(item, bytes)?;
        self.rouse();
        Ok(())
    }

    /// Without waking a worker: [`Queue::rouse`] has to follow.
    pub(crate) fn push_quietly(&self, item: T, bytes: usize) -> Result<(), T> {
        let mut state = self.state.lock();
        let full = state.items.len() >= self.max_items
            || (!state.items.is_empty() && state.bytes.saturating_add(bytes) > self.max_bytes);
        if full || state.closed {
            return Err(item);
        }
        state.items.push_back((item, bytes));
        state.bytes += bytes;
        Ok(())
    }

    /// Wakes a worker, should one wait.
    pub(crate) fn rouse(&self) {
        self.ready.notify_one();
    }

    /// Waits until there is something, the queue is closed or the deadline has passed, then takes at
    /// most `max` items. `None`: closed, and nothing is left.
    pub(crate) fn take(&self, max: usize, deadline: Option<Instant>) -> Option<Vec<T>> {
        let mut state = self.state.lock();
        while state.items.is_empty() && !state.closed {
            match deadline {
                None => self.ready.wait(&mut state),
                Some(at) if self.ready.wait_until(&mut state, at).timed_out() => break,
                Some(_) => {}
            }
        }
        if state.items.is_empty() && state.closed {
            return None;
        }
        let count = state.items.len().min(max);
        let (items, bytes): (Vec<T>, Vec<usize>) = state.items.drain(..count).unzip();
        state.bytes -= bytes.into_iter().sum::<usize>();
        Some(items)
    }

    /// From now on nothing goes in; what is in comes out first.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.ready.notify_all();
    }

    /// Closes and drops what is in: the worker is gone.
    pub(crate) fn abandon(&self) {
        self.close();
        let left = std::mem::take(&mut self.state.lock().items);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn bounded_in_items_and_bytes() {
        let queue = Queue::new(2, 10);
        assert_eq!(queue.push('a', 100), Ok(()), "a large one fits into an empty queue");
        assert_eq!(queue.push('b', 1), Err('b'));
        assert_eq!(queue.take(9, None), Some(vec!['a']));
        assert_eq!(queue.push('b', 5), Ok(()));
        assert_eq!(queue.push('c', 6), Err('c'));
        assert_eq!(queue.push('c', 5), Ok(()));
        assert_eq!(queue.push('d', 0), Err('d'));
        assert_eq!(queue.take(1, None), Some(vec!['b']));
        assert_eq!(queue.push('d', 5), Ok(()));
        assert_eq!(queue.take(9, None), Some(vec!['c', 'd']));
    }

    #[test]
    fn closing_lets_out_what_is_in() {
        let queue = Queue::new(9, 9);
        queue.push(1, 1).unwrap();
        queue.close();
        assert_eq!(queue.push(2, 1), Err(2));
        assert_eq!(queue.take(9, None), Some(vec![1]));
        assert_eq!(queue.take(9, None), None);
    }

    #[test]
    fn a_deadline_ends_the_wait() {
        let queue = Queue::<u8>::new(9, 9);
        let soon = Instant::now() + Duration::from_millis(1);
        assert_eq!(queue.take(9, Some(soon)), Some(vec![]));
        queue.abandon();
        assert_eq!(queue.take(9, None), None);
    }
}
