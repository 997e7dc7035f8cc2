//! A client without a terminal and without a network: what the server says and what is typed goes into
//! the core, the view paints into a buffer, and the buffer becomes a picture.

use chat_protocol::chat::{
    ChatEvent, ChatMessage, MessageId, PresenceEvent, RoomName, UserName,
    event::{Member, Sync, Typing},
};
use chat_protocol::text::PeerString;
use chat_tui::app::state::Place;
use chat_tui::app::state::first_run::Server;
use chat_tui::app::{Effect, Msg, Now, Remembered, Setup, State, arrange, update};
use chat_tui::net::{Command, Down, Event, Target};
use chat_tui::view::view;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::collections::HashMap;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Friday, 2025-11-21, 09:00 where the screen stands (UTC+9).
pub const MORNING: u64 = 1_763_683_200_000;
const MINUTE: u64 = 60_000;

pub struct Stage {
    pub state: State,
    pub now: Now,
    terminal: Terminal<TestBackend>,
    pub messages: u64,
    pub newest: HashMap<String, MessageId>,
    /// Keys of our messages that the server has not answered, oldest first.
    pub unanswered: Vec<(RoomName, String, String)>,
}

pub fn room(name: &str) -> RoomName {
    RoomName::parse(name).unwrap()
}

pub fn user(name: &str) -> UserName {
    UserName::parse(name).unwrap()
}

pub fn id(number: u64) -> MessageId {
    MessageId::parse(&format!("aaaaaaaa.0.{number}")).unwrap()
}

/// Online as `mina` in `study-group`, with an empty history.
pub fn online(width: u16, height: u16) -> Stage {
    let mut stage = Stage::new(width, height, &["study-group"]);
    stage.connect();
    stage
}

impl Stage {
    pub fn new(width: u16, height: u16, rooms: &[&str]) -> Self {
        let rooms: Vec<_> = rooms.iter().map(|r| (*r, None)).collect();
        Self::returning(width, height, &rooms)
    }

    /// With rooms that were joined and read before.
    pub fn returning(width: u16, height: u16, rooms: &[(&str, Option<u64>)]) -> Self {
        Self::of(Setup { size: (width, height), ..Setup::default() }, rooms)
    }

    fn of(setup: Setup, rooms: &[(&str, Option<u64>)]) -> Self {
        let (width, height) = setup.size;
        let nonce = "test".to_owned();
        let state = State::new(Setup { nonce, utc_offset: Box::new(|_| 9 * 3600), ..setup });
        let mut stage = Self {
            state,
            now: Now { mono: 0, wall: MORNING },
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
            messages: 0,
            newest: HashMap::new(),
            unanswered: Vec::new(),
        };
        let rooms = rooms.iter();
        let rooms = rooms
            .map(|(name, read)| Remembered { place: Place::Room(room(name)), read: read.map(id) });
        stage.tell(Msg::Start { rooms: rooms.collect(), select: None });
        stage
    }

    /// In `study-group`, on a machine where nothing was ever there.
    pub fn alone(width: u16, height: u16, server: Server) -> Self {
        let setup = Setup { size: (width, height), server: Some(server), ..Setup::default() };
        Self::of(setup, &[("study-group", None)])
    }

