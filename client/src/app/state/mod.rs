//! Everything the terminal client knows. Plain data: it is changed by `update` and read by `view`.
//! What peers wrote stays a `PeerString` until it is laid out for the screen.

pub mod action;
pub mod change;
pub mod completion;
pub mod composer;
pub mod entry;
pub mod first_run;
mod fold;
pub mod intent;
pub mod kill;
pub mod layout;
pub mod look;
pub mod passing;
pub mod pasted;
pub mod picker;
pub mod popup;
pub mod room;
pub mod rooms;
pub mod rows;
pub mod search;
mod selection;
pub mod side;
pub mod subscription;
pub mod timeline;
pub(crate) mod told;
pub mod vi;

pub use change::Change;
pub use completion::Completion;
pub use composer::Composer;
pub use entry::{Delivery, Entry, EntryId};
pub use intent::Intent;
pub use kill::KillRing;
pub use layout::{Area, Layout};
pub use look::Look;
pub use pasted::Pasted;
pub use picker::Picker;
pub use popup::Popup;
pub use room::{Place, Room};
pub use rooms::Rooms;
pub use rows::{Anchor, Row};
pub use search::Search;
pub use side::SidePane;
pub use subscription::{SubState, Subscription, Subscriptions};
pub use timeline::Timeline;
use told::Told;
use vi::Vi;

use self::first_run::FirstRun;
use crate::app::{Restored, Unsent};
use crate::config::Settings;
use crate::theme::Terminal;
use chat_protocol::chat::request;
use chat_protocol::chat::{ChatMessage, RoomInfo, UserName};
use chat_protocol::text::PeerString;
use std::collections::BTreeMap;
use std::time::Duration;

/// What `State` is made from.
pub struct Setup {
    /// Makes the keys of this run different from those of every other.
    pub nonce: String,
    /// Seconds east of UTC at a time given in ms since 1970.
    pub utc_offset: Box<dyn Fn(u64) -> i32 + Send>,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    pub terminal: Terminal,
    /// What happened before the screen was there; safe to show.
    pub notice: Option<String>,
    pub settings: Settings,
    /// Whom we connect to; `None`: that is nobody's business here.
    pub server: Option<first_run::Server>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            nonce: String::new(),
            utc_offset: Box::new(|_| 0),
            size: (80, 24),
            terminal: Terminal::default(),
            notice: None,
            settings: Settings::default(),
            server: None,
        }
    }
}

pub struct State {
    /// What the person configured; may change while the client runs.
    pub settings: Settings,
    pub connection: Connection,
    /// Who the server says we are; until then the nick is not known to be ours.
    pub me: Option<UserName>,
    pub rooms: Rooms,
    pub subscriptions: Subscriptions,
    /// Every room the server told of, by folded name: for completion.
    pub directory: BTreeMap<String, RoomInfo>,
    /// What is typed while no room is joined.
    pub lobby: Composer,
    pub completion: Option<Completion>,
    pub popup: Option<Popup>,
    /// A paste that waits for how it is meant.
    pub pasted: Option<Pasted>,
    /// Open, it has the keyboard.
    pub picker: Option<Picker>,
    /// Which message `PopupKind::Message` shows, of the selected room.
    pub(crate) shown_message: Option<EntryId>,
    /// Shown while its pane is.
    pub search: Option<Search>,
    /// Where one was mentioned, newest first, when it was asked last.
    pub(crate) mentions: Vec<ChatMessage>,
    pub notice: Option<Notice>,
    /// The pane beside the timeline.
    pub side: Option<SidePane>,
    pub look: Look,
    /// The mouse is ours and not the terminal's.
    pub mouse: bool,
    pub focused: bool,
    pub size: (u16, u16),
    /// Where everything stands on the screen; set by `arrange`.
    pub layout: Layout,
    /// Time from SEND to RECEIPT of the message confirmed last.
    pub last_receipt: Option<Duration>,
    pub(crate) utc_offset: Box<dyn Fn(u64) -> i32 + Send>,
    /// With `ui.vi`.
    pub vi: Vi,
    pub(crate) kills: KillRing,
    /// The draft that is in the editor: of a room, or of the lobby.
    pub(crate) editing: Option<Option<Place>>,
    /// Ctrl-X was pressed: the next key counts as if Alt were held.
    pub(crate) prefix: bool,
    /// Leaving was asked for and waits to be asked again.
    pub(crate) leaving: Option<Leaving>,
    pub(crate) told: Told,
    pub(crate) typing_sent: Option<u64>,
    pub(crate) save_at: Option<u64>,
    pub(crate) first_run: FirstRun,
    /// When drafts are written.
    pub(crate) drafts_at: Option<u64>,
    /// What earlier runs left, as far as it is not taken up; `None`: there is no cache to ask.
    pub(crate) restored: Option<Restored>,
    pub(crate) requests: Vec<Request>,
    pub(crate) hurry: Hurry,
    nonce: String,
    serial: u64,
}

/// The question that stands before one leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaving {
    /// `Now::mono` at which it is withdrawn.
    pub until: u64,
    pub question: String,
}

/// Attempts to connect that are made because somebody is at the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Hurry {
    /// `Now::mono` of the last one.
    pub last: Option<u64>,
    pub wanted: bool,
}

impl Hurry {
    /// One a second at most, in ms.
    const EVERY: u64 = 1000;

    /// When the wanted one may be made.
    pub fn due(&self) -> Option<u64> {
        self.wanted.then(|| self.last.map_or(0, |last| last + Self::EVERY))
    }
}

