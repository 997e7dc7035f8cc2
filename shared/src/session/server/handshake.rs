//! CONNECT and its answer: version negotiation (rows C01–C08, C20), heart-beat request (rows
//! B03, B04, B11). Any `host` will do.

use super::requests::Violation;
use super::{Phase, ServerEvent, ServerSession};
use crate::chat::UserName;
use crate::code::Code;
use crate::session::heartbeat::{self, Beats};
use crate::stomp::{Command, Frame, Headers, Version, encode_frame};
use std::time::Instant;

pub(super) const VERSIONS: &str = "1.0,1.1,1.2";

/// A CONNECT that awaits the application's answer.
pub(super) struct Handshake {
    pub version: Version,
    /// The client's `heart-beat`: what it can send, what it wants; ms.
    client: (u64, u64),
    pub receipt: Option<String>,
}

impl ServerSession {
    pub(super) fn connect(&mut self, frame: &Frame) -> Result<ServerEvent, Violation> {
        let get = |name: &str| frame.headers.get(name).map(|value| value.as_str());
        let receipt = get("receipt").map(str::to_owned);
        let version = highest_common(get("accept-version")).ok_or_else(|| {
            let text = "no common protocol version; this server speaks STOMP 1.0, 1.1 and 1.2";
            Violation::new(Code::UnsupportedVersion, text, receipt.as_deref())
        })?;
        let client = match get("heart-beat") {
            None => (0, 0),
            Some(value) => heartbeat::parse(value).ok_or_else(|| {
                let text =
                    "the heart-beat header must be two numbers of milliseconds, as in 10000,10000";
                Violation::new(Code::BadHeartBeat, text, receipt.as_deref())
            })?,
        };
        let event = ServerEvent::Connect {
            login: frame.headers.get("login").map(|value| value.to_owned()),
            host: frame.headers.get("host").map(|value| value.to_owned()),
            client_id: frame.headers.get("client-id").map(|value| value.to_owned()),
            headers: without_passcode(&frame.headers),
        };
        self.phase = Phase::Connecting(Handshake { version, client, receipt });
        Ok(event)
    }

    /// Answers `Connect`: CONNECTED with version, heart-beat, session, server, user-name.
    /// `session_id` is unique per connection and has no colon.
    pub fn accept(&mut self, session_id: &str, user: &UserName, now: Instant) {
        self.tick(now);
        let Phase::Connecting(Handshake { version, client: (can, wants), .. }) = self.phase else {
            return;
        };
        let policy = self.config.heart_beat;
        let (says, expects) = (policy.grant(wants), policy.grant(can));
        self.beats = Some(Beats::start(
            (wants > 0).then_some(says),
            (can > 0).then_some(expects),
            policy.tolerance,
            now,
        ));
        self.phase = Phase::Open;
        self.version = Some(version);
        self.session_id = session_id.into();
        self.decoder.set_version(version);
        self.decoder.set_limits(self.config.limits);
        self.decoder.push(&std::mem::take(&mut self.held));

        let heart_beat = format!("{},{}", heartbeat::millis(says), heartbeat::millis(expects));
        let mut connected = Frame::new(Command::Connected)
            .with("version", version.as_str())
            .with("heart-beat", &heart_beat)
            .with("session", session_id);
        if let Some(name) = &self.config.server_name {
            connected = connected.with("server", name);
        }
        connected = connected.with("user-name", user.as_str());
        self.out.push_back(encode_frame(&connected, version));
    }
}

/// The client may list versions in any order, with blanks, and such as nobody knows (rows C03,
/// C04, C06). No list means 1.0.
fn highest_common(accept: Option<&str>) -> Option<Version> {
    match accept {
        None => Some(Version::V1_0),
        Some(list) => list.split(',').filter_map(|item| Version::parse(item.trim())).max(),
    }
}

/// Events may be logged; a secret must not be in them (row C18).
fn without_passcode(headers: &Headers) -> Headers {
    let mut kept = Headers::new();
    for (name, value) in headers.iter().filter(|(name, _)| name.as_str() != "passcode") {
        kept.push(name.as_str(), value.as_str());
    }
    kept
}
