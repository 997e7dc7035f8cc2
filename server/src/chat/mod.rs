//! The chat behind the destinations: who is present, who types, how often one may speak, which rooms
//! there are, and what the log has committed. Publishes through the broker; knows no sockets.
//!
//! presence, rate, rooms and typing are state machines over `now`; they know nothing of each other.
//! Lock order: people, room list, rates, then the broker's. None is held across an await.

mod follow;
pub mod message;
mod names;
mod people;
pub mod presence;
pub mod rate;
mod reads;
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
use chat_protocol::code::Code;
use names::Names;
use parking_lot::Mutex;
use people::People;
use rate::{Limiter, Verdict};
use reads::Reads;
use rooms::RoomList;
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
    partings: Mutex<Limiter<UserName>>,
    marks: Mutex<Limiter<UserName>>,
    /// Of rooms that did not exist before.
    founders: Mutex<Limiter<UserName>>,
    max_rooms: usize,
    reads: Reads,
    /// A deadline has come nearer.
    sooner: Notify,
}

impl Chat {
    /// `rooms`: those in the store.
    pub fn new(settings: &Settings, hub: Arc<Hub>, rooms: Vec<RoomRow>) -> Self {
        let mut list = RoomList::new(settings.rooms_interval);
        for room in rooms {
            list.restore(RoomInfo {
                topic: room.topic,
                last_id: Some(room.last_id),
                last_at: Some(room.last_at),
                ..RoomInfo::new(room.name)
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
            partings: Mutex::new(Limiter::new(settings.rates.person, MAX_RATED)),
            marks: Mutex::new(Limiter::new(settings.rates.person, MAX_RATED)),
            founders: Mutex::new(Limiter::new(settings.rates.new_rooms, MAX_RATED)),
            max_rooms: settings.max_rooms,
            reads: Reads::default(),
            sooner: Notify::new(),
        }
    }

    /// Whether `user` may send a message now: to this room, or to a plain topic.
    pub fn rate(&self, user: &UserName, room: Option<&RoomName>, now: Instant) -> Verdict {
        let verdict = self.persons.lock().take(user, now);
        let (Verdict::Ok, Some(room)) = (verdict, room) else { return verdict };
        let verdict = self.rooms.lock().take(room, now);
        if verdict != Verdict::Ok {
            self.persons.lock().give_back(user);
        }
        verdict
    }

    /// Whether `user` may say now how far one has read.
    pub fn rate_mark(&self, user: &UserName, now: Instant) -> Verdict {
        self.marks.lock().take(user, now)
    }

    /// Whether it is announced at once that `user` leaves.
    pub fn may_part(&self, user: &UserName, now: Instant) -> bool {
        self.partings.lock().take(user, now) == Verdict::Ok
    }

    /// Whether `user` may post to or join `room`, which may bring it into being. `free`: whatever
    /// their number in an hour.
    ///
    /// # Errors
    /// `forbidden` when there are as many as there may be, or `rate-limited` with the time to wait.
    pub fn enter(
        &self,
        room: &RoomName,
        user: &UserName,
        free: bool,
        now: Instant,
    ) -> Result<(), (Code, Option<Duration>)> {
        let mut list = self.list.lock();
        if list.known(room).is_some() {
            return Ok(());
        }
        if list.count() >= self.max_rooms {
            return Err((Code::Forbidden, None));
        }
        if !free && let Verdict::Wait(wait) = self.founders.lock().take(user, now) {
            return Err((Code::RateLimited, Some(wait)));
        }
        list.reserve(room, now);
        self.sooner.notify_one();
        Ok(())
    }

    /// Tells the room that `user` types, unless that was said a moment ago.
    pub fn type_in(&self, room: &RoomName, user: &UserName, now: Instant) {
        if self.typing.lock().allow(room, user, now) {
            let room = self.shown(room);
            let destination = Destination::RoomTyping(room.clone()).to_string();
            let event = Typing { room, user: user.clone() };
            self.publish_event(&typing_key(&event.room), &destination, &event.to_json(), true);
        }
    }

    /// Every room there is.
    pub fn list(&self) -> Vec<RoomInfo> {
        self.list.lock().list()
    }

    /// The room's name as first used.
    pub fn shown(&self, room: &RoomName) -> RoomName {
        self.list.lock().known(room).unwrap_or(room).clone()
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
            self.publish_event(ROOMS_KEY, ROOMS_KEY, &info.to_json(), false);
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

    fn publish_event(&self, key: &str, destination: &str, body: &[u8], ephemeral: bool) {
        let id = self.hub.message_id();
        let headers = message::event_headers(destination, &id);
        let message = Outgoing { headers: &headers, body, ephemeral, from: None };
        self.hub.publish(key, &message, None);
    }
}

/// `/topic/rooms`
pub const ROOMS_KEY: &str = "/topic/rooms";

/// The topic behind a person's `/user/queue/…`. No plain topic has such a name.
pub fn person_key(user: &UserName, queue: &str) -> String {
    format!("{} {queue}", user.folded())
}
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
