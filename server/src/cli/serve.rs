//! `chat-server serve`: from settings to a running server, and its orderly end.

use super::exit::{self, Failure};
use crate::Server;
use crate::chat::rate::Rate;
use crate::config::{Config, Loaded, Value};
use crate::listen::{self, Front, Gate, GateLimits, HeadLimits, OriginRules, Port};
use crate::log::Durability;
use crate::log::sqlite::SqliteLog;
use crate::ops::stop::{self, Signals};
use crate::ops::{logging, panic};
use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinHandle;

/// File descriptors kept for the store, the shards and the log.
const OWN_FILES: usize = 64;

/// Serves until it is told to stop, or nobody has been there for long enough.
pub fn serve(loaded: &Loaded) -> Result<(), Failure> {
    let config = &loaded.config;
    logging::start(&config.log_level);
    panic::report();
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    refuse_the_unproven(config)?;
    let doors = Doors::open(config)?;
    let data_dir = config.data_directory()?;
    let mut store = SqliteLog::open(config.store_options(&data_dir))?;
    let queues = std::mem::take(&mut store.queues);
    let (log, projection) = (store.log.clone(), store.projection.clone());
    let server =
        Server::start(config.server_settings(), log, projection, queues).map_err(system)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ending =
        runtime.map_err(system)?.block_on(run(config, doors, &server, &store.log, &data_dir));
    if ending.is_ok() {
        store.log.close();
        tracing::info!("stopped");
    }
    ending
}

fn system(e: std::io::Error) -> Failure {
    Failure::new(exit::SYSTEM, format_args!("the system refuses a thread or a signal: {e}"))
}

/// The listening sockets.
struct Doors {
    http: TcpListener,
    stomp: Option<TcpListener>,
}

impl Doors {
    fn open(config: &Config) -> Result<Self, Failure> {
        let http = listen::bind(config.listen, "listen")?;
        let stomp = config.stomp_listen.map(|at| listen::bind(at, "stomp-listen")).transpose()?;
        Ok(Self { http, stomp })
    }
}

async fn run(
    config: &Config,
    doors: Doors,
    server: &Server,
    log: &Arc<SqliteLog>,
    data_dir: &Path,
) -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(system)?;
    let front = Arc::new(front(config, Arc::clone(log)));
    let http_at = doors.http.local_addr().map_err(system)?;
    let stomp_at = doors.stomp.as_ref().map(TcpListener::local_addr).transpose().map_err(system)?;
    announce(config, http_at, stomp_at, data_dir);
    let accepting: Vec<_> = [(Some(doors.http), Port::Http), (doors.stomp, Port::Stomp)]
        .into_iter()
        .filter_map(|(listener, port)| accept(listener?, port, &front, server))
        .collect();
    tokio::select! {
        signal = signals.next() => tracing::info!(signal, "stopping"),
        () = stop::idle(&front.gate, config.exit_when_idle) => {
            tracing::info!("stopping, nobody has been connected for a while");
        }
    }
    accepting.iter().for_each(JoinHandle::abort);
    tokio::select! {
        all = server.shutdown(config.drain_timeout, config.drain_spread) => {
            if !all {
                tracing::warn!("some connections did not end in time");
            }
            Ok(())
        }
        signal = signals.next() => {
            Err(Failure::new(128 + signal, "told a second time to stop, so stopping at once"))
        }
    }
}

/// Until the task is aborted.
fn accept(
    listener: TcpListener,
    port: Port,
    front: &Arc<Front>,
    server: &Server,
) -> Option<JoinHandle<()>> {
    let (front, shards) = (Arc::clone(front), server.shards().to_vec());
    let first = server.shards().first()?;
    Some(first.spawn(move |_| async move {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listen::accept(listener, port, front, shards).await,
            Err(cause) => tracing::error!(%cause, "cannot listen"),
        }
    }))
}

fn front(config: &Config, log: Arc<SqliteLog>) -> Front {
    let hard = listen::open_files().saturating_sub(OWN_FILES).max(1);
    let total = config.max_connections.unwrap_or_else(|| hard);
    if total > hard {
        tracing::warn!(
            "max-connections is {total}, but the limit of open files allows only {hard}; raise it \
             with ulimit -n"
        );
    }
    let limits = GateLimits {
        total,
        hard,
        per_ip: config.max_connections_per_ip,
        rate: Rate {
            burst: u32::try_from(config.connect_burst).unwrap_or(u32::MAX),
            per_second: config.connect_rate,
        },
        loopback: config.limit_loopback,
    };
    Front {
        gate: Gate::new(limits, Instant::now()),
        origins: OriginRules::new(&config.allow_origin, &config.allow_host),
        head: HeadLimits {
            bytes: config.max_request_head.0,
            headers: config.max_request_headers,
            uri: config.max_request_uri.0,
        },
        head_timeout: config.head_timeout,
        connect_timeout: config.connect_timeout,
        healthy: Box::new(move || !log.is_down()),
    }
}

/// As long as there are no accounts, whoever reaches the port is in.
fn refuse_the_unproven(config: &Config) -> Result<(), Failure> {
    let far = |at: &SocketAddr| !at.ip().to_canonical().is_loopback();
    let beyond = [Some(config.listen), config.stomp_listen].into_iter().flatten().find(far);
    match beyond {
        Some(at) if !config.open => Err(Failure::new(
            exit::CONFIG,
            format_args!(
                "{at} can be reached from other machines, and as there are no accounts yet anybody \
                 there could read every room and write under any name; add --open if that is \
                 wanted, else listen on 127.0.0.1"
            ),
        )),
        _ => Ok(()),
    }
}

/// At most eight lines, the first of which scripts may rely on.
fn announce(config: &Config, http: SocketAddr, stomp: Option<SocketAddr>, data_dir: &Path) {
    let mut lines = vec![format!("listening on ws://{http}/ws")];
    lines.extend(stomp.map(|at| format!("STOMP over TCP on {at}")));
    lines.push(format!("data directory {}", data_dir.display()));
    let meaning = match config.durability {
        Durability::Fsync => "a confirmed message is on disk",
        Durability::PageCache => "confirmed messages may be lost when the machine loses power",
    };
    lines.push(format!("durability {}: {meaning}", config.durability.show()));
    lines
        .push("names are unproven: there are no accounts yet, anybody may use any name".to_owned());
    let at = reachable(http);
    lines.push(format!("join with: chat-tui connect --room study-group --server ws://{at}/ws"));
    // Nobody may be reading, which is no reason to stop.
    let mut out = std::io::stdout().lock();
    let _ = out.write_all((lines.join("\n") + "\n").as_bytes()).and_then(|()| out.flush());
}

/// An address to connect to, from one to listen on.
fn reachable(at: SocketAddr) -> SocketAddr {
    match at {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, at.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, at.port()).into(),
        _ => at,
    }
}
