//! The rows: what is run, against what, which figure is looked at, and what it has to be.

use super::load::Run;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// One write per message and subscriber.
    Floor,
    /// One write per subscriber for all that waits.
    Batch,
    /// Our server over WebSocket; it is our server over TCP that is looked at.
    WebSocket,
    /// Our server with one shard; it is our server with two that is looked at.
    OneShard,
    /// Nothing: the figure stands for itself.
    Nothing,
}

#[derive(Clone, Copy)]
pub enum Bound {
    AtLeast { must: f64, aim: f64 },
    AtMost { must: f64, aim: f64 },
}

pub struct Figure {
    pub name: &'static str,
    pub of: fn(&Run) -> f64,
    pub bound: Bound,
}

pub struct Row {
    pub part: &'static str,
    pub name: &'static str,
    pub load: &'static str,
    pub against: Against,
    /// What the other side is given, when it is not the same.
    pub against_load: Option<&'static str>,
    pub figures: &'static [Figure],
}

const ROOM_OF_100: &str = "fanout --rooms 1 --subs-per-room 100 --publishers 1 --window 1";
const ROOM_OF_1000: &str = "fanout --rooms 1 --subs-per-room 1000 --publishers 1 --window 1";
const ROOMS_OF_10: &str = "fanout --rooms 50 --subs-per-room 10 --publishers 50 --window 1";
const ROOMS_OF_1: &str = "fanout --rooms 50 --subs-per-room 1 --publishers 50 --window 1";
const BUSY: &str = "fanout --rooms 1 --subs-per-room 100 --publishers 1 --window 64";
const CROWD: &str = "fanout --rooms 1 --subs-per-room 200 --publishers 50 --window 1";
const TRICKLE: &str = "fanout --rooms 1 --subs-per-room 100 --publishers 1 --rate 100";
const TRICKLES: &str = "fanout --rooms 50 --subs-per-room 10 --publishers 50 --rate 20";
const CHAT: &str = "fanout --rooms 1 --subs-per-room 100 --publishers 1 --window 64 \
    --dest-send /app/room.bench{room} --dest-sub /topic/room.bench{room}";
const STALLED: &str = "slow --subs-per-room 100 --slow-subs 100 --rate 100 --size 1024";
const STALLED_COUNT: f64 = 100.0;

const fn per_cpu(must: f64, aim: f64) -> Figure {
    let of = |run: &Run| run.number("deliveries_per_server_cpu_s");
    Figure { name: "deliveries per CPU-second", of, bound: Bound::AtLeast { must, aim } }
}

const fn cpu_each(must: f64, aim: f64) -> Figure {
    let of = |run: &Run| 1e6 / run.number("deliveries_per_server_cpu_s");
    Figure { name: "CPU per delivery, us", of, bound: Bound::AtMost { must, aim } }
}

const fn p99(must: f64, aim: f64) -> Figure {
    let of = |run: &Run| run.number("lat_p99_us");
    Figure { name: "p99, us", of, bound: Bound::AtMost { must, aim } }
}

const fn row(
    part: &'static str,
    name: &'static str,
    load: &'static str,
    against: Against,
    figures: &'static [Figure],
) -> Row {
    Row { part, name, load, against, against_load: None, figures }
}

const SWITCHES: Figure = Figure {
    name: "context switches per 1,000 deliveries",
    of: |run| {
        let deliveries = run.number("published_total") * run.number("subs_per_room");
        run.switches as f64 / deliveries * 1000.0
    },
    bound: Bound::AtMost { must: 5.0, aim: 1.0 },
};

const RSS: Figure = Figure {
    name: "RSS per connection, KiB",
    of: |run| run.number("rss_bytes_per_conn_after_hold") / 1024.0,
    bound: Bound::AtMost { must: 4.0, aim: 3.0 },
};

const CYCLE: Figure = Figure {
    name: "connections per CPU-second",
    of: |run| 1e6 / run.number("server_cpu_us_per_cycle"),
    bound: Bound::AtLeast { must: 0.5, aim: 0.65 },
};

const HARM: Figure = Figure {
    name: "p99 of the healthy beside 100 stalled, of alone",
    of: |run| run.number("p99_ratio"),
    bound: Bound::AtMost { must: 1.2, aim: 1.0 },
};

const PINNED: Figure = Figure {
    name: "kernel memory per stalled, MiB",
    of: |run| run.tcp_kib as f64 / 1024.0 / STALLED_COUNT,
    bound: Bound::AtMost { must: 0.5, aim: 0.25 },
};

pub const ROWS: [Row; 20] = [
    row("1", "1 × 100, window 1", ROOM_OF_100, Against::Floor, &[per_cpu(0.85, 1.0)]),
    row("1", "1 × 1000, window 1", ROOM_OF_1000, Against::Floor, &[per_cpu(0.85, 1.0)]),
    row("1", "50 × 10, window 1", ROOMS_OF_10, Against::Floor, &[per_cpu(0.90, 1.1)]),
    row("1", "50 × 1, window 1", ROOMS_OF_1, Against::Floor, &[per_cpu(0.75, 1.0)]),
    row("2", "1 × 100, window 64", BUSY, Against::Batch, &[per_cpu(0.50, 0.8)]),
    row("2", "1 × 200, 50 publishers", CROWD, Against::Batch, &[per_cpu(0.40, 0.7)]),
    row("3", "1 × 100 at 100/s", TRICKLE, Against::Floor, &[p99(1.3, 1.0), cpu_each(1.3, 0.8)]),
    row("3", "50 × 10 at 20/s", TRICKLES, Against::Floor, &[p99(1.3, 1.0), cpu_each(1.3, 0.8)]),
    row("4", "idle, 10,000", "idle --conns 10000 --hold 2", Against::Nothing, &[RSS]),
    row(
        "5",
        "connect and go",
        "connect-storm --conns 2000 --concurrency 50",
        Against::Floor,
        &[CYCLE],
    ),
    row("6", "1 × 100, window 64", BUSY, Against::Nothing, &[SWITCHES]),
    row("7", "100 stalled, 100 healthy", STALLED, Against::Nothing, &[HARM, PINNED]),
    Row {
        against_load: Some(BUSY),
        ..row("8", "chat room × 100, window 64", CHAT, Against::Batch, &[per_cpu(0.40, 0.6)])
    },
    row("9", "two shards: 1 × 100, window 64", BUSY, Against::OneShard, &[cpu_each(1.1, 1.0)]),
    row(
        "9",
        "two shards: 50 × 10, window 1",
        ROOMS_OF_10,
        Against::OneShard,
        &[cpu_each(1.1, 1.0)],
    ),
    row("10", "TCP: 1 × 100, window 1", ROOM_OF_100, Against::WebSocket, &[per_cpu(0.95, 1.0)]),
    row("10", "TCP: 50 × 10, window 1", ROOMS_OF_10, Against::WebSocket, &[per_cpu(0.95, 1.0)]),
    row("10", "TCP: 1 × 100, window 64", BUSY, Against::WebSocket, &[per_cpu(0.95, 1.0)]),
    row("10", "TCP: 1 × 200, 50 publishers", CROWD, Against::WebSocket, &[per_cpu(0.95, 1.0)]),
    row("10", "TCP: 1 × 100 at 100/s", TRICKLE, Against::WebSocket, &[per_cpu(0.95, 1.0)]),
];
