//! What goes over the link, as work for the store: every message of a room goes into the cache, with
//! what is known of its neighbours, and what becomes of our own messages into the outbox. Pure; the
//! runtime shows it everything that passes.

use super::cache::Chain;
use super::keeper::{Job, Keeper};
use super::outbox::Sent;
use crate::net::{Command, Event, Target};
use chat_protocol::chat::request::Anchor;
use chat_protocol::chat::{ChatEvent, HistoryReply, RoomName};
use std::collections::{HashMap, HashSet};

#[derive(Debug, Default)]
pub(super) struct Tee {
    /// Pages on their way, by tag; the driver bounds them.
    asked: HashMap<u64, (RoomName, Anchor)>,
    /// Rooms whose subscription has brought nothing yet.
    silent: HashSet<RoomName>,
}

impl Tee {
    pub fn command(&mut self, command: &Command) -> Option<Job> {
        match command {
            Command::History { room, anchor, tag, .. } => {
                self.asked.insert(*tag, (room.clone(), anchor.clone()));
                None
            }
            Command::Discard { key } => Some(Job::Done { key: key.clone() }),
            _ => None,
        }
    }

    pub fn event(&mut self, event: &Event) -> Option<Job> {
        match event {
            Event::Subscribed { target: Target::Room(room) } => {
                self.silent.insert(room.clone());
                None
            }
            Event::Chat { target: Target::Room(room), event } => self.chat(room, event),
            Event::History { tag, reply } => {
                let (room, anchor) = self.asked.remove(tag)?;
                chain(anchor, reply).map(|chain| Job::Hold { room, chain })
            }
            Event::RequestFailed { tag, .. } => {
                self.asked.remove(tag);
                None
            }
            Event::Confirmed { key, .. } => Some(Job::Done { key: key.clone() }),
            Event::Refused { key, code, message, .. } => {
                let reason = format!("{} ({})", message.line(), code.line());
                Some(Job::Refuse { key: key.clone(), reason })
            }
            _ => None,
        }
    }

    fn chat(&mut self, room: &RoomName, event: &ChatEvent) -> Option<Job> {
        match event {
            ChatEvent::Message { message, prev } => {
                self.silent.remove(room);
                let chain = Chain {
                    messages: vec![message.as_ref().clone()],
                    before: prev.clone(),
                    newest: true,
                    ..Chain::default()
                };
                Some(Job::Hold { room: room.clone(), chain })
            }
            // An empty page in the place of what was there.
            ChatEvent::Sync { sync, .. } if !sync.recovered && self.silent.contains(room) => {
                Some(Job::Clear { room: room.clone() })
            }
            _ => None,
        }
    }
}

impl Keeper {
    /// Before the core learns of it.
    pub async fn sees_event(&mut self, event: &Event) {
        if let Some(job) = self.tee.event(event) {
            self.job(job).await;
        }
    }

    /// Before it goes to the driver: what is sent is on disk first.
    pub async fn sees_command(&mut self, command: &Command) {
        if let Command::Send { room, post, key } = command {
            let (room, post, key) = (room.clone(), post.clone(), key.clone());
            self.keep(Sent { key, room, post }).await;
        } else if let Some(job) = self.tee.command(command) {
            self.job(job).await;
        }
    }
}

/// Where a page of history lies.
fn chain(anchor: Anchor, reply: &HistoryReply) -> Option<Chain> {
    let mut chain = Chain {
        messages: reply.messages.clone(),
        more_before: Some(reply.more_before),
        ..Chain::default()
    };
    match anchor {
        Anchor::Newest => chain.newest = true,
        Anchor::Before(id) => chain.after = Some(id),
        Anchor::After(id) => chain.before = Some(id),
        Anchor::Around(_) | Anchor::Since(_) => {}
        // The past of one message, and not its present state.
        Anchor::EditsOf(_) => return None,
    }
    Some(chain)
}
