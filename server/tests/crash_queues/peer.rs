//! A blocking STOMP 1.2 client over TCP, frame by frame.

use chat_protocol::stomp::{Command, Decoder, Frame, Item, Limits, Sender, Version, encode_frame};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub struct Peer {
    stream: TcpStream,
    decoder: Decoder,
}

/// The link is gone; connect again.
#[derive(Debug)]
pub struct Gone;

impl From<std::io::Error> for Gone {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Peer {
    pub fn connect(at: SocketAddr, login: &str) -> Result<Self, Gone> {
        let stream = TcpStream::connect_timeout(&at, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_millis(5)))?;
        stream.set_write_timeout(Some(Duration::from_secs(10)))?;
        let decoder = Decoder::new(Sender::Server, Limits::default());
        let mut peer = Self { stream, decoder };
        let connect = Frame::new(Command::Connect).with("accept-version", "1.2").with("host", "h");
        peer.send(&connect.with("heart-beat", "0,0").with("login", login))?;
        for _ in 0..2000 {
            if let Some(frame) = peer.poll()? {
                assert_eq!(frame.command, Command::Connected, "{:?}", frame.headers);
                peer.decoder.set_version(Version::V1_2);
                return Ok(peer);
            }
        }
        Err(Gone)
    }

    pub fn send(&mut self, frame: &Frame) -> Result<(), Gone> {
        Ok(self.stream.write_all(&encode_frame(frame, Version::V1_2))?)
    }

    /// The next frame, or `None` when there is none within a few milliseconds.
    pub fn poll(&mut self) -> Result<Option<Frame>, Gone> {
        let mut buf = [0; 16 * 1024];
        loop {
            match self.decoder.next().expect("the server writes well-formed frames") {
                Some(Item::Frame(frame)) => {
                    assert_ne!(frame.command, Command::Error, "{:?}", frame.headers);
                    return Ok(Some(frame));
                }
                Some(Item::HeartBeat) => continue,
                None => {}
            }
            match self.stream.read(&mut buf) {
                Ok(0) => return Err(Gone),
                Ok(n) => self.decoder.push(&buf[..n]),
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Ok(None);
                }
                Err(e) => return Err(e.into()),
            }
        }
    }
}

pub fn header<'a>(frame: &'a Frame, name: &str) -> Option<&'a str> {
    frame.headers.get(name).map(|value| value.as_str())
}
