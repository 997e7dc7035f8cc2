//! Every setting of the server, defined once: type, default and meaning. Flags, environment names, file
//! keys, `--help`, `chat-server config` and `docs/configure.md` all come from here.

use super::value::{Auto, Form, Size, Value};
use crate::log::Durability;
use chat_protocol::chat::request::{HISTORY_BYTES, HISTORY_MAX};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// A chapter of the documentation and of `--help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Server,
    Connections,
    Protocol,
    Chat,
    Queues,
    Store,
}

impl Group {
    pub const ALL: [Self; 6] =
        [Self::Server, Self::Connections, Self::Protocol, Self::Chat, Self::Queues, Self::Store];

    pub fn title(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Connections => "Limits on connections",
            Self::Protocol => "Limits of the protocol",
            Self::Chat => "Limits of the chat",
            Self::Queues => "Limits of queues and transactions",
            Self::Store => "Limits of the store",
        }
    }
}

/// One row of the table.
pub struct Entry {
    field: &'static str,
    pub group: Group,
    pub form: Form,
    pub value_name: &'static str,
    pub expects: &'static str,
    doc: &'static [&'static str],
    /// Whether the text was understood.
    pub set: fn(&mut Config, &str) -> bool,
    pub show: fn(&Config) -> String,
}

impl Entry {
    /// As a file key and, behind `--`, as a flag: `stomp-listen`.
    pub fn key(&self) -> String {
        self.field.replace('_', "-")
    }
    /// `CHAT_SERVER_STOMP_LISTEN`
    pub fn env(&self) -> String {
        format!("{}{}", super::ENV_PREFIX, self.field.to_uppercase())
    }
    /// One paragraph.
    pub fn doc(&self) -> String {
        self.doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }
}

