//! `connect`: the terminal client. Prepares what it needs before the terminal is taken.

use super::args;
use super::exit::{CliError, Exit};
use super::{around, flags, key, with_server};
use crate::app::state::{Place, first_run};
use crate::app::{Remembered, Restored};
use crate::config::{Config, Watch};
use crate::net::driver::Peer;
use crate::runtime::{self, Failure, Session, Source, Starter};
use crate::store::{Store, StoreError};
use crate::term;
use crate::theme::Terminal;
use chat_protocol::chat::{RoomName, UserName};
use chat_protocol::text::PeerStr;
use std::io::Write;
use std::time::Duration;

pub fn run(args: args::Connect, config: &Config) -> Result<(), CliError> {
    let plain = args.plain || term::is_dumb();
    if !plain {
        term::check().map_err(|e| CliError::usage(e.to_string()))?;
    }
    let mut notice = None;
    if args.with_server {
        notice = with_server::ensure(config, args.patience.timeout)?;
    }
    let nonce = key::random()?;
    let mut memory = Memory::open(config);
    let (rooms, select) = memory.rooms(&config.rooms, &args.rooms);
    let restored = memory.restored(config, &nonce, &rooms, select.as_ref());
    let session = Session {
        peer: Peer { server: config.server.clone(), nick: config.nick.clone() },
        rooms,
        select,
        store: memory.store,
        restored,
        starter: starter(config, args.patience.timeout),
        settings: config.settings.clone(),
        source: Source {
            watch: Watch::new(flags(&args.common), &around(), config.clone()),
            around: around(),
        },
        nonce,
        plain,
        terminal: Terminal::of(&|name| std::env::var(name).ok()),
        notice: memory.trouble.or(notice),
    };
    let end = runtime::run(session).map_err(|e| match e {
        Failure::Terminal(_) => CliError::new(Exit::LocalIo, e.to_string()),
        Failure::Task => CliError::internal(e.to_string()),
    })?;
    tell(end.store_trouble);
    for unsent in &end.unsent {
        let text = PeerStr::new(&unsent.text).block();
        // Nobody may be reading; there is nobody else to tell.
        let _ = writeln!(std::io::stderr(), "not sent to {}: {text}", unsent.room);
    }
    Ok(())
}

/// Starts the bundled server when the person asks for it.
fn starter(config: &Config, patience: Duration) -> Starter {
    let server = first_run::Server {
        address: config.server.as_str().to_owned(),
        startable: config.server.loopback().is_some(),
    };
    let config = config.clone();
    Starter::new(server, move || with_server::ensure(&config, patience).map_err(|e| e.to_string()))
}

/// The store, and the first thing that was wrong with it; safe to show.
struct Memory {
    store: Store,
    trouble: Option<String>,
}

impl Memory {
    fn open(config: &Config) -> Self {
        let (store, trouble) = Store::open(&config.data_dir, &config.server);
        let mut memory = Self { store, trouble: None };
        memory.note(trouble);
        memory
    }

    fn note(&mut self, trouble: Option<StoreError>) {
        let Some(trouble) = trouble else { return };
        let line = PeerStr::new(&trouble.to_string()).line().into_string();
        tell(Some(trouble));
        self.trouble.get_or_insert(line);
    }

    fn or_default<T: Default>(&mut self, result: Result<T, StoreError>) -> T {
        result.unwrap_or_else(|trouble| {
            self.note(Some(trouble));
            T::default()
        })
    }

    /// Those that are remembered, in the settings and asked for, and which is shown first.
    fn rooms(
        &mut self,
        set: &[RoomName],
        asked: &[RoomName],
    ) -> (Vec<Remembered>, Option<RoomName>) {
        let remembered = self.store.rooms();
        let mut rooms = self.or_default(remembered);
        for room in set.iter().chain(asked) {
            let place = Place::Room(room.clone());
            if !rooms.iter().any(|r| r.place == place) {
                rooms.push(Remembered { place, read: None });
            }
        }
        let first = rooms.first().and_then(|r| r.place.as_room());
        let select = asked.first().or(first).cloned();
        (rooms, select)
    }

    fn restored(
        &mut self,
        config: &Config,
        nonce: &str,
        rooms: &[Remembered],
        shown: Option<&RoomName>,
    ) -> Restored {
        let restored = self.store.restore(rooms, shown);
        let restored = self.or_default(restored);
        let nick = config.nick.clone();
        let unsent = self.store.adopt(nonce, nick.as_ref().map_or("", UserName::as_str));
        Restored { nick, unsent: self.or_default(unsent), ..restored }
    }
}

fn tell(trouble: Option<StoreError>) {
    if let Some(trouble) = trouble {
        // Nobody may be reading; that is no reason to stop.
        let _ = writeln!(std::io::stderr(), "chat-tui: {trouble}");
    }
}