    pub fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.state, msg, self.now);
        for effect in &effects {
            if let Effect::Net(Command::Send { room, post, key }) = effect {
                self.unanswered.push((
                    room.clone(),
                    post.row_text().as_str().to_owned(),
                    key.clone(),
                ));
            }
        }
        arrange(&mut self.state);
        effects
    }

    pub fn net(&mut self, event: Event) {
        self.tell(Msg::Net(event));
    }

    pub fn minutes_later(&mut self, minutes: u64) {
        self.now.wall += minutes * MINUTE;
        self.now.mono += minutes * MINUTE;
        self.tell(Msg::Tick);
    }

    /// The link is up, everything joined is subscribed and replayed (nothing is).
    pub fn connect(&mut self) {
        self.net(Event::Online { user: user("mina"), server: None });
        self.net(Event::Subscribed { target: Target::Rooms });
        self.net(Event::Subscribed { target: Target::Reads });
        let rooms: Vec<_> =
            self.state.rooms.iter().filter_map(|r| r.place.as_room().cloned()).collect();
        for room in rooms {
            for target in [Target::Presence, Target::Typing, Target::Room] {
                self.net(Event::Subscribed { target: target(room.clone()) });
            }
            self.synced(room.as_str());
        }
    }

    pub fn disconnect(&mut self, why: &str, retry_in: u64) {
        self.net(Event::Offline {
            reason: Down::Lost(why.to_owned()),
            retry_in: Some(Duration::from_millis(retry_in)),
        });
    }

    pub fn synced(&mut self, name: &str) {
        let position = Some(id(self.messages));
        let sync = Sync { recovered: true, position, reason: None, oldest: None };
        let event = ChatEvent::Sync { room: room(name), sync };
        self.net(Event::Chat { target: Target::Room(room(name)), event });
    }

    pub fn says(&mut self, who: &str, text: &str) -> MessageId {
        self.says_in("study-group", who, text, None)
    }

    pub fn says_in(&mut self, name: &str, who: &str, text: &str, key: Option<&str>) -> MessageId {
        self.messages += 1;
        let prev = self.newest.insert(name.to_owned(), id(self.messages));
        let (id_, at) = (id(self.messages), self.now.wall);
        let mut message = ChatMessage::new(id_, room(name), user(who), at, text.into());
        message.key = key.map(PeerString::from);
        let event = ChatEvent::Message { message: Box::new(message), prev };
        self.net(Event::Chat { target: Target::Room(room(name)), event });
        id(self.messages)
    }

    /// The server stores our oldest unanswered message: RECEIPT, then the echo.
    pub fn stores(&mut self) {
        let (name, text, key) = self.unanswered.remove(0);
        self.net(Event::Confirmed {
            key: key.clone(),
            id: id(self.messages + 1),
            duplicate: false,
            attempts: 1,
            elapsed: Duration::from_millis(4),
        });
        self.says_in(name.as_str(), "mina", &text, Some(&key));
    }

    pub fn refuses(&mut self, code: &str, message: &str) {
        let (_, _, key) = self.unanswered.remove(0);
        self.net(Event::Refused {
            key,
            code: PeerString::from(code),
            message: PeerString::from(message),
            retry_after: None,
        });
    }

    pub fn members(&mut self, name: &str, users: &[&str]) {
        let users = users.iter().map(|u| Member { name: user(u) }).collect();
        let event = ChatEvent::Presence(PresenceEvent::List { room: room(name), users });
        self.net(Event::Chat { target: Target::Presence(room(name)), event });
    }

    pub fn types(&mut self, who: &str) {
        let event = ChatEvent::Typing(Typing { room: room("study-group"), user: user(who) });
        self.net(Event::Chat { target: Target::Typing(room("study-group")), event });
    }

    /// Types on our keyboard, without Enter.
    pub fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    pub fn send(&mut self, text: &str) {
        self.write(text);
        self.press(KeyCode::Enter);
    }

    pub fn press(&mut self, code: KeyCode) {
        self.press_with(KeyModifiers::NONE, code);
    }

    pub fn press_with(&mut self, modifiers: KeyModifiers, code: KeyCode) {
        self.tell(Msg::Key(KeyEvent::new(code, modifiers)));
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        self.tell(Msg::Resize { width, height });
    }

    /// Paints, and gives the cells and where the cursor is.
    pub fn paint(&mut self) -> (Buffer, Position) {
        arrange(&mut self.state);
        let state = &self.state;
        // The frame's own cells: the backend keeps what a wide one has covered.
        let buffer = self.terminal.draw(|frame| view(state, frame)).unwrap().buffer.clone();
        (buffer, self.terminal.get_cursor_position().unwrap())
    }

    pub fn picture(&mut self) -> String {
        let (buffer, caret) = self.paint();
        picture(&buffer, caret)
    }

    /// The screen is exactly this: a line per row between bars, without the blanks at its end.
    #[track_caller]
    pub fn shows(&mut self, wanted: &str) {
        let seen = self.picture();
        let wanted: Vec<&str> = wanted.trim().lines().map(str::trim).collect();
        let wanted = wanted.join("\n");
        assert!(seen == wanted, "the screen is\n{seen}\nand not\n{wanted}");
    }

    /// These rows are on the screen, one below the other.
    #[track_caller]
    pub fn shows_rows(&mut self, wanted: &str) {
        let seen = self.picture();
        let wanted: Vec<&str> = wanted.trim().lines().map(str::trim).collect();
        let wanted = wanted.join("\n");
        assert!(seen.contains(&wanted), "the screen is\n{seen}\nand does not have\n{wanted}");
    }
}

/// `|...|` for each row, blanks at its end cut, `▏` before the cell of the cursor.
pub fn picture(buffer: &Buffer, caret: Position) -> String {
    let area = buffer.area;
    let rows = area.top()..area.bottom();
    rows.map(|y| format!("|{}|", row(buffer, y, caret).trim_end())).collect::<Vec<_>>().join("\n")
}

fn row(buffer: &Buffer, y: u16, caret: Position) -> String {
    let mut out = String::new();
    let mut x = buffer.area.left();
    while x < buffer.area.right() {
        if (Position { x, y }) == caret {
            out.push('▏');
        }
        let symbol = buffer[(x, y)].symbol();
        out.push_str(symbol);
        x += symbol.width().max(1) as u16;
    }
    out
}

/// The columns in which a row has `│`.
pub fn borders(buffer: &Buffer, y: u16) -> Vec<u16> {
    let columns = buffer.area.left()..buffer.area.right();
    columns.filter(|&x| buffer[(x, y)].symbol() == "│").collect()
}
