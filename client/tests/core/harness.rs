//! A client without a terminal and a network: what is pressed, what the server says, what is shown.

use chat_protocol::chat::event::{Sync, Typing};
use chat_protocol::chat::{
    ChatEvent, ChatMessage, HistoryReply, MessageId, PresenceEvent, RoomName, UserName,
};
use chat_tui::app::state::{Place, Room, Row};
use chat_tui::app::{Effect, Msg, Now, Remembered, Setup, State, arrange, update};
use chat_tui::net::{Command, Down, Event, Target};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// 2026-11-21 00:00 UTC.
pub const MIDNIGHT: u64 = 1_795_219_200_000;
/// Korea.
pub const UTC_OFFSET: i32 = 9 * 3600;

pub fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}
pub fn place(name: &str) -> Place {
    Place::Room(room(name))
}
pub fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}
pub fn id(n: usize) -> MessageId {
    MessageId::parse(&format!("epoch.0.{n}")).unwrap()
}

/// The `n`th message of a room (from 1), a minute after the one before.
pub fn message(room_name: &str, n: usize, sender: &str, text: &str) -> ChatMessage {
    let at = MIDNIGHT + n as u64 * 60_000;
    ChatMessage::new(id(n), room(room_name), user(sender), at, text.into())
}

pub struct App {
    pub state: State,
    pub now: Now,
    /// Not taken yet.
    pub effects: Vec<Effect>,
}

impl App {
    pub fn new() -> Self {
        let setup = Setup {
            nonce: "nonce".into(),
            utc_offset: Box::new(|_| UTC_OFFSET),
            size: (80, 24),
            ..Setup::default()
        };
        let now = Now { mono: 1000, wall: MIDNIGHT };
        let mut app = Self { state: State::new(setup), now, effects: Vec::new() };
        arrange(&mut app.state);
        app
    }

    /// Online as mina, in these rooms, each synchronised and empty.
    pub fn joined(rooms: &[&str]) -> Self {
        let mut app = Self::new();
        let rooms: Vec<_> =
            rooms.iter().map(|r| Remembered { place: place(r), read: None }).collect();
        app.msg(Msg::Start { rooms: rooms.clone(), select: None });
        app.online();
        for remembered in rooms {
            app.synced(remembered.place.name());
        }
        app.effects.clear();
        app
    }

    pub fn msg(&mut self, msg: Msg) {
        self.effects.extend(update(&mut self.state, msg, self.now));
        arrange(&mut self.state);
    }

    pub fn net(&mut self, event: Event) {
        self.msg(Msg::Net(event));
    }

    pub fn wait(&mut self, ms: u64) {
        self.now.mono += ms;
        self.now.wall += ms;
        self.msg(Msg::Tick);
    }

