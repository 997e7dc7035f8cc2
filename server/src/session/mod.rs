//! Drives one connection: bytes in, the protocol session, what its events ask for, bytes out, and an
//! orderly end. One task, on the shard that owns the socket.
//!
//! Never more is read than can be answered: while something of this connection waits (its commits,
//! its outbox, its rate), its socket is left alone.

mod answer;
mod closing;
mod commit;
mod durable;
mod events;
mod intake;
mod post;
mod pull;
mod queue;
mod request;
mod subscribe;

use crate::broker::{Condition, Conn};
use crate::chat::Who;
use crate::chat::presence::Leave;
use crate::server::ShardCtx;
use crate::transport::Transport;
use answer::{Answer, Decided};
use bytes::Bytes;
use chat_protocol::session::server::SubscriptionKey;
use chat_protocol::session::{Closed, ServerEvent, ServerSession, Ticket};
use chat_protocol::text::PeerString;
use closing::End;
use intake::{Heard, Intake};
use pull::Pull;
use queue::Owing;
use request::{Reply, Request};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use subscribe::Held;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::Sleep;

/// With more than this in its outbox, a connection's frames are not looked at.
const PAUSE_AT: usize = 128 * 1024;
/// Keeps every wait finite.
const AN_HOUR: Duration = Duration::from_secs(3600);

pub struct Link {
    ctx: ShardCtx,
    conn: Arc<Conn>,
    read: OwnedReadHalf,
    intake: Intake,
    session: ServerSession,
    peer: SocketAddr,
    who: Option<Who>,
    /// As it said in CONNECT: whose its durable subscriptions are, beside its name.
    client_id: Option<PeerString>,
    /// Few; a map would cost an idle connection more than its subscription.
    subscriptions: Vec<(SubscriptionKey, Held)>,
    /// What only a connection has that reads queues or acknowledges.
    owing: Option<Box<Owing>>,
    /// Frames that await a commit, oldest first.
    appends: VecDeque<(Ticket, Answer)>,
    /// An event that cannot be answered yet.
    held: Option<Box<ServerEvent>>,
    /// Since when, and until when at least, the held event waits for its rate.
    slowed: Option<(Instant, Instant)>,
    /// Since when a SEND waits for deliveries that are behind.
    jammed: Option<Instant>,
    /// A request that reads the store; frames behind it wait.
    request: Option<Box<Request>>,
    /// Replays, the front one at work.
    pulls: VecDeque<Pull>,
    /// Frames may lie in the session that have not been looked at.
    behind: bool,
    /// The peer has sent all it will.
    eof: bool,
    /// The answer to the peer's Close.
    farewell: Option<Box<[u8]>>,
    /// The session has ended.
    over: Option<Box<Closed>>,
}

/// What a wait ended with.
enum Woken {
    Read(std::io::Result<Heard>),
    Answered(Decided),
    Pulled(pull::Outcome),
    Requested(Reply),
    Writable,
    Told,
    Alarm,
}

impl Link {
    pub fn new(
        ctx: &ShardCtx,
        stream: TcpStream,
        transport: Transport,
        peer: SocketAddr,
        accepted: Instant,
    ) -> Self {
        let (read, write) = stream.into_split();
        let settings = &ctx.settings;
        let conn = ctx.register(transport, write, Instant::now());
        Self {
            intake: Intake::new(transport, settings),
            session: ServerSession::new(settings.protocol.clone(), accepted),
            ctx: ctx.clone(),
            conn,
            read,
            peer,
            who: None,
            client_id: None,
            subscriptions: Vec::new(),
            owing: None,
            appends: VecDeque::new(),
            held: None,
            slowed: None,
            jammed: None,
            request: None,
            pulls: VecDeque::new(),
            behind: false,
            eof: false,
            farewell: None,
            over: None,
        }
    }

    /// To the end of the connection. Boxed, so that no future holds a second copy of it.
    pub async fn run(mut self: Box<Self>, leftover: Bytes) {
        let end = self.serve(leftover).await;
        self.leave(&end);
        // Boxed: it would make every task larger for its last moments.
        Box::pin(self.close(end)).await;
    }

