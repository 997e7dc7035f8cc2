//! The chat behind the destinations: who is present, who types, how often one may speak, which rooms
//! there are, and what the log has committed. Publishes through the broker; knows no sockets.
//!
//! presence, rate, rooms and typing are state machines over `now`; they know nothing of each other.
//! Lock order: people, room list, then the broker's. None is held across an await.

mod follow;
pub mod message;
mod names;
mod people;
pub mod presence;
pub mod rate;
pub mod replay;
pub mod requests;
pub mod rooms;
pub mod typing;

pub use names::Who;

use crate::broker::{Hub, Outgoing};
use crate::projection::RoomRow;
use crate::settings::Settings;
use chat_protocol::chat::event::Typing;
use chat_protocol::chat::{Destination, RoomInfo, RoomName, UserName};
use names::Names;
use parking_lot::Mutex;
use people::People;
use rate::{Limiter, Verdict};
use rooms::RoomList;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use typing::TypingThrottle;

/// People and rooms whose rate is remembered at once.
const MAX_RATED: usize = 65_536;
const JSON: &str = "application/json";

pub struct Chat {
    pub hub: Arc<Hub>,
    names: Names,
    people: Mutex<People>,
    list: Mutex<RoomList>,
    typing: Mutex<TypingThrottle>,
    persons: Mutex<Limiter<UserName>>,
    rooms: Mutex<Limiter<RoomName>>,
    /// A deadline has come nearer.
    sooner: Notify,
}

impl Chat {
    /// `rooms`: those in the store.
    pub fn new(settings: &Settings, hub: Arc<Hub>, rooms: Vec<RoomRow>) -> Self {
        let mut list = RoomList::new(settings.rooms_interval);
        for room in rooms {
            list.restore(RoomInfo {
                name: room.name,
                topic: room.topic,
                members: 0,
                last_id: Some(room.last_id),
                last_at: Some(room.last_at),
            });
        }
        Self {
            hub,
            names: Names::default(),
            people: Mutex::new(People::new(settings.presence_grace)),
            list: Mutex::new(list),
            typing: Mutex::new(TypingThrottle::new(settings.typing_interval)),
            persons: Mutex::new(Limiter::new(settings.rates.person, MAX_RATED)),
            rooms: Mutex::new(Limiter::new(settings.rates.room, MAX_RATED)),
            sooner: Notify::new(),
        }
    }

    /// Whether `user` may send a message now: to this room, or to a plain topic.
    pub fn rate(&self, user: &UserName, room: Option<&RoomName>, now: Instant) -> Verdict {
        let verdict = room.map_or(Verdict::Ok, |room| self.rooms.lock().take(room, now));
        match verdict {
            Verdict::Ok => self.persons.lock().take(user, now),
            wait => wait,
        }
    }

    /// Tells the room that `user` types, unless that was said a moment ago.
    pub fn type_in(&self, room: &RoomName, user: &UserName, now: Instant) {
        if self.typing.lock().allow(room, user, now) {
            let room = self.shown(room);
            let destination = Destination::RoomTyping(room.clone()).to_string();
            let event = Typing { room, user: user.clone() };
            self.publish_event(&typing_key(&event.room), &destination, &event, true);
        }
    }

    /// Every room there is.
    pub fn list(&self) -> Vec<RoomInfo> {
        self.list.lock().list()
    }

    /// The room's name as first used.
    pub fn shown(&self, room: &RoomName) -> RoomName {
        self.list.lock().get(room).map_or_else(|| room.clone(), |info| info.name.clone())
    }

    /// Announces what becomes due, for ever: ends of graces, changes of the room list.
    pub async fn keep_time(&self) {
        loop {
            let due = self.poll_timeout();
            // The far deadline only keeps the wait finite.
            let due = due.unwrap_or_else(|| Instant::now() + Duration::from_secs(3600));
            tokio::select! {
                () = tokio::time::sleep_until(due.into()) => self.handle_timeout(Instant::now()),
                () = self.sooner.notified() => {}
            }
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let people = self.people.lock().poll_timeout();
        let list = self.list.lock().poll_timeout();
        people.into_iter().chain(list).min()
    }

    fn handle_timeout(&self, now: Instant) {
        self.end_graces(now);
        let mut list = self.list.lock();
        for info in list.handle_timeout(now) {
            self.publish_event(ROOMS_KEY, ROOMS_KEY, &info, false);
        }
    }

    /// Changes the room list; the announcement comes with its time.
    fn note(&self, change: impl FnOnce(&mut RoomList)) {
        let mut list = self.list.lock();
        let before = list.poll_timeout();
        change(&mut list);
        let after = list.poll_timeout();
        if after.is_some() && (before.is_none() || after < before) {
            self.sooner.notify_one();
        }
    }

    fn publish_event(&self, key: &str, destination: &str, event: &impl Serialize, ephemeral: bool) {
        let body = message::json(event);
        let id = self.hub.message_id();
        let headers = message::event_headers(destination, &id);
        self.hub.publish(
            key,
            &Outgoing { headers: &headers, body: &body, ephemeral, from: None },
            None,
        );
    }
}

/// `/topic/rooms`
pub const ROOMS_KEY: &str = "/topic/rooms";

/// Where subscriptions to a room are kept: one key however the name is spelt.
pub fn room_key(room: &RoomName) -> String {
    format!("/topic/room.{}", room.folded())
}
pub fn presence_key(room: &RoomName) -> String {
    format!("/topic/room.{}.presence", room.folded())
}
pub fn typing_key(room: &RoomName) -> String {
    format!("/topic/room.{}.typing", room.folded())
}