/// A history page that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    /// `Now::mono` at which no answer is expected any more.
    pub until: u64,
    pub tag: u64,
    pub place: Place,
    pub page: Page,
    /// Asked of the local cache, not of the server.
    pub cached: bool,
    pub anchor: request::Anchor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Older,
    Newer,
    /// Replaces the window; so does `Newest`.
    Oldest,
    Newest,
    /// Replaces the window when the message that one wants to be at is in it.
    Around,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Connection {
    Connecting {
        attempt: u32,
    },
    Online,
    /// `reason` is safe to show. `retry_at` is the time of day of the next attempt, in seconds since
    /// local midnight; `None`: there will be none by itself.
    Offline {
        reason: String,
        retry_at: Option<u32>,
    },
}

/// One line to the person at the keyboard; safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub is_error: bool,
}

impl State {
    pub fn new(setup: Setup) -> Self {
        Self {
            look: Look::new(setup.terminal, &setup.settings.ui),
            settings: setup.settings,
            connection: Connection::Connecting { attempt: 1 },
            me: None,
            rooms: Rooms::default(),
            subscriptions: Subscriptions::default(),
            directory: BTreeMap::new(),
            lobby: Composer::default(),
            completion: None,
            popup: None,
            pasted: None,
            picker: None,
            shown_message: None,
            search: None,
            mentions: Vec::new(),
            notice: setup.notice.map(|text| Notice { text, is_error: false }),
            side: None,
            mouse: false,
            focused: true,
            size: setup.size,
            layout: Layout::default(),
            last_receipt: None,
            utc_offset: setup.utc_offset,
            vi: Vi::default(),
            kills: KillRing::default(),
            editing: None,
            prefix: false,
            leaving: None,
            told: Told::default(),
            typing_sent: None,
            save_at: None,
            first_run: FirstRun { server: setup.server, ..FirstRun::default() },
            drafts_at: None,
            restored: None,
            requests: Vec::new(),
            hurry: Hurry::default(),
            nonce: setup.nonce,
            serial: 0,
        }
    }

    pub fn is_online(&self) -> bool {
        self.connection == Connection::Online
    }

    /// The selected room, if any is joined.
    pub fn room(&self) -> Option<&Room> {
        self.rooms.selected()
    }

    /// Local month, day, hour and minute of a time in ms since 1970: `11-21 09:03`.
    pub(crate) fn date_and_time(&self, at: u64) -> String {
        let local = (at / 1000) as i64 + i64::from((self.utc_offset)(at));
        let Ok(stamp) = jiff::Timestamp::from_second(local) else { return String::new() };
        let at = jiff::tz::Offset::UTC.to_datetime(stamp);
        format!("{:02}-{:02} {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
    }

    /// What the selected room is about, if that was said.
    pub fn topic(&self) -> Option<&PeerString> {
        let name = self.room()?.place.as_room()?;
        let info = self.directory.get(name.folded())?;
        Some(&info.topic).filter(|topic| !topic.as_str().is_empty())
    }

    /// What the line above the status says: news, else what the draft is for; safe to show.
    pub fn banner(&self) -> Option<Notice> {
        if self.notice.is_some() {
            return self.notice.clone();
        }
        let room = self.room()?;
        let intent = room.intent.as_ref()?;
        let quoted = room.timeline.message(intent.target()).map(|entry| {
            let name = entry.sender.as_ref().map_or("", |name| name.as_str());
            format!("{name}: {}", entry.text.line())
        });
        let quoted = quoted.unwrap_or_else(|| "an earlier message".to_owned());
        let text = match intent {
            Intent::Reply { .. } => format!("answering, Esc stops: {quoted}"),
            Intent::Edit { .. } => format!("editing, Esc stops: {quoted}"),
        };
        Some(Notice { text, is_error: false })
    }

    /// The draft under the caret: of the selected room, or of the lobby.
    pub fn composer(&self) -> &Composer {
        self.rooms.selected().map_or(&self.lobby, |r| &r.composer)
    }

    pub fn composer_mut(&mut self) -> &mut Composer {
        match self.rooms.selected_mut() {
            Some(room) => &mut room.composer,
            None => &mut self.lobby,
        }
    }

    /// When the next `Msg::Tick` is needed, on the clock of `Now::mono`; `None`: not at all.
    pub fn deadline(&self) -> Option<u64> {
        let typing = self.room().and_then(|r| r.typing.iter().map(|t| t.until).min());
        let leaving = self.leaving.as_ref().map(|l| l.until);
        let answer = self.requests.iter().map(|r| r.until).min();
        let hurry = self.hurry.due();
        let search = self.search.as_ref();
        let ask = search.and_then(|s| s.ask_at);
        let asked = search.and_then(|s| s.asked.map(|(_, until)| until));
        let due = [typing, self.save_at, self.drafts_at, leaving, answer, hurry, ask, asked];
        due.into_iter().flatten().min()
    }

    /// Every message of ours that may be lost when we leave now.
    pub fn unsent(&self) -> Vec<Unsent> {
        let of_room = |room: &Room| {
            let name = room.place.as_room().cloned();
            let texts = room.unsent().map(|e| e.text.as_str().to_owned()).collect::<Vec<_>>();
            name.into_iter().flat_map(move |room| {
                texts.clone().into_iter().map(move |text| Unsent { room: room.clone(), text })
            })
        };
        self.rooms.iter().flat_map(of_room).collect()
    }

    /// A number that this run never used before.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// An idempotency key that nobody used before.
    pub(crate) fn next_key(&mut self) -> String {
        let serial = self.next_serial();
        format!("{}-{serial}", self.nonce)
    }

    /// Shows a pane beside the timeline, or hides it when it is there already.
    pub(crate) fn toggle_side(&mut self, pane: SidePane) {
        self.side = if self.side.as_ref() == Some(&pane) { None } else { Some(pane) };
    }

    pub(crate) fn inform(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: false });
    }

    pub(crate) fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), is_error: true });
    }
}