    async fn serve(&mut self, leftover: Bytes) -> End {
        let mut alarm = std::pin::pin!(tokio::time::sleep(AN_HOUR));
        let mut heard = self.intake.take(&leftover, Instant::now(), &mut self.session);
        // Even empty it would keep the buffer of the HTTP request.
        drop(leftover);
        loop {
            let now = Instant::now();
            if let Some(end) = self.note(heard) {
                return end;
            }
            self.drive(now);
            self.refill(now);
            self.pull(now);
            self.restate();
            if let Some(end) = self.ended(now) {
                return end;
            }
            self.arm(alarm.as_mut(), now);
            heard = match self.wait(alarm.as_mut()).await {
                Woken::Read(Ok(heard)) => heard,
                Woken::Read(Err(_)) => return End::Lost,
                woken => {
                    self.act(woken);
                    Heard::default()
                }
            };
        }
    }

    /// Polls by hand whatever this connection waits for: a future for each would be most of what an
    /// idle connection costs.
    async fn wait(&mut self, mut alarm: Pin<&mut Sleep>) -> Woken {
        let may_read = !self.behind && !self.eof && !self.ctx.is_draining();
        let condition = self.conn.condition();
        let blocked = matches!(condition, Condition::Blocked(_) | Condition::Cut(_));
        let jammed = self.behind && self.jammed.is_some();
        let congested = jammed.then(|| self.ctx.hub.congested().cloned()).flatten();
        let mut relieved = congested.map(|shard| Box::pin(async move { shard.relieved().await }));
        let Self { conn, read, intake, session, appends, pulls, request, .. } = self;
        poll_fn(|cx| {
            if conn.poll_woken(cx).is_ready() {
                return Poll::Ready(Woken::Told);
            }
            if may_read && let Poll::Ready(read) = intake.poll_read(cx, read, session) {
                return Poll::Ready(Woken::Read(read));
            }
            if let Some((_, answer)) = appends.front_mut()
                && let Poll::Ready(decided) = answer.poll(cx)
            {
                return Poll::Ready(Woken::Answered(decided));
            }
            if let Some(request) = request
                && let Poll::Ready(reply) = request.poll(cx)
            {
                return Poll::Ready(Woken::Requested(reply));
            }
            if let Some(pull) = pulls.front_mut()
                && let Poll::Ready(outcome) = pull.poll(cx)
            {
                return Poll::Ready(Woken::Pulled(outcome));
            }
            if blocked && conn.poll_writable(cx).is_ready() {
                return Poll::Ready(Woken::Writable);
            }
            if let Some(relieved) = &mut relieved
                && relieved.as_mut().poll(cx).is_ready()
            {
                return Poll::Ready(Woken::Told);
            }
            alarm.as_mut().poll(cx).map(|()| Woken::Alarm)
        })
        .await
    }

    fn act(&mut self, woken: Woken) {
        let now = Instant::now();
        match woken {
            Woken::Answered(answer) => self.answered(answer),
            Woken::Pulled(outcome) => self.pulled(outcome, now),
            Woken::Requested(reply) => self.requested(reply, now),
            Woken::Writable => self.conn.write(now),
            Woken::Alarm => self.alarm(now),
            Woken::Told | Woken::Read(_) => {}
        }
    }

    /// Sets the one timer, unless it rings early enough: a deadline that has moved away costs nothing.
    fn arm(&mut self, alarm: Pin<&mut Sleep>, now: Instant) {
        self.session.transmitted(self.conn.last_out());
        let stall = match self.conn.condition() {
            Condition::Blocked(since) => Some(since + self.ctx.settings.stall),
            _ => None,
        };
        let slowed = self.slowed.map(|(_, until)| until);
        let pull = self.pull_deadline();
        let session = self.session.poll_timeout().map(|due| self.ctx.rounded(due, now));
        let jammed = self.jammed.map(|since| since + self.ctx.settings.overload_patience);
        let jammed = jammed.filter(|until| *until > now);
        let due = [session, stall, slowed, jammed, pull].into_iter().flatten().min();
        let due = due.unwrap_or(now + AN_HOUR).into();
        if alarm.is_elapsed() || due < alarm.deadline() {
            alarm.reset(due);
        }
    }

    fn alarm(&mut self, now: Instant) {
        self.session.transmitted(self.conn.last_out());
        let reading = !self.behind && !self.eof && !self.ctx.is_draining();
        if !reading || intake::has_input(&self.read) {
            // That silence is ours.
            self.session.heard(now);
        }
        if self.session.poll_timeout().is_some_and(|due| due <= now) {
            self.session.handle_timeout(now);
        }
    }
}

/// However the task ends, nothing of the connection stays.
impl Drop for Link {
    fn drop(&mut self) {
        self.leave_rooms(Leave::Lost, Instant::now());
        self.ctx.unregister(&self.conn);
    }
}
