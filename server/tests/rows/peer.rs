//! One STOMP connection over a raw socket, plain TCP or WebSocket: blocking, octet by octet. What is
//! written and read here owes nothing to the codec under test, so that both cannot be wrong alike.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Tcp,
    Ws,
}

pub const BOTH: [Via; 2] = [Via::Tcp, Via::Ws];

/// A frame as it lay on the wire: nothing is unescaped.
#[derive(Debug, Clone)]
pub struct Frame {
    pub command: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub raw: Vec<u8>,
    /// Whether its WebSocket message was a text.
    pub was_text: bool,
}

impl Frame {
    /// The first of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn need(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// How a link ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The WebSocket's Close frame.
    pub close: Option<(u16, String)>,
    /// The system threw the connection away instead of ending it.
    pub reset: bool,
}

pub struct Peer {
    pub stream: TcpStream,
    via: Via,
    /// Octets from the socket, not unpacked yet (WebSocket only).
    packed: Vec<u8>,
    /// STOMP octets.
    input: Vec<u8>,
    was_text: bool,
    /// The last frame came over TCP, and the line feed that follows each there has not come yet.
    owed: bool,
    end: Option<End>,
    close: Option<(u16, String)>,
    /// EOLs seen between frames.
    pub beats: usize,
    /// The payload of every pong.
    pub pongs: Vec<Vec<u8>>,
    /// The length of every data message.
    pub messages: Vec<usize>,
    waiting: VecDeque<Frame>,
    asked: usize,
}