macro_rules! settings {
    ($($group:ident { $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr;)+ })+) => {
        /// The effective settings.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config {
            $($($(#[doc = $doc])+ pub $field: $type,)+)+
        }
        impl Default for Config {
            fn default() -> Self {
                Self { $($($field: $default,)+)+ }
            }
        }
        pub const TABLE: &[Entry] = &[$($(Entry {
            field: stringify!($field),
            group: Group::$group,
            form: <$type as Value>::FORM,
            value_name: <$type as Value>::NAME,
            expects: <$type as Value>::EXPECTS,
            doc: &[$($doc),+],
            set: |config, text| match <$type as Value>::parse(text) {
                Some(value) => {
                    config.$field = value;
                    true
                }
                None => false,
            },
            show: |config| config.$field.show(),
        },)+)+];
    };
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

settings! {
    Server {
        /// Where HTTP and WebSocket are served, `/ws` and `/healthz`. Port 0 takes a free one.
        listen: SocketAddr = (Ipv4Addr::LOCALHOST, 7878).into();
        /// Where STOMP is served over plain TCP as well; `off` for nowhere.
        stomp_listen: Option<SocketAddr> = None;
        /// Where everything is kept; `auto` is the platform's place for data of programs.
        data_dir: Auto<PathBuf> = Auto::Auto;
        /// Listen beyond this machine although there are no accounts yet: anybody who reaches the
        /// port can read every room and write under any name.
        open: bool = false;
        /// End when no connection has been open for this long; `off` for never.
        exit_when_idle: Option<Duration> = None;
        /// Web pages of these origins (`https://chat.example.org`) may connect.
        allow_origin: Vec<String> = Vec::new();
        /// Names this server is reached by (`chat.example.org`): a web page served from one of them
        /// may connect.
        allow_host: Vec<String> = Vec::new();
        /// `fsync`: a confirmed message is on disk. `relaxed`: it may be lost when the machine loses
        /// power.
        durability: Durability = Durability::Fsync;
        /// Whether CONNECTED names the program and its version.
        server_header: bool = true;
        /// Threads that serve connections; `auto` is half the cores.
        shards: Auto<usize> = Auto::Auto;
        /// How much is logged to standard error: `error`, `warn`, `info`, `debug` or `trace`, also
        /// for a part of the program (`info,chat_server::listen=debug`).
        log_level: String = "info".to_owned();
        /// How long a stop waits for connections to end at most.
        drain_timeout: Duration = seconds(30);
        /// Over how long a stop spreads the closing of connections, so that clients do not all come
        /// back at the same moment.
        drain_spread: Duration = seconds(2);
    }
    Connections {
        /// Connections at once; `auto` is what the limit of open files allows.
        max_connections: Auto<usize> = Auto::Auto;
        /// Connections at once from one address, or one IPv6 /64.
        max_connections_per_ip: usize = 50;
        /// New connections from one address at once, before `connect-rate` holds.
        connect_burst: usize = 20;
        /// New connections a second from one address in the long run.
        connect_rate: f64 = 2.0;
        /// Hold loopback peers to the limits on rates and on the number of connections, too.
        limit_loopback: bool = false;
        /// From accept to the end of the HTTP request's head.
        head_timeout: Duration = seconds(10);
        /// The head of an HTTP request, at least 8KiB.
        max_request_head: Size = Size::kib(16);
        /// Header lines of an HTTP request.
        max_request_headers: usize = 64;
        /// The target of an HTTP request, path and query.
        max_request_uri: Size = Size::kib(4);
        /// From accept to CONNECT.
        connect_timeout: Duration = seconds(10);
        /// Bytes of output a connection may leave unread, though never less than one largest frame.
        max_unread: Size = Size::kib(512);
        /// Bytes of output that all connections together may leave unread; beyond it those with most
        /// are dropped. `auto` is a quarter of the memory that the machine, or the control group, has.
        max_unread_total: Auto<Size> = Auto::Auto;
        /// A connection that takes none of its waiting output for this long is cut.
        stall_timeout: Duration = seconds(10);
        /// From our last byte to the end of the TCP connection.
        close_timeout: Duration = seconds(5);
    }
    Protocol {
        /// A STOMP frame and a WebSocket message.
        max_frame: Size = Size::kib(64);
        /// All input before CONNECTED.
        max_before_connect: Size = Size::kib(16);
        /// Header lines of a frame.
        max_headers: usize = 64;
        /// One header line of a frame.
        max_header_line: Size = Size::kib(4);
        /// The command line of a frame.
        max_command: Size = Size(16);
        /// The value of a `receipt` header.
        max_receipt: Size = Size(256);
        /// Subscriptions of one connection.
        max_subscriptions: usize = 128;
        /// Wildcard subscriptions of one connection.
        max_wildcards: usize = 16;
        /// Messages of one connection that await their confirmation; beyond it nothing more is read
        /// from it.
        max_unanswered: usize = 256;
        /// WebSocket fragments of one message.
        max_fragments: usize = 1024;
        /// WebSocket pings of one connection in a second.
        max_pings: usize = 10;
        /// The heart-beat interval said to clients that name none.
        heart_beat: Duration = seconds(10);
        /// The shortest heart-beat interval granted.
        heart_beat_min: Duration = seconds(1);
        /// The longest heart-beat interval granted.
        heart_beat_max: Duration = seconds(300);
        /// A client that owes heart-beats is cut after this many intervals of silence.
        heart_beat_tolerance: f64 = 2.5;
    }
    Chat {
        /// Bytes of a message's text in UTF-8.
        max_text: Size = Size::kib(8);
        /// Characters (graphemes) of a message's text.
        max_text_graphemes: usize = 2000;
        /// Bytes of an idempotency key.
        max_key: Size = Size(128);
        /// Different emoji on one message.
        max_reactions: usize = 64;
        /// Messages of one person at once, before `user-rate` holds; apart from them as many read
        /// positions; and goodbyes to rooms, which beyond it are announced after `presence-grace`.
        user_burst: usize = 30;
        /// Messages of one person a second in the long run.
        user_rate: f64 = 5.0;
        /// Messages to one room at once, before `room-rate` holds.
        room_burst: usize = 50;
        /// Messages to one room a second in the long run.
        room_rate: f64 = 50.0;
        /// Rooms there may be; whoever would open another is refused (`forbidden`).
        max_rooms: usize = 10_000;
        /// Rooms that one person may open in an hour.
        rooms_per_hour: usize = 20;
        /// How long whoever exceeds a rate is left unread before `rate-limited` is said.
        rate_patience: Duration = seconds(10);
        /// How long a message waits for deliveries that are behind before it is refused
        /// (`unavailable`).
        overload_patience: Duration = seconds(1);
        /// Messages of one answer to a history request, up to 300.
        max_history: usize = HISTORY_MAX;
        /// One answer to a history request, up to 256KiB.
        max_history_size: Size = Size(HISTORY_BYTES);
        /// How long a person whose link broke still counts as present.
        presence_grace: Duration = seconds(10);
        /// One note of typing per person, room and this time.
        typing_interval: Duration = seconds(3);
        /// One change of a room on `/topic/rooms` per this time.
        rooms_interval: Duration = seconds(1);
    }
    Queues {
        /// Messages in one queue, or kept for one durable subscription; more are refused
        /// (`queue-full`).
        max_queue: usize = 10_000;
        /// Their bytes.
        max_queue_size: Size = Size::kib(16 * 1024);
        /// Queues at once.
        max_queues: usize = 10_000;
        /// Bytes in all queues together.
        max_queues_size: Size = Size::kib(256 * 1024);
        /// Bytes that a connection may leave unacknowledged, or waiting for that, in its subscriptions
        /// to topics and rooms; beyond it it is cut.
        max_unacknowledged_size: Size = Size::kib(8 * 1024);
        /// Unacknowledged messages of a subscription that names no `prefetch-count`.
        prefetch: usize = 100;
        /// A larger `prefetch-count` is taken for this one.
        max_prefetch: usize = 1000;
        /// Deliveries of a message that is refused each time, until it is a dead letter.
        max_deliveries: usize = 5;
        /// From the first NACK to the next delivery; it doubles with each.
        redelivery_delay: Duration = Duration::from_millis(500);
        /// It does not grow beyond this.
        redelivery_delay_max: Duration = seconds(30);
        /// Open transactions of one connection.
        max_transactions: usize = 16;
        /// SEND, ACK and NACK frames of one transaction.
        max_transaction: usize = 256;
        /// Their bytes.
        max_transaction_size: Size = Size::kib(256);
    }
    Store {
        /// Bytes the store may grow to, beyond which senders get `storage-full`; `off` lets the disk
        /// decide.
        max_store: Option<Size> = None;
        /// Messages kept in each room, the newest ones, edits, reactions and the like counted; `off`
        /// keeps all.
        keep_messages: Option<usize> = None;
        /// How long a repeated idempotency key is recognised.
        key_window: Duration = seconds(24 * 60 * 60);
        /// Messages of all connections that may wait to be stored; more are refused as `unavailable`.
        store_queue: usize = 8192;
        /// Their bytes.
        store_queue_size: Size = Size::kib(16 * 1024);
        /// Threads that read history.
        store_readers: usize = 2;
    }
}
