//! `connect`: the terminal client. Prepares what it needs before the terminal is taken.

use super::args;
use super::exit::{CliError, Exit};
use super::{key, with_server};
use crate::app::Remembered;
use crate::app::state::Place;
use crate::config::Config;
use crate::net::driver::Peer;
use crate::runtime::{self, Failure, Session};
use crate::store::{Store, StoreError};
use crate::term;
use crate::theme::Terminal;
use std::io::Write;

pub fn run(args: args::Connect, config: &Config) -> Result<(), CliError> {
    term::check().map_err(|e| CliError::usage(e.to_string()))?;
    let mut notice = None;
    if args.with_server {
        notice = with_server::ensure(config, args.patience.timeout)?;
    }
    let (store, trouble) = Store::open(&config.data_dir, &config.server);
    tell(trouble);
    let mut rooms = store.rooms().unwrap_or_else(|e| {
        tell(Some(e));
        Vec::new()
    });
    let select = args.rooms.first().cloned();
    for room in config.rooms.iter().cloned().chain(args.rooms) {
        let place = Place::Room(room);
        if !rooms.iter().any(|r| r.place == place) {
            rooms.push(Remembered { place, read: None });
        }
    }
    let session = Session {
        peer: Peer { server: config.server.clone(), nick: config.nick.clone() },
        rooms,
        select,
        store,
        settings: config.settings.clone(),
        nonce: key::random()?,
        terminal: Terminal::of(&|name| std::env::var(name).ok()),
        notice,
    };
    let end = runtime::run(session).map_err(|e| match e {
        Failure::Terminal(_) => CliError::new(Exit::LocalIo, e.to_string()),
        Failure::Task => CliError::internal(e.to_string()),
    })?;
    tell(end.store_trouble);
    for unsent in &end.unsent {
        let text = chat_protocol::text::PeerStr::new(&unsent.text).block();
        // Nobody may be reading; there is nobody else to tell.
        let _ = writeln!(std::io::stderr(), "not sent to {}: {text}", unsent.room);
    }
    Ok(())
}

fn tell(trouble: Option<StoreError>) {
    if let Some(trouble) = trouble {
        // Nobody may be reading; that is no reason to stop.
        let _ = writeln!(std::io::stderr(), "chat-tui: {trouble}");
    }
}