impl Peer {
    pub fn over(via: Via, at: SocketAddr) -> Self {
        let stream = TcpStream::connect(at).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            stream,
            via,
            packed: Vec::new(),
            input: Vec::new(),
            was_text: false,
            owed: false,
            end: None,
            close: None,
            beats: 0,
            pongs: Vec::new(),
            messages: Vec::new(),
            waiting: VecDeque::new(),
            asked: 0,
        }
    }

    /// Upgrades with these header lines besides the needed ones; gives the answer's head.
    pub fn upgrade(&mut self, path: &str, lines: &[&str]) -> String {
        let more: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
        );
        self.raw(request);
        let mut head = Vec::new();
        let mut octet = [0];
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(self.stream.read(&mut octet).unwrap(), 1, "the upgrade is not answered");
            head.push(octet[0]);
        }
        String::from_utf8(head).unwrap()
    }

    pub fn via(&self) -> Via {
        self.via
    }

    /// CONNECT in this version, no heart-beats; the CONNECTED is checked and gone.
    #[track_caller]
    pub fn login(mut self, version: &str) -> Self {
        self.say(&format!("CONNECT accept-version:{version} host:h login:mina heart-beat:0,0"), "");
        let connected = self.next();
        assert_eq!(connected.command, "CONNECTED", "{connected:?}");
        assert_eq!(connected.get("version"), Some(version));
        self
    }

    /// Straight to the socket. A refusal may come, and close it, before everything is written.
    pub fn raw(&mut self, octets: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(octets.as_ref());
    }

    /// STOMP octets: one write, or one WebSocket message.
    pub fn write(&mut self, octets: impl AsRef<[u8]>) {
        let octets = octets.as_ref();
        match self.via {
            Via::Tcp => self.raw(octets),
            Via::Ws => {
                let opcode = if std::str::from_utf8(octets).is_ok() { 1 } else { 2 };
                self.raw(packed(0x80 | opcode, octets));
            }
        }
    }

    /// One frame: the command and its headers with blanks between, and a body.
    pub fn say(&mut self, head: &str, body: &str) {
        self.write(frame(head, body));
    }

    /// `say` with a receipt of its own; gives the RECEIPT, keeping what comes before it.
    #[track_caller]
    pub fn ask(&mut self, head: &str, body: &str) -> Frame {
        self.asked += 1;
        let id = format!("ask-{}", self.asked);
        self.say(&format!("{head} receipt:{id}"), body);
        self.receipt(&id)
    }

    #[track_caller]
    pub fn receipt(&mut self, id: &str) -> Frame {
        loop {
            let frame = self.read_frame().expect("closed while a RECEIPT was awaited");
            if frame.command == "RECEIPT" && frame.get("receipt-id") == Some(id) {
                return frame;
            }
            assert_ne!(frame.command, "ERROR", "{frame:?}");
            self.waiting.push_back(frame);
        }
    }

    /// The next frame; `None` at the end.
    #[track_caller]
    pub fn try_next(&mut self) -> Option<Frame> {
        self.waiting.pop_front().or_else(|| self.read_frame())
    }

    #[track_caller]
    pub fn next(&mut self) -> Frame {
        self.try_next().unwrap_or_else(|| panic!("closed: {:?}", self.end))
    }

    #[track_caller]
    pub fn message(&mut self) -> Frame {
        let frame = self.next();
        assert_eq!(frame.command, "MESSAGE", "{frame:?}");
        frame
    }

    /// That the next message has this body.
    #[track_caller]
    pub fn gets(&mut self, body: &str) -> Frame {
        let frame = self.message();
        assert_eq!(String::from_utf8_lossy(&frame.body), body);
        frame
    }

    /// That nothing has come of what was done before: an answer to something new comes first.
    #[track_caller]
    pub fn nothing_came(&mut self) {
        self.ask("SEND destination:/topic/nobody-reads-this", "");
        assert!(self.waiting.is_empty(), "{:?}", self.waiting);
    }

    /// That no second answer has come of what was done before; messages may have.
    #[track_caller]
    pub fn no_receipt_came(&mut self) {
        self.ask("SEND destination:/topic/nobody-reads-this", "");
        assert!(self.waiting.iter().all(|frame| frame.command == "MESSAGE"), "{:?}", self.waiting);
    }

    /// That this ERROR is the next and last frame, and the link ends behind it.
    #[track_caller]
    pub fn dies_of(&mut self, code: &str) -> Frame {
        let error = self.next();
        assert_eq!((error.command.as_str(), error.get("code")), ("ERROR", Some(code)), "{error:?}");
        self.ends();
        error
    }

    /// That no frame comes any more, and how the link ended.
    #[track_caller]
    pub fn ends(&mut self) -> End {
        if let Some(frame) = self.try_next() {
            panic!("came though nothing may: {frame:?}");
        }
        self.end.clone().unwrap()
    }

    /// Reads what there is until `done`.
    #[track_caller]
    pub fn until(&mut self, mut done: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "waited in vain");
            if let Some(frame) = self.unpack_frame() {
                self.waiting.push_back(frame);
            } else if !self.fill() {
                panic!("ended: {:?}", self.end);
            }
        }
    }

    /// No more is sent; what comes can still be read.
    pub fn finish(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    #[track_caller]
    fn read_frame(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.unpack_frame() {
                return Some(frame);
            }
            if !self.fill() {
                assert!(self.input.is_empty(), "cut within {:?}", lossy(&self.input));
                return None;
            }
        }
    }

    /// Reads once. `false` at the end.
    #[track_caller]
    fn fill(&mut self) -> bool {
        if self.end.is_some() {
            return false;
        }
        let mut buffer = [0; 16 * 1024];
        let read = match self.stream.read(&mut buffer) {
            Ok(read) => read,
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("nothing came in {PATIENCE:?}; before it {:?}", lossy(&self.input))
            }
            Err(_) => {
                self.end = Some(End { close: self.close.clone(), reset: true });
                return false;
            }
        };
        if read == 0 {
            self.end = Some(End { close: self.close.clone(), reset: false });
            return false;
        }
        match self.via {
            Via::Tcp => self.input.extend_from_slice(&buffer[..read]),
            Via::Ws => {
                self.packed.extend_from_slice(&buffer[..read]);
                while self.unpack_message() {}
            }
        }
        true
    }

    /// One WebSocket frame out of what was read (RFC 6455, section 5.2).
    fn unpack_message(&mut self) -> bool {
        let [first, second, rest @ ..] = &self.packed[..] else { return false };
        let (long, rest): (usize, &[u8]) = match (second & 0x7f, rest) {
            (126, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            (127, rest) if rest.len() >= 8 => {
                (u64::from_be_bytes(rest[..8].try_into().unwrap()) as usize, &rest[8..])
            }
            (126 | 127, _) => return false,
            (short, rest) => (usize::from(short), rest),
        };
        assert!(second & 0x80 == 0, "a server does not mask");
        let Some((payload, rest)) = rest.split_at_checked(long) else { return false };
        let (payload, rest) = (payload.to_vec(), rest.to_vec());
        let first = *first;
        assert!(first & 0xf0 == 0x80, "whole messages, and no reserved bits: {first:#x}");
        self.packed = rest;
        match first & 0x0f {
            kind @ (1 | 2) => {
                assert!(kind == 2 || std::str::from_utf8(&payload).is_ok());
                self.was_text = kind == 1;
                self.messages.push(payload.len());
                self.input.extend(payload);
            }
            8 => {
                let code = u16::from_be_bytes(payload[..2].try_into().unwrap());
                let reason = String::from_utf8(payload[2..].to_vec()).unwrap();
                self.close = Some((code, reason));
                self.raw(packed(0x88, &payload[..2]));
            }
            9 => self.raw(packed(0x8a, &payload)),
            10 => self.pongs.push(payload),
            other => panic!("opcode {other}"),
        }
        true
    }

    /// One STOMP frame out of what was read.
    fn unpack_frame(&mut self) -> Option<Frame> {
        let eols = self.input.iter().take_while(|octet| **octet == b'\n').count();
        self.beats += eols - usize::from(self.owed && eols > 0);
        self.owed &= eols == 0;
        self.input.drain(..eols);
        let head_end = self.input.windows(2).position(|two| two == b"\n\n")?;
        let head = String::from_utf8(self.input[..head_end].to_vec()).unwrap();
        let mut lines = head.split('\n');
        let command = lines.next().unwrap().to_owned();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(':').unwrap_or_else(|| panic!("no colon: {line:?}")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let body = &self.input[head_end + 2..];
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = match length {
            Some((_, value)) => value.parse().unwrap(),
            None => body.iter().position(|octet| *octet == 0)?,
        };
        if body.len() <= length {
            return None;
        }
        assert_eq!(body[length], 0, "content-length is wrong: {:?}", lossy(&self.input));
        let body = body[..length].to_vec();
        let raw = self.input.drain(..head_end + 2 + length + 1).collect();
        self.owed = self.via == Via::Tcp;
        Some(Frame { command, headers, body, raw, was_text: self.was_text })
    }
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(&octets[..octets.len().min(2000)]).into_owned()
}

/// A frame's octets: blanks in `head` end its lines.
pub fn frame(head: &str, body: &str) -> Vec<u8> {
    let mut octets = head.replace(' ', "\n").into_bytes();
    octets.extend(b"\n\n");
    octets.extend(body.as_bytes());
    octets.push(0);
    octets
}

/// A masked WebSocket frame with this first octet (FIN, reserved bits and opcode).
pub fn packed(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0x22, 0x33, 0x44];
    let mut octets = vec![first];
    match payload.len() {
        short @ 0..126 => octets.push(0x80 | short as u8),
        medium @ 126..65_536 => {
            octets.push(0x80 | 126);
            octets.extend((medium as u16).to_be_bytes());
        }
        long => {
            octets.push(0x80 | 127);
            octets.extend((long as u64).to_be_bytes());
        }
    }
    octets.extend(mask);
    octets.extend(payload.iter().zip(mask.iter().cycle()).map(|(octet, mask)| octet ^ mask));
    octets
}
