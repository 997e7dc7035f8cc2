//! The reading half of a WebSocket: tungstenite checks and assembles, fed with bytes that have been
//! read elsewhere; its pongs and Close answers come out as bytes. It never sees the socket.

use super::scan::Scanner;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

/// System calls go to a buffer of the thread, so its size matters little.
const READ_BUFFER: usize = 512;
/// Pongs and one Close.
const CONTROL_BUFFER: usize = 4096;

/// Why nothing more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The peer said Close; the answer is among the control bytes.
    PeerClosed,
    /// The peer broke RFC 6455 or a bound: the code to close with, and why.
    Fault(u16, &'static str),
    /// A message or frame is over the limit: 1009, after an ERROR.
    TooBig,
}

#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// One message, which is also the bound on one frame: bytes.
    pub message: usize,
    pub fragments: usize,
    /// In one second.
    pub pings: usize,
}

pub struct WsReader {
    /// There only while a message is incomplete: its buffers would be most of what an idle connection
    /// holds, and stay as large as its largest message was.
    context: Option<Box<WebSocketContext>>,
    scanner: Scanner,
    bounds: Bounds,
    /// Pings since then.
    pings: (usize, Option<Instant>),
}

impl WsReader {
    pub fn new(bounds: Bounds) -> Self {
        Self { context: None, scanner: Scanner::default(), bounds, pings: (0, None) }
    }

    /// From now on, messages may be this long.
    pub fn set_max_message(&mut self, bytes: usize) {
        self.bounds.message = bytes;
        if let Some(context) = &mut self.context {
            context.set_config(|config| {
                config.max_message_size = Some(bytes);
                config.max_frame_size = Some(bytes);
            });
        }
    }

    /// Takes all of `input`: payloads, and whether they are text, go to `data`, what must be answered to
    /// `control`.
    pub fn feed(
        &mut self,
        input: &[u8],
        now: Instant,
        data: &mut impl FnMut(&[u8], bool),
        control: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        let seen = self.scanner.pass(input);
        let flood = self.count_pings(seen.pings, now);
        let mut context = self.context.take().unwrap_or_else(|| context(self.bounds));
        let mut pipe = Pipe { input, control };
        loop {
            match context.read(&mut pipe) {
                Ok(Message::Text(text)) => data(text.as_bytes(), true),
                Ok(Message::Binary(bytes)) => data(&bytes, false),
                Ok(_) => {}
                Err(Error::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(stop(&error)),
            }
        }
        if !self.scanner.is_between_messages() {
            self.context = Some(context);
        }
        if seen.fragments > self.bounds.fragments {
            return Err(Stop::Fault(1008, "too many fragments in one message"));
        }
        if seen.padded {
            return Err(Stop::Fault(1002, "a length is not written in its shortest form"));
        }
        if flood {
            return Err(Stop::Fault(1008, "too many pings"));
        }
        Ok(())
    }

    fn count_pings(&mut self, pings: usize, now: Instant) -> bool {
        let (count, since) = &mut self.pings;
        if pings > 0 && since.is_none_or(|t| now.duration_since(t) >= Duration::from_secs(1)) {
            (*count, *since) = (0, Some(now));
        }
        *count += pings;
        *count > self.bounds.pings
    }
}

fn context(bounds: Bounds) -> Box<WebSocketContext> {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(CONTROL_BUFFER)
        .max_message_size(Some(bounds.message))
        .max_frame_size(Some(bounds.message));
    Box::new(WebSocketContext::new(Role::Server, Some(config)))
}

fn stop(error: &Error) -> Stop {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Stop::PeerClosed,
        Error::Capacity(_) => Stop::TooBig,
        Error::Utf8(_) => Stop::Fault(1007, "text is not UTF-8"),
        _ => Stop::Fault(1002, "the WebSocket protocol was broken"),
    }
}