    pub fn press(&mut self, modifiers: KeyModifiers, code: KeyCode) {
        self.msg(Msg::Key(KeyEvent::new(code, modifiers)));
    }
    pub fn key(&mut self, code: KeyCode) {
        self.press(KeyModifiers::NONE, code);
    }
    pub fn ctrl(&mut self, c: char) {
        self.press(KeyModifiers::CONTROL, KeyCode::Char(c));
    }
    pub fn alt(&mut self, c: char) {
        self.press(KeyModifiers::ALT, KeyCode::Char(c));
    }
    /// Key by key, as an input method commits it.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.key(KeyCode::Char(c));
        }
    }
    pub fn enter(&mut self, text: &str) {
        self.type_text(text);
        self.key(KeyCode::Enter);
    }

    pub fn online(&mut self) {
        self.net(Event::Online { user: user("mina"), server: None });
    }
    pub fn offline(&mut self) {
        let reason = Down::Lost("gone".into());
        self.net(Event::Offline { reason, retry_in: Some(Duration::from_secs(4)) });
    }
    pub fn synced(&mut self, name: &str) {
        self.net(Event::Subscribed { target: Target::Room(room(name)) });
        self.sync(name, true);
    }
    pub fn sync(&mut self, name: &str, recovered: bool) {
        let sync = Sync { recovered, position: Some(id(0)), reason: None, oldest: None };
        self.chat(name, ChatEvent::Sync { room: room(name), sync });
    }
    pub fn chat(&mut self, name: &str, event: ChatEvent) {
        self.net(Event::Chat { target: Target::Room(room(name)), event });
    }
    /// The `n`th message of a room from the subscription.
    pub fn receive(&mut self, name: &str, n: usize, sender: &str, text: &str) {
        self.post(message(name, n, sender, text), n);
    }
    pub fn post(&mut self, message: ChatMessage, n: usize) {
        let prev = (n > 1).then(|| id(n - 1));
        let name = message.room.as_str().to_owned();
        self.chat(&name, ChatEvent::Message { message: Box::new(message), prev });
    }
    pub fn typing(&mut self, name: &str, who: &str) {
        let event = ChatEvent::Typing(Typing { room: room(name), user: user(who) });
        self.net(Event::Chat { target: Target::Typing(room(name)), event });
    }
    pub fn presence(&mut self, name: &str, event: PresenceEvent) {
        let target = Target::Presence(room(name));
        self.net(Event::Chat { target, event: ChatEvent::Presence(event) });
    }
    pub fn confirm(&mut self, key: &str, n: usize) {
        self.net(Event::Confirmed {
            key: key.to_owned(),
            id: id(n),
            duplicate: false,
            attempts: 1,
            elapsed: Duration::from_millis(12),
        });
    }
    pub fn refuse(&mut self, key: &str) {
        self.net(Event::Refused {
            key: key.to_owned(),
            code: "storage-full".into(),
            message: "the disk is full".into(),
            retry_after: None,
        });
    }

    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
    /// The commands to the network that were not taken yet.
    pub fn commands(&mut self) -> Vec<Command> {
        let net = |e| if let Effect::Net(command) = e { Some(command) } else { None };
        self.take().into_iter().filter_map(net).collect()
    }
    /// Text and key of every SEND not taken yet.
    pub fn sends(&mut self) -> Vec<(String, String)> {
        let send = |c| match c {
            Command::Send { post, key, .. } => Some((post.row_text().as_str().to_owned(), key)),
            _ => None,
        };
        self.commands().into_iter().filter_map(send).collect()
    }
    /// Answers every history request from a room whose messages are 1 … `newest`.
    pub fn answer_history(&mut self, newest: usize, text: &dyn Fn(usize) -> String) -> usize {
        use chat_protocol::chat::request::Anchor;
        let number = |id: &MessageId| id.as_str()["epoch.0.".len()..].parse::<usize>().unwrap();
        let mut answered = 0;
        for command in self.commands() {
            let Command::History { room, anchor, limit, tag } = command else { continue };
            let (from, to) = match anchor {
                Anchor::Newest => ((newest + 1).saturating_sub(limit).max(1), newest),
                Anchor::Before(id) => (number(&id).saturating_sub(limit).max(1), number(&id) - 1),
                Anchor::Since(0) => (1, limit.min(newest)),
                Anchor::After(id) => (number(&id) + 1, (number(&id) + limit).min(newest)),
                Anchor::Around(id) => {
                    let half = limit / 2;
                    (number(&id).saturating_sub(half).max(1), (number(&id) + half).min(newest))
                }
                other => panic!("{other:?}"),
            };
            let page = (from..=to).map(|n| message(room.as_str(), n, "jun", &text(n)));
            let reply = HistoryReply {
                messages: page.collect(),
                more_before: from > 1,
                more_after: to < newest,
            };
            self.net(Event::History { tag, reply });
            answered += 1;
        }
        answered
    }

    pub fn room(&self, name: &str) -> &Room {
        self.state.rooms.get(&Place::Room(room(name))).unwrap()
    }
    pub fn selected(&self) -> &str {
        self.state.room().unwrap().place.name()
    }
    pub fn draft(&self) -> &str {
        self.state.composer().text()
    }
    pub fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |n| &n.text)
    }
    /// The texts in the timeline, ours that are on the way in brackets.
    pub fn texts(&self, name: &str) -> Vec<String> {
        use chat_tui::app::state::Delivery as D;
        let entries = self.room(name).timeline.entries();
        entries
            .map(|e| match &e.delivery {
                D::Stored => e.text.as_str().to_owned(),
                D::Pending => format!("[pending] {}", e.text.as_str()),
                D::Queued => format!("[queued] {}", e.text.as_str()),
                D::Confirmed(_) => format!("[confirmed] {}", e.text.as_str()),
                D::Failed(reason) => format!("[failed: {reason}] {}", e.text.as_str()),
            })
            .collect()
    }
    /// What is in view, a line each.
    pub fn rows(&self) -> Vec<String> {
        let rows = self.state.room().unwrap().timeline.visible();
        rows.map(|row| match row {
            Row::Day(date) => format!("-- {date} --"),
            Row::ReadLine => "-- read --".to_owned(),
            Row::Header(w) => format!("{:02}:{:02} {}", w.hour, w.minute, w.name),
            Row::Text { who: Some(w), text, .. } => {
                format!("{:02}:{:02} {}|{text}", w.hour, w.minute, w.name)
            }
            Row::Text { who: None, text, .. } => format!("|{text}"),
            Row::Failed(reason) => format!("! {reason}"),
            Row::Quote(answered) => {
                format!("> {}", answered.map_or("?", |e| e.text.as_str()))
            }
            Row::Tag(entry) => format!("|{}", entry.tag()),
            Row::Reactions(entry) => {
                let shown = entry.reactions().iter();
                let shown = shown.map(|r| format!("{} {}", r.emoji.as_str(), r.count));
                format!("+ {}", shown.collect::<Vec<_>>().join(", "))
            }
            Row::Passing(entry) => format!("* {}", entry.passing.line()),
        })
        .collect()
    }
}
