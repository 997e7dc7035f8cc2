//! What the server's frames mean to a client.

use super::{ClientEvent, ClientSession, Phase};
use crate::code::Code;
use crate::session::heartbeat::{self, Beats};
use crate::session::{CloseReason, Closed};
use crate::stomp::{Command, Frame, Version};
use crate::text::{PeerStr, PeerString};
use std::time::Duration;

impl ClientSession {
    /// `None` when the frame ended the session.
    pub(super) fn answer(&mut self, frame: Frame) -> Option<ClientEvent> {
        let connecting = matches!(self.phase, Phase::Connecting);
        let result = match frame.command {
            Command::Error => Err(refused(&frame)),
            Command::Connected if connecting => self.connected(&frame),
            Command::Connected => {
                Err(broken(Code::AlreadyConnected, "the server sent CONNECTED twice"))
            }
            _ if connecting => Err(broken(
                Code::NotConnected,
                "the server sent something before CONNECTED; is it a STOMP server?",
            )),
            Command::Message => message(frame, self.version),
            Command::Receipt => self.receipt(frame),
            _ => Err(broken(Code::BadCommand, "the server sent a command that only clients may")),
        };
        result.map_err(|closed| self.end(closed)).ok()
    }

    fn connected(&mut self, frame: &Frame) -> Result<ClientEvent, Closed> {
        let get = |name: &str| frame.headers.get(name);
        let version = match get("version") {
            None => Version::V1_0,
            Some(version) => Version::parse(version.as_str()).ok_or_else(|| {
                broken(Code::UnsupportedVersion, "the server chose a version nobody asked for")
            })?,
        };
        let (says, expects) = match get("heart-beat") {
            None => (0, 0),
            Some(value) => heartbeat::parse(value.as_str()).ok_or_else(|| {
                broken(Code::BadHeartBeat, "the server's heart-beat header is malformed")
            })?,
        };
        let (can, wants) = self.config.heart_beat;
        let owed = agreed(heartbeat::millis(can), expects);
        let due = agreed(says, heartbeat::millis(wants));
        self.beats = Some(Beats::start(owed, due, self.config.tolerance, self.now));
        self.decoder.set_version(version);
        self.version = version;
        self.phase = Phase::Open;
        self.answer_by = None;
        Ok(ClientEvent::Connected {
            version,
            user_name: get("user-name").map(PeerStr::to_owned),
            session: get("session").map(PeerStr::to_owned),
            server: get("server").map(PeerStr::to_owned),
        })
    }

    fn receipt(&mut self, frame: Frame) -> Result<ClientEvent, Closed> {
        let receipt_id = required(&frame, "receipt-id", "a RECEIPT without receipt-id")?;
        if matches!(&self.phase, Phase::Leaving(receipt) if receipt == receipt_id.as_str()) {
            return Err(Closed::disconnected());
        }
        Ok(ClientEvent::Receipt { receipt_id, headers: frame.headers })
    }
}

fn message(frame: Frame, version: Version) -> Result<ClientEvent, Closed> {
    let subscription = match required(&frame, "subscription", "a MESSAGE without subscription") {
        // Optional in 1.0, where the destination says as much.
        Err(_) if version == Version::V1_0 => required(&frame, "destination", "a stray MESSAGE")?,
        subscription => subscription?,
    };
    Ok(ClientEvent::Message { subscription, headers: frame.headers, body: frame.body })
}

/// The interval both ends agree on; `None` when either said 0 (rows B01, B02).
fn agreed(sender: u64, receiver: u64) -> Option<Duration> {
    (sender > 0 && receiver > 0).then(|| Duration::from_millis(sender.max(receiver)))
}

fn required(frame: &Frame, name: &str, what: &str) -> Result<PeerString, Closed> {
    let value = frame.headers.get(name).map(PeerStr::to_owned);
    value.ok_or_else(|| broken(Code::MissingHeader, &format!("the server sent {what}")))
}

fn broken(code: Code, message: &str) -> Closed {
    Closed::error(code, message, None)
}

/// ERROR from the server; one that is not ours may come without a code, or with its text only in
/// the body.
fn refused(frame: &Frame) -> Closed {
    let get = |name: &str| frame.headers.get(name).map(PeerStr::to_owned);
    let text = || PeerString::from(String::from_utf8_lossy(&frame.body).trim().to_owned());
    let reason = CloseReason::Error {
        code: get("code").unwrap_or_else(|| "error".into()),
        message: get("message").unwrap_or_else(text),
        receipt: get("receipt-id"),
        received: true,
    };
    Closed { reason, ws_code: 1002 }
}
