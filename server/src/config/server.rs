//! From the settings people write to those the server runs by, and the rules between settings.

use super::value::Size;
use super::{Config, ConfigError};
use crate::broker::queue::QueueLimits;
use crate::chat::rate::Rate;
use crate::listen::is_origin;
use crate::log::sqlite::Options;
use crate::ops::logging;
use crate::{Rates, Settings};
use chat_protocol::chat::post::TextLimits;
use chat_protocol::chat::request::{HISTORY_BYTES, HISTORY_MAX};
use chat_protocol::session::{HeartBeatPolicy, ServerConfig, TransactionLimits};
use chat_protocol::stomp::Limits;
use std::num::NonZeroU64;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

impl Config {
    /// What the shards and the chat run by.
    pub fn server_settings(&self) -> Settings {
        let defaults = Settings::default();
        Settings {
            shards: self.shards.unwrap_or_else(|| defaults.shards).max(1),
            protocol: Arc::new(self.protocol()),
            text: TextLimits {
                bytes: self.max_text.0,
                graphemes: self.max_text_graphemes,
                key: self.max_key.0,
            },
            max_backlog: self.max_unread.0,
            unread_total: self.max_unread_total.unwrap_or_else(|| Size(defaults.unread_total)).0,
            stall: self.stall_timeout,
            close_timeout: self.close_timeout,
            max_wildcards: self.max_wildcards,
            queues: self.queues(),
            max_unanswered: self.max_unanswered.max(1),
            max_fragments: self.max_fragments.max(1),
            max_pings: self.max_pings,
            history: self.max_history,
            history_bytes: self.max_history_size.0,
            presence_grace: self.presence_grace,
            typing_interval: self.typing_interval,
            rooms_interval: self.rooms_interval,
            max_rooms: self.max_rooms,
            overload_patience: self.overload_patience,
            rates: self.rates(),
        }
    }

    /// How the store in `dir` is opened.
    pub fn store_options(&self, dir: &Path) -> Options {
        let count = |n: usize| NonZeroU64::new(u64::try_from(n).unwrap_or(u64::MAX));
        Options {
            durability: self.durability,
            queue_records: self.store_queue.max(1),
            queue_bytes: self.store_queue_size.0.max(self.max_frame.0),
            dedupe_window: self.key_window,
            max_bytes: self.max_store.and_then(|size| count(size.0)),
            keep_messages: self.keep_messages.and_then(count),
            max_reactions: self.max_reactions,
            readers: self.store_readers.max(1),
            ..Options::new(dir)
        }
    }

    fn protocol(&self) -> ServerConfig {
        let limits = Limits {
            frame: self.max_frame.0,
            headers: self.max_headers,
            header_line: self.max_header_line.0,
            command: self.max_command.0,
        };
        let server_name = ServerConfig::default().server_name.filter(|_| self.server_header);
        ServerConfig {
            limits_before_connect: Limits { frame: self.max_before_connect.0, ..limits },
            limits,
            heart_beat: HeartBeatPolicy {
                min: self.heart_beat_min,
                max: self.heart_beat_max,
                default: self.heart_beat,
                tolerance: self.heart_beat_tolerance as f32,
            },
            max_subscriptions: self.max_subscriptions,
            max_receipt: self.max_receipt.0,
            connect_timeout: self.connect_timeout,
            transactions: TransactionLimits {
                open: self.max_transactions,
                frames: self.max_transaction,
                octets: self.max_transaction_size.0,
            },
            server_name,
        }
    }

    fn queues(&self) -> QueueLimits {
        QueueLimits {
            messages: self.max_queue,
            bytes: self.max_queue_size.0,
            queues: self.max_queues,
            total_bytes: self.max_queues_size.0,
            subscription_bytes: self.max_unacknowledged_size.0,
            deliveries: u32::try_from(self.max_deliveries).unwrap_or(u32::MAX).max(1),
            first_delay: self.redelivery_delay,
            longest_delay: self.redelivery_delay_max,
            prefetch: self.prefetch.max(1),
            most_prefetch: self.max_prefetch.max(1),
            ..QueueLimits::default()
        }
    }

    fn rates(&self) -> Rates {
        let rate = |burst: usize, per_second| Rate {
            burst: u32::try_from(burst).unwrap_or(u32::MAX),
            per_second,
        };
        Rates {
            person: rate(self.user_burst, self.user_rate),
            room: rate(self.room_burst, self.room_rate),
            new_rooms: rate(self.rooms_per_hour, self.rooms_per_hour as f64 / 3600.0),
            patience: self.rate_patience,
            loopback: self.limit_loopback,
        }
    }

    /// Rules that no single value can break.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            (
                self.heart_beat_min <= self.heart_beat && self.heart_beat <= self.heart_beat_max,
                "heart-beat must lie between heart-beat-min and heart-beat-max",
            ),
            (self.heart_beat_tolerance >= 1.0, "heart-beat-tolerance must be at least 1"),
            (!self.heart_beat_min.is_zero(), "heart-beat-min must be more than 0s"),
            (self.max_frame.0 >= 1024, "max-frame must be at least 1KiB"),
            (self.max_before_connect.0 >= 1024, "max-before-connect must be at least 1KiB"),
            (
                self.max_text.0 <= self.max_frame.0,
                "max-text must not be more than max-frame, in which it has to come",
            ),
            (
                logging::are_directives(&self.log_level),
                "log-level is one of off, error, warn, info, debug and trace, or such for parts of \
                 the program (info,chat_server::listen=debug)",
            ),
            (
                self.allow_origin.iter().all(|origin| is_origin(origin)),
                "allow-origin takes origins as browsers write them, such as \
                 https://chat.example.org, in lower case and without a path",
            ),
            (
                !self.allow_host.iter().any(|host| host.contains(['/', ':'])),
                "allow-host takes names without scheme and port, such as chat.example.org",
            ),
            (
                (1..=HISTORY_MAX).contains(&self.max_history),
                "max-history must lie between 1 and 300",
            ),
            (
                (1024..=HISTORY_BYTES).contains(&self.max_history_size.0),
                "max-history-size must lie between 1KiB and 256KiB",
            ),
            (self.max_request_head.0 >= 8192, "max-request-head must be at least 8KiB"),
            (
                self.head_timeout >= Duration::from_millis(100),
                "head-timeout must be at least 100ms",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, sentence)) => Err(ConfigError::Contradiction(sentence.to_owned())),
            None => Ok(()),
        }
    }
}