struct Pipe<'a> {
    input: &'a [u8],
    control: &'a mut Vec<u8>,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buf)
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.control.extend_from_slice(buf);
        Ok(buf.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> WsReader {
        WsReader::new(Bounds { message: 1000, fragments: 8, pings: 10 })
    }
    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [9, 8, 7, 6];
        let mut frame = vec![first, 0x80 | 126];
        frame.extend((payload.len() as u16).to_be_bytes());
        if payload.len() < 126 {
            frame.truncate(1);
            frame.push(0x80 | payload.len() as u8);
        }
        frame.extend(mask);
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, m)| b ^ m));
        frame
    }
    /// All data as one, the control bytes, and how it ended.
    fn feed(ws: &mut WsReader, input: &[u8]) -> (Vec<u8>, Vec<u8>, Result<(), Stop>) {
        let (mut data, mut control) = (Vec::new(), Vec::new());
        let mut take = |bytes: &[u8], _| data.extend_from_slice(bytes);
        let end = ws.feed(input, Instant::now(), &mut take, &mut control);
        (data, control, end)
    }

    #[test]
    fn messages_fragments_and_pings_in_any_split() {
        let mut input = masked(0x81, "안녕".as_bytes());
        input.extend(masked(0x02, b"one "));
        input.extend(masked(0x89, b"p"));
        input.extend(masked(0x80, b"two"));
        for size in [1, 2, 5, input.len()] {
            let mut ws = reader();
            let (mut data, mut control) = (Vec::new(), Vec::new());
            for piece in input.chunks(size) {
                let (d, c, end) = feed(&mut ws, piece);
                data.extend(d);
                control.extend(c);
                assert_eq!(end, Ok(()));
            }
            assert_eq!(data, "안녕one two".as_bytes());
            assert_eq!(control, [0x8a, 1, b'p'], "the pong has the ping's payload");
        }
    }

    #[test]
    fn faults_have_the_codes_of_the_rfc() {
        let fault = |input: &[u8]| match feed(&mut reader(), input).2 {
            Err(Stop::Fault(code, _)) => code,
            other => panic!("{other:?}"),
        };
        assert_eq!(fault(&[0x81, 1, b'x']), 1002, "unmasked");
        assert_eq!(fault(&masked(0xc1, b"x")), 1002, "reserved bit");
        assert_eq!(fault(&masked(0x83, b"x")), 1002, "reserved opcode");
        assert_eq!(fault(&masked(0x80, b"x")), 1002, "continuation of nothing");
        assert_eq!(fault(&[0x82, 0xfe, 0, 1, 0, 0, 0, 0, b'x']), 1002, "padded length");
        assert_eq!(fault(&masked(0x09, b"x")), 1002, "fragmented ping");
        assert_eq!(fault(&masked(0x89, &[0; 126])), 1002, "long ping");
        assert_eq!(fault(&masked(0x88, b"x")), 1002, "Close of one octet");
        assert_eq!(fault(&masked(0x81, &[0xc0, 0x80])), 1007, "overlong");
        assert_eq!(fault(&masked(0x81, &[0xed, 0xa0, 0x80])), 1007, "surrogate");
        assert_eq!(fault(&masked(0x88, &[0x03, 0xe8, 0xff])), 1007, "reason is not UTF-8");
    }

    #[test]
    fn a_declared_length_is_refused_before_its_payload_comes() {
        let limit = masked(0x82, &[7; 1000]);
        assert_eq!(feed(&mut reader(), &limit).0.len(), 1000);
        assert_eq!(feed(&mut reader(), &masked(0x82, &[7; 1001])[..8]).2, Err(Stop::TooBig));
        let huge = [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4];
        assert_eq!(feed(&mut reader(), &huge).2, Err(Stop::TooBig));
    }

    #[test]
    fn between_messages_nothing_is_held() {
        let mut ws = reader();
        let mut input = masked(0x01, b"one ");
        input.extend(masked(0x89, b"p"));
        input.extend(masked(0x80, b"two"));
        for (n, octet) in input.iter().enumerate() {
            assert_eq!(feed(&mut ws, &[*octet]).2, Ok(()));
            assert_eq!(ws.context.is_none(), n + 1 == input.len(), "after octet {n}");
        }
    }

    #[test]
    fn empty_fragments_and_pings_are_counted() {
        let mut ws = reader();
        let mut input = masked(0x01, b"");
        input.extend(masked(0x00, b"").repeat(7));
        assert_eq!(feed(&mut ws, &input).2, Ok(()));
        assert!(matches!(feed(&mut ws, &masked(0x00, b"")).2, Err(Stop::Fault(1008, _))));
        let pings = masked(0x89, b"").repeat(11);
        assert!(matches!(feed(&mut reader(), &pings).2, Err(Stop::Fault(1008, _))));
        assert_eq!(feed(&mut reader(), &masked(0x89, b"").repeat(10)).2, Ok(()));
    }

    #[test]
    fn a_close_is_answered_and_what_follows_ignored() {
        let mut input = masked(0x81, b"a");
        input.extend(masked(0x88, &[0x03, 0xe8]));
        input.extend(masked(0x81, b"late"));
        let (data, control, end) = feed(&mut reader(), &input);
        assert_eq!((data.as_slice(), end), (&b"a"[..], Err(Stop::PeerClosed)));
        assert_eq!(control, [0x88, 2, 0x03, 0xe8]);
        let (_, control, _) = feed(&mut reader(), &masked(0x88, &[0x03, 0xed]));
        assert_eq!(control[..4], [0x88, control[1], 0x03, 0xea], "1005 is answered with 1002");
    }
}
