//! The store on real files, one job after another.

mod cached;
mod files;
mod kept;
mod model;
mod working;

use super::keeper::{Job, write};
use super::outbox::Owner;
use super::{Store, rooms};
use crate::app::state::Place;
use crate::config::ServerUrl;
use chat_protocol::chat::{ChatMessage, MessageId, RoomName};
use std::path::Path;

fn server(port: u16) -> ServerUrl {
    ServerUrl::parse(&format!("ws://127.0.0.1:{port}")).unwrap()
}

fn open(dir: &Path) -> Store {
    let (store, trouble) = Store::open(dir, &server(1));
    assert_eq!(trouble, None);
    store
}

fn place(name: &str) -> Place {
    rooms::place(name).unwrap()
}

fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

fn id(n: usize) -> MessageId {
    MessageId::parse(&format!("e.0.{n}")).unwrap()
}

fn message(n: usize, text: &str) -> ChatMessage {
    let json = serde_json::json!({
        "id": id(n).as_str(), "room": "a", "sender": "mina", "at": n, "kind": "message", "text": text,
    });
    serde_json::from_value(json).unwrap()
}

/// A file that looks sound until its rooms are read.
fn damaged(dir: &Path) {
    let mut store = open(dir);
    for n in 0..200 {
        store.save(&format!("room-{n}"), None);
    }
    drop(store);
    let path = dir.join("client.sqlite3");
    let mut bytes = std::fs::read(&path).unwrap();
    assert!(bytes.len() > 8192, "there is more than the schema");
    bytes[4096..].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
}

impl Store {
    fn job(&mut self, job: Job) {
        let whose = Owner { owner: self.owner(), nick: "mina".to_owned() };
        let Some(db) = &mut self.db else { return };
        write(db, &self.server, &whose, &[job]).unwrap();
    }

    fn owner(&self) -> String {
        self.lease.as_ref().map_or_else(|| "nobody".to_owned(), |l| l.owner.clone())
    }

    fn save(&mut self, name: &str, read: Option<usize>) {
        self.job(Job::SaveRoom { place: place(name), read: read.map(id) });
    }

    fn forget(&mut self, name: &str) {
        self.job(Job::ForgetRoom { place: place(name) });
    }

    fn shown(&mut self) -> Vec<String> {
        let rooms = self.rooms().unwrap().into_iter();
        rooms
            .map(|r| format!("{}@{}", r.place.name(), r.read.map_or_else(String::new, Into::into)))
            .collect()
    }
}
