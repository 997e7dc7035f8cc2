//! The event loop that joins the core with the network, the screen and the store: drain all that
//! has happened, update, run the effects, paint. What the person does is painted at once, what the
//! server causes at most every [`FRAME`]. When nothing happens nothing runs.

mod editing;
mod front;
mod reloading;
mod signals;
mod starter;
mod telling;

pub use reloading::Source;
pub use starter::Starter;

use crate::app::{
    self, Effect, Mouse, MouseAction, Msg, Now, Remembered, Restored, Setup, State, Unsent,
};
use crate::config::Settings;
use crate::editor::Editor;
use crate::net::driver::{self, Link, Peer, until};
use crate::notifier::Notifier;
use crate::opener::Opener;
use crate::plain::Typed;
use crate::store::{Ask, Job, Keeper, News, Store, StoreError};
use crate::term::background::Answer;
use crate::term::wheel;
use crate::theme::{Depth, Terminal};
use chat_protocol::chat::{RoomName, UserName};
use crossterm::event::{
    Event as Input, EventStream, KeyEventKind, MouseButton, MouseEvent, MouseEventKind,
};
use front::Front;
use futures_util::StreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reloading::Reloader;
use signals::{Asked, Signals};
use std::future::{pending, poll_fn};
use std::io;
use std::task::Poll;
use std::time::Duration;
use tokio::time::Instant;

/// Between two frames that the server causes.
const FRAME: Duration = Duration::from_millis(16);
/// Events taken before the others get their turn.
const DRAIN: usize = 1024;
/// For what is not confirmed at the end of the lines.
const CONFIRM: Duration = Duration::from_secs(10);
/// For the goodbye; the driver's own deadline is shorter.
const CLOSE: Duration = Duration::from_secs(4);

/// What a run begins with.
pub struct Session {
    pub peer: Peer,
    pub rooms: Vec<Remembered>,
    pub select: Option<RoomName>,
    pub store: Store,
    pub restored: Restored,
    pub starter: Starter,
    pub settings: Settings,
    /// Where the settings are read anew.
    pub source: Source,
    /// Makes keys that nobody used before.
    pub nonce: String,
    pub terminal: Terminal,
    /// Lines instead of a screen.
    pub plain: bool,
    /// What to say at first; safe to show.
    pub notice: Option<String>,
}

/// What a run ends with.
pub struct End {
    pub unsent: Vec<Unsent>,
    /// A failure to remember something that could not be shown.
    pub store_trouble: Option<StoreError>,
}

/// Why a run broke off.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    #[error("the connection's task has ended")]
    Task,
}

/// Takes the terminal, runs until the person leaves, and gives the terminal back.
pub fn run(session: Session) -> Result<End, Failure> {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let end = tokio.block_on(async {
        let mut runtime = Runtime::start(session).await?;
        runtime.go().await?;
        Ok(runtime.leave().await)
    });
    tokio.shutdown_background();
    end
}

struct Runtime {
    state: State,
    front: Front,
    /// `None` while an editor has the terminal.
    input: Option<EventStream>,
    editor: Option<Editor>,
    edits: u32,
    nonce: String,
    signals: Signals,
    link: Link,
    answer: Answer,
    opener: Opener,
    starter: Starter,
    notifier: Notifier,
    reloader: Reloader,
    keeper: Keeper,
    began: Instant,
    /// When the next frame that the server caused may be painted; `None`: nothing has changed.
    paint_at: Option<Instant>,
    painted: Instant,
    /// Set at the end of the lines: when to leave, whatever is not confirmed then.
    ended: Option<Instant>,
    /// Set when it is time to leave.
    unsent: Option<Vec<Unsent>>,
}

impl Runtime {
    /// The first frame is on the screen before the network is waited for.
    async fn start(session: Session) -> Result<Self, Failure> {
        let signals = Signals::listen()?;
        let front = Front::enter(session.plain)?;
        let asks = session.terminal.is_modern && session.terminal.depth == Depth::Many;
        let zone = TimeZone::system();
        let state = State::new(Setup {
            nonce: session.nonce.clone(),
            utc_offset: Box::new(move |at| utc_offset(&zone, at)),
            size: front.size()?,
            terminal: session.terminal,
            notice: session.notice,
            settings: session.settings,
            server: Some(session.starter.server()),
        });
        let nick = session.peer.nick.as_ref().map_or("", UserName::as_str);
        let keeper = session.store.start(nick)?;
        let now = Instant::now();
        let mut runtime = Self {
            state,
            input: (!session.plain).then(EventStream::new),
            front,
            editor: None,
            edits: 0,
            nonce: session.nonce,
            signals,
            link: driver::start(session.peer),
            answer: Answer::default(),
            opener: Opener::new(),
            starter: session.starter,
            notifier: Notifier::default(),
            reloader: Reloader::new(session.source),
            keeper,
            began: now,
            paint_at: None,
            painted: now,
            ended: None,
            unsent: None,
        };
        let restore = Msg::Restore(Box::new(session.restored));
        let at = runtime.now();
        let mut effects = app::update(&mut runtime.state, restore, at);
        let start = Msg::Start { rooms: session.rooms, select: session.select };
        let at = runtime.now();
        effects.extend(app::update(&mut runtime.state, start, at));
        runtime.paint()?;
        if asks && let Some(screen) = runtime.front.screen() {
            screen.ask_background()?;
            runtime.answer.expect();
        }
        runtime.run_effects(effects).await?;
        Ok(runtime)
    }

