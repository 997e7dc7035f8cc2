//! How many connections there may be: in all, from one address, and how fast new ones may come. Loopback
//! peers are held only to what the limit of open files allows, unless the settings say otherwise.

use crate::chat::rate::{Limiter, Rate, Verdict};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// Addresses whose rate of new connections is remembered.
const MAX_ADDRESSES: usize = 65_536;

#[derive(Debug, Clone)]
pub struct GateLimits {
    pub total: usize,
    /// What the process can hold at all, whoever asks.
    pub hard: usize,
    /// From one IPv4 address or IPv6 /64.
    pub per_ip: usize,
    pub rate: Rate,
    /// Whether loopback peers are held to `total`, `per_ip` and `rate`.
    pub loopback: bool,
}

/// Counts the connections there are.
pub struct Gate {
    limits: GateLimits,
    state: Mutex<State>,
    emptied: Notify,
}

struct State {
    total: usize,
    per_ip: HashMap<IpAddr, usize>,
    rate: Limiter<IpAddr>,
    /// Since when there is none.
    idle_since: Instant,
}

/// One connection's place; given back when dropped.
pub struct Permit {
    gate: Arc<Gate>,
    ip: IpAddr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Total,
    Address,
    Rate,
}

impl Refused {
    /// For the peer and for the log.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Total => "the server has as many connections as it may; try again later",
            Self::Address => {
                "there are too many connections from this address; close one of them first"
            }
            Self::Rate => {
                "new connections come too fast from this address; try again in a few seconds"
            }
        }
    }
}

impl Gate {
    pub fn new(limits: GateLimits, now: Instant) -> Arc<Self> {
        let state = State {
            total: 0,
            per_ip: HashMap::new(),
            rate: Limiter::new(limits.rate, MAX_ADDRESSES),
            idle_since: now,
        };
        Arc::new(Self { limits, state: Mutex::new(state), emptied: Notify::new() })
    }

    pub fn admit(self: &Arc<Self>, peer: IpAddr, now: Instant) -> Result<Permit, Refused> {
        let ip = site(peer);
        let exempt = peer.to_canonical().is_loopback() && !self.limits.loopback;
        let mut state = self.state.lock();
        let cap = if exempt { self.limits.hard } else { self.limits.total.min(self.limits.hard) };
        if state.total >= cap {
            return Err(Refused::Total);
        }
        if !exempt {
            if state.per_ip.get(&ip).is_some_and(|n| *n >= self.limits.per_ip) {
                return Err(Refused::Address);
            }
            if state.rate.take(&ip, now) != Verdict::Ok {
                return Err(Refused::Rate);
            }
        }
        state.total += 1;
        *state.per_ip.entry(ip).or_default() += 1;
        Ok(Permit { gate: Arc::clone(self), ip })
    }

    /// Since when there has been no connection; `None` while there is one.
    pub fn idle_since(&self) -> Option<Instant> {
        let state = self.state.lock();
        (state.total == 0).then_some(state.idle_since)
    }

    /// Comes back when the last connection has gone, now or since the last call.
    pub async fn emptied(&self) {
        self.emptied.notified().await;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state.lock();
        state.total -= 1;
        if let Some(n) = state.per_ip.get_mut(&self.ip) {
            *n -= 1;
            if *n == 0 {
                state.per_ip.remove(&self.ip);
            }
        }
        if state.total == 0 {
            state.idle_since = Instant::now();
            drop(state);
            self.gate.emptied.notify_one();
        }
    }
}

/// What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has.
fn site(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

/// Raises the soft limit of open files to the hard one and returns it.
pub fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let now =
        if setrlimit(Resource::Nofile, raised).is_ok() { limit.maximum } else { limit.current };
    now.and_then(|n| usize::try_from(n).ok()).unwrap_or(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(loopback: bool) -> Arc<Gate> {
        let rate = Rate { burst: 4, per_second: 1.0 };
        let limits = GateLimits { total: 5, hard: 6, per_ip: 2, rate, loopback };
        Gate::new(limits, Instant::now())
    }
    fn ip(s: &str) -> IpAddr {
        s.parse().unwrap()
    }
    fn refused(gate: &Arc<Gate>, from: &str, now: Instant) -> Option<Refused> {
        gate.admit(ip(from), now).err()
    }

    #[test]
    fn one_address_has_its_share_and_gets_it_back() {
        let (gate, t) = (gate(false), Instant::now());
        let a = gate.admit(ip("192.0.2.1"), t).ok();
        let _b = gate.admit(ip("::ffff:192.0.2.1"), t).ok();
        assert_eq!(refused(&gate, "192.0.2.1", t), Some(Refused::Address));
        assert_eq!(refused(&gate, "192.0.2.2", t), None);
        drop(a);
        assert_eq!(refused(&gate, "192.0.2.1", t), None);
    }

    #[test]
    fn an_ipv6_customer_is_one_address() {
        let (gate, t) = (gate(false), Instant::now());
        let _a = gate.admit(ip("2001:db8::1"), t).ok();
        let _b = gate.admit(ip("2001:db8::ffff:2"), t).ok();
        assert_eq!(refused(&gate, "2001:db8::3", t), Some(Refused::Address));
        assert_eq!(refused(&gate, "2001:db8:0:1::3", t), None);
    }

    #[test]
    fn all_together_have_a_bound() {
        let (gate, t) = (gate(false), Instant::now());
        let held: Vec<_> =
            (1..=5).map(|n| gate.admit(ip(&format!("192.0.2.{n}")), t).ok()).collect();
        assert_eq!(refused(&gate, "192.0.2.9", t), Some(Refused::Total));
        assert_eq!(refused(&gate, "127.0.0.1", t), None, "loopback has what the process has");
        let _one = gate.admit(ip("::1"), t).ok();
        assert_eq!(refused(&gate, "127.0.0.1", t), Some(Refused::Total));
        drop(held);
        assert_eq!(refused(&gate, "192.0.2.9", t), None);
    }

    #[test]
    fn new_connections_have_a_rate() {
        let (gate, t) = (gate(false), Instant::now());
        let fast = (0..10).filter(|_| refused(&gate, "192.0.2.1", t).is_none()).count();
        assert_eq!(fast, 4);
        assert_eq!(refused(&gate, "192.0.2.1", t), Some(Refused::Rate));
        let later = t + std::time::Duration::from_millis(1100);
        assert_eq!(refused(&gate, "192.0.2.1", later), None);
    }

    #[test]
    fn loopback_can_be_held_to_the_limits_too() {
        let t = Instant::now();
        let free = gate(false);
        let _held: Vec<_> = (0..3).map(|_| free.admit(ip("127.0.0.1"), t).ok().unwrap()).collect();
        let held_to = gate(true);
        let _held: Vec<_> =
            (0..2).map(|_| held_to.admit(ip("127.0.0.1"), t).ok().unwrap()).collect();
        assert_eq!(refused(&held_to, "127.0.0.1", t), Some(Refused::Address));
    }

    #[test]
    fn idle_is_known_from_the_start_and_after_the_last_one() {
        let gate = gate(false);
        assert!(gate.idle_since().is_some());
        let permit = gate.admit(ip("127.0.0.1"), Instant::now()).ok();
        assert_eq!(gate.idle_since(), None);
        drop(permit);
        assert!(gate.idle_since().is_some());
    }
}
