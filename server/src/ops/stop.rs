//! Why a server ends: it is told to, or nobody has been connected for long enough.

use crate::listen::Gate;
use std::io;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep_until;

/// SIGTERM and SIGINT, from the moment this is made.
pub struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    /// Inside a runtime.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())? })
    }

    /// The next one: its number.
    pub async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.term.recv() => 15,
            _ = self.int.recv() => 2,
        }
    }
}

/// Comes back when there has been no connection for `patience`, counted from the start or from the end
/// of the last one; with `None` never.
pub async fn idle(gate: &Gate, patience: Option<Duration>) {
    let Some(patience) = patience else { return std::future::pending().await };
    loop {
        match gate.idle_since() {
            Some(since) if since.elapsed() >= patience => return,
            Some(since) => sleep_until((since + patience).into()).await,
            None => gate.emptied().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::rate::Rate;
    use crate::listen::GateLimits;
    use std::net::Ipv4Addr;
    use std::time::Instant;
    use tokio::time::timeout;

    const LONG: Duration = Duration::from_secs(30);

    fn gate() -> std::sync::Arc<Gate> {
        let rate = Rate { burst: 1, per_second: 1.0 };
        let limits = GateLimits { total: 9, hard: 9, per_ip: 9, rate, loopback: false };
        Gate::new(limits, Instant::now())
    }

    #[tokio::test]
    async fn idle_from_the_start() {
        let gate = gate();
        assert!(timeout(LONG, idle(&gate, Some(Duration::from_millis(20)))).await.is_ok());
        let never = timeout(Duration::ZERO, idle(&gate, None)).await;
        assert!(never.is_err(), "off means never");
    }

    #[tokio::test]
    async fn not_idle_while_somebody_is_there() {
        let gate = gate();
        let permit = gate.admit(Ipv4Addr::LOCALHOST.into(), Instant::now()).ok();
        let waiting = idle(&gate, Some(Duration::from_millis(20)));
        tokio::pin!(waiting);
        assert!(timeout(Duration::from_millis(80), &mut waiting).await.is_err());
        let gone = Instant::now();
        drop(permit);
        assert!(timeout(LONG, waiting).await.is_ok());
        assert!(gone.elapsed() >= Duration::from_millis(20));
    }
}