    async fn go(&mut self) -> Result<(), Failure> {
        while self.unsent.is_none() {
            let tick_at = self.state.deadline().map(|at| self.began + Duration::from_millis(at));
            tokio::select! {
                biased;
                asked = self.signals.next() => {
                    if asked == Asked::ToEnd || self.editor.is_none() {
                        self.update(Msg::Quit).await?;
                    }
                }
                input = next(&mut self.input) => self.person(input).await?,
                typed = self.front.typed(), if self.ended.is_none() => self.typed(typed).await?,
                () = until(self.ended) => self.update(Msg::Quit).await?,
                end = editing::end(&mut self.editor) => self.edited(end).await?,
                event = self.link.events.recv() => match event {
                    Some(event) => self.server(event).await?,
                    None => return Err(Failure::Task),
                },
                () = until(self.answer.deadline()) => {
                    let typed = self.answer.give_back();
                    self.inputs(typed).await?;
                }
                Some(news) = self.keeper.news.recv() => self.kept(news).await?,
                () = until(tick_at) => {
                    self.update(Msg::Tick).await?;
                    self.changed();
                }
                Some(outcome) = self.starter.outcome() => {
                    self.update(Msg::ServerStarted(outcome)).await?;
                    self.changed();
                }
                Some(what) = self.notifier.failed() => {
                    self.update(Msg::Trouble(what)).await?;
                    self.changed();
                }
                Some(address) = self.opener.failed() => {
                    self.update(Msg::NotOpened(address)).await?;
                    self.changed();
                }
                () = until(self.paint_at) => {}
            }
            if self.ended.is_some() && self.unsent.is_none() && self.state.unsent().is_empty() {
                self.update(Msg::Quit).await?;
            }
            // Here, so that a stream of events cannot keep the screen from being painted.
            if self.paint_at.is_some_and(|at| at <= Instant::now()) {
                self.paint()?;
            }
        }
        // Lines are not drawn over by a later frame: what came last is printed, too.
        if self.paint_at.is_some() && self.front.screen().is_none() {
            self.paint()?;
        }
        Ok(())
    }

    /// Takes the input there is, then paints at once.
    async fn person(&mut self, first: Option<io::Result<Input>>) -> Result<(), Failure> {
        self.reload_if_changed().await?;
        let (mut inputs, is_gone) = self.drain_input(first).await;
        wheel::unroll(&mut inputs);
        let (inputs, background) = self.answer.take(inputs);
        if let Some(background) = background {
            self.update(Msg::Background(background)).await?;
        }
        self.inputs(inputs).await?;
        if is_gone && self.unsent.is_none() {
            return self.update(Msg::Quit).await;
        }
        Ok(())
    }

    /// A line of the linear front end.
    async fn typed(&mut self, typed: Option<Typed>) -> Result<(), Failure> {
        match typed {
            Some(Typed::Line(line)) => self.update(Msg::Line(line)).await?,
            Some(Typed::Unfit(why)) => self.update(Msg::Unfit(why)).await?,
            None => self.ended = Some(Instant::now() + CONFIRM),
        }
        Ok(self.paint()?)
    }

    async fn inputs(&mut self, inputs: Vec<Input>) -> Result<(), Failure> {
        for msg in inputs.into_iter().filter_map(message) {
            self.update(msg).await?;
            if self.unsent.is_some() {
                return Ok(());
            }
        }
        Ok(self.paint()?)
    }

    /// All that is there to read, and whether the terminal is gone.
    async fn drain_input(&mut self, first: Option<io::Result<Input>>) -> (Vec<Input>, bool) {
        let mut inputs = Vec::new();
        let mut next = Some(first);
        while let Some(input) = next {
            match input {
                Some(Ok(input)) => inputs.push(input),
                Some(Err(_)) | None => return (inputs, true),
            }
            if inputs.len() == DRAIN {
                break;
            }
            // With the task's own waker: the stream keeps the first it is polled with.
            let Some(stream) = &mut self.input else { break };
            next = poll_fn(|cx| match stream.poll_next_unpin(cx) {
                Poll::Ready(input) => Poll::Ready(Some(input)),
                Poll::Pending => Poll::Ready(None),
            })
            .await;
        }
        (inputs, false)
    }

