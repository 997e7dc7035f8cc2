use super::*;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

/// Takes what it is told to take, then nothing.
#[derive(Default)]
struct Fake {
    takes: RefCell<VecDeque<usize>>,
    broken: Cell<bool>,
    taken: RefCell<Vec<u8>>,
}

impl Sink for Fake {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken.get() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let n = self.takes.borrow_mut().pop_front().unwrap_or(0).min(bytes.len());
        if n == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.taken.borrow_mut().extend_from_slice(&bytes[..n]);
        Ok(n)
    }
}

#[derive(Debug, Clone)]
enum Act {
    Deliver(usize),
    Push(usize),
    Write(usize),
    Pass(usize, usize),
    Cut,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1usize..300).prop_map(Act::Deliver),
        2 => (1usize..300).prop_map(Act::Push),
        4 => (0usize..500).prop_map(Act::Write),
        4 => (1usize..300, 0usize..500).prop_map(|(len, takes)| Act::Pass(len, takes)),
        1 => Just(Act::Cut),
    ]
}

const MAX: usize = 1000;

proptest! {
    #[test]
    fn nothing_is_lost_doubled_or_reordered(acts in prop::collection::vec(act(), 1..200)) {
        let (mut out, fake, start) = (Out::default(), Fake::default(), Instant::now());
        let mut expected: Vec<u8> = Vec::new();
        let mut cut = false;
        for (n, act) in acts.iter().enumerate() {
            let now = start + Duration::from_millis(n as u64);
            let piece = |len: usize| (0..len).map(|i| (n * 31 + i) as u8).collect::<Vec<_>>();
            match *act {
                Act::Deliver(len) => {
                    let (before, idle) = (out.backlog(), out.state() == State::Idle);
                    let p = piece(len);
                    let became = out.deliver([&p[..len / 3], &p[len / 3..], &[]], MAX, now);
                    match became {
                        Append::First => prop_assert!(idle && !cut),
                        Append::Queued => prop_assert!(!idle && !cut),
                        Append::Dropped => prop_assert!(cut),
                        Append::Overflow => {
                            prop_assert!(!cut && before + len > MAX);
                            cut = true;
                        }
                    }
                    if matches!(became, Append::First | Append::Queued) {
                        expected.extend(p);
                    }
                }
                Act::Push(len) => {
                    let p = piece(len);
                    prop_assert_ne!(out.push([&p, &[], &[]]), Append::Dropped);
                    expected.extend(p);
                }
                Act::Write(takes) => {
                    fake.takes.borrow_mut().push_back(takes);
                    out.write(&fake, now);
                    fake.takes.borrow_mut().clear();
                }
                Act::Pass(len, takes) if out.admits(len, MAX) => {
                    let p = piece(len);
                    fake.takes.borrow_mut().push_back(takes);
                    out.pass(&p, &fake, now);
                    fake.takes.borrow_mut().clear();
                    expected.extend(p);
                }
                Act::Pass(len, _) => prop_assert!(cut || out.backlog() + len > MAX),
                Act::Cut => {
                    out.cut(now);
                    cut = true;
                }
            }
            let taken = fake.taken.borrow();
            prop_assert_eq!(taken.as_slice(), &expected[..taken.len()]);
            prop_assert_eq!(out.backlog(), expected.len() - taken.len());
            match out.state() {
                State::Idle => prop_assert_eq!(out.backlog(), 0),
                State::Dirty | State::Blocked { .. } => prop_assert!(out.backlog() > 0 && !cut),
                State::Cut { .. } => prop_assert!(cut),
                State::Dead => prop_assert!(false),
            }
            prop_assert!(out.backlog() > 0 || out.buf.capacity() == 0, "an idle one owns a buffer");
        }
        fake.takes.borrow_mut().extend([usize::MAX]);
        out.write(&fake, start);
        prop_assert_eq!(&*fake.taken.borrow(), &expected);
        prop_assert_eq!(out.backlog(), 0);
    }
}

#[test]
fn the_clock_of_a_blocked_one_starts_anew_when_something_moves() {
    let (mut out, fake, t) = (Out::default(), Fake::default(), Instant::now());
    let s = |n| t + Duration::from_secs(n);
    out.push([b"hello", &[], &[]]);
    assert_eq!(out.write(&fake, s(1)), (State::Blocked { since: s(1) }, false));
    assert_eq!(out.write(&fake, s(2)).0, State::Blocked { since: s(1) });
    fake.takes.borrow_mut().extend([1]);
    assert_eq!(out.write(&fake, s(3)), (State::Blocked { since: s(3) }, true));
    fake.takes.borrow_mut().extend([usize::MAX]);
    assert_eq!(out.write(&fake, s(4)), (State::Idle, true));
}

#[test]
fn what_an_idle_one_passes_on_at_once_is_not_kept() {
    let (mut out, fake, now) = (Out::default(), Fake::default(), Instant::now());
    fake.takes.borrow_mut().extend([usize::MAX, 2]);
    assert_eq!(out.pass(b"hello", &fake, now), (State::Idle, true));
    assert_eq!((out.backlog(), out.buf.capacity()), (0, 0));
    assert_eq!(out.pass(b"world", &fake, now), (State::Blocked { since: now }, true));
    assert_eq!(out.backlog(), 3);
    fake.broken.set(true);
    assert_eq!(out.pass(b"!", &fake, now).0, State::Dead);
}

#[test]
fn a_broken_sink_leaves_nothing_behind() {
    let (mut out, fake) = (Out::default(), Fake::default());
    out.push([&[1; 5000], &[], &[]]);
    fake.broken.set(true);
    assert_eq!(out.write(&fake, Instant::now()).0, State::Dead);
    assert_eq!((out.backlog(), out.buf.capacity()), (0, 0));
    assert_eq!(out.push([b"more", &[], &[]]), Append::Dropped);
    assert_eq!(out.deliver([b"more", &[], &[]], MAX, Instant::now()), Append::Dropped);
}

#[test]
fn buffers_go_back_to_the_pool_unless_they_are_large() {
    let (mut out, fake, now) = (Out::default(), Fake::default(), Instant::now());
    let before = pool::len();
    out.push([b"small", &[], &[]]);
    fake.takes.borrow_mut().extend([usize::MAX, usize::MAX]);
    out.write(&fake, now);
    assert_eq!(pool::len(), before.max(1));
    let before = pool::len();
    out.push([&[0; 100_000], &[], &[]]);
    out.write(&fake, now);
    assert_eq!(pool::len(), before - 1, "a buffer that grew beyond 64 KiB is freed");
}

#[test]
fn one_that_drains_slowly_does_not_keep_what_has_left() {
    let (mut out, fake, now) = (Out::default(), Fake::default(), Instant::now());
    for _ in 0..10_000 {
        out.deliver([&[7; 100], &[], &[]], MAX, now);
        fake.takes.borrow_mut().push_back(if out.backlog() > 500 { 100 } else { 1 });
        out.write(&fake, now);
        fake.takes.borrow_mut().clear();
    }
    assert!(out.buf.capacity() < 8 * MAX, "{}", out.buf.capacity());
}
