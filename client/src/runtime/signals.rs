//! The signals that end a program: the terminal is given back first.

use std::future::poll_fn;
use std::io;
use std::task::Poll;
use tokio::signal::unix::{Signal, SignalKind, signal};

pub struct Signals {
    /// Somebody wants the program to end.
    ending: [Signal; 2],
    /// The terminal makes these of keys, but only while another program has it.
    keys: [Signal; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    ByKey,
    ToEnd,
}

impl Signals {
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            ending: [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?],
            keys: [signal(SignalKind::interrupt())?, signal(SignalKind::quit())?],
        })
    }

    pub async fn next(&mut self) -> Asked {
        poll_fn(|cx| {
            let mut any =
                |signals: &mut [Signal]| signals.iter_mut().any(|s| s.poll_recv(cx).is_ready());
            if any(&mut self.ending) {
                return Poll::Ready(Asked::ToEnd);
            }
            if any(&mut self.keys) { Poll::Ready(Asked::ByKey) } else { Poll::Pending }
        })
        .await
    }
}