    /// Takes what has come from the server; the painting may wait.
    async fn server(&mut self, first: crate::net::Event) -> Result<(), Failure> {
        self.update(Msg::Net(first)).await?;
        for _ in 0..DRAIN {
            let Ok(event) = self.link.events.try_recv() else { break };
            self.update(Msg::Net(event)).await?;
        }
        self.changed();
        Ok(())
    }

    /// The store has answered.
    async fn kept(&mut self, news: News) -> Result<(), Failure> {
        let msg = match news {
            News::Page { tag, reply } => Msg::Cached { tag, reply },
            News::Found { tag, messages } => Msg::FoundCached { tag, messages },
            News::Trouble(trouble) => Msg::StoreTrouble(trouble.to_string()),
        };
        self.update(msg).await?;
        self.changed();
        Ok(())
    }

    fn changed(&mut self) {
        self.paint_at.get_or_insert(self.painted + FRAME);
    }

    async fn update(&mut self, msg: Msg) -> Result<(), Failure> {
        if let Msg::Net(event) = &msg {
            self.keeper.sees_event(event).await;
        }
        let at = self.now();
        let effects = app::update(&mut self.state, msg, at);
        self.run_effects(effects).await
    }

    async fn run_effects(&mut self, effects: Vec<Effect>) -> Result<(), Failure> {
        for effect in effects {
            match effect {
                Effect::Net(command) => {
                    self.keeper.sees_command(&command).await;
                    self.link.commands.send(command).await.map_err(|_| Failure::Task)?;
                }
                Effect::SaveRoom { place, read } => {
                    self.keeper.job(Job::SaveRoom { place, read }).await;
                }
                Effect::ForgetRoom { place } => {
                    self.keeper.job(Job::ForgetRoom { place }).await;
                }
                Effect::StartServer => self.starter.start(),
                Effect::SaveDraft { place, text } => {
                    self.keeper.job(Job::SaveDraft { place, text }).await;
                }
                Effect::LoadCached { tag, room, anchor, limit } => {
                    self.keeper.ask(Ask::Page { tag, room, anchor, limit }).await;
                }
                Effect::SearchCached { tag, query } => {
                    self.keeper.ask(Ask::Find { tag, query }).await;
                }
                Effect::Copy(text) => {
                    if let Some(screen) = self.front.screen() {
                        screen.copy(&text)?;
                    }
                }
                Effect::OpenUrl(address) => self.opener.open(address),
                Effect::Mouse(ours) => {
                    if let Some(screen) = self.front.screen() {
                        screen.mouse(ours)?;
                    }
                }
                Effect::Notify(told) => self.notify(&told)?,
                Effect::Reload => self.reload().await?,
                Effect::Redraw => {
                    if let Some(screen) = self.front.screen() {
                        screen.redraw();
                    }
                }
                Effect::Edit(text) => Box::pin(self.edit(&text)).await?,
                Effect::Quit { unsent } => self.unsent = Some(unsent),
            }
        }
        Ok(())
    }

    fn paint(&mut self) -> io::Result<()> {
        self.paint_at = None;
        if self.editor.is_some() {
            return Ok(());
        }
        self.front.paint(&mut self.state)?;
        self.painted = Instant::now();
        Ok(())
    }

    fn now(&self) -> Now {
        let mono = self.began.elapsed().as_millis() as u64;
        let wall = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        Now { mono, wall }
    }

    /// Gives the terminal back, then says goodbye to the server.
    async fn leave(self) -> End {
        let Self { front, editor, mut link, mut keeper, unsent, .. } = self;
        if let Some(editor) = editor {
            editor.stop().await;
        }
        drop(front);
        let goodbye = async {
            while let Some(event) = link.events.recv().await {
                keeper.sees_event(&event).await;
            }
        };
        // A server that does not answer now changes nothing.
        let _ = tokio::time::timeout(CLOSE, goodbye).await;
        let store_trouble = keeper.finish().await;
        End { unsent: unsent.unwrap_or_default(), store_trouble }
    }
}

/// The next input, when the terminal is ours.
async fn next(input: &mut Option<EventStream>) -> Option<io::Result<Input>> {
    match input {
        Some(input) => input.next().await,
        None => pending().await,
    }
}

fn message(input: Input) -> Option<Msg> {
    match input {
        Input::Key(key) if key.kind == KeyEventKind::Release => None,
        Input::Key(key) => Some(Msg::Key(key)),
        Input::Paste(text) => Some(Msg::Paste(text)),
        Input::Resize(width, height) => Some(Msg::Resize { width, height }),
        Input::FocusGained => Some(Msg::Focus(true)),
        Input::FocusLost => Some(Msg::Focus(false)),
        Input::Mouse(mouse) => of_mouse(mouse),
    }
}

fn of_mouse(event: MouseEvent) -> Option<Msg> {
    let did = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Press,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Msg::Mouse(Mouse { x: event.column, y: event.row, did }))
}

fn utc_offset(zone: &TimeZone, at: u64) -> i32 {
    let at = i64::try_from(at).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    at.map_or(0, |at| zone.to_offset(at).seconds())
}
