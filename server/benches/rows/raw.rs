//! STOMP over a plain TCP socket, as little of it as a load needs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub struct Raw {
    pub stream: TcpStream,
    seen: Vec<u8>,
}

impl Raw {
    /// Sends CONNECT, and does not wait.
    pub fn connect(at: SocketAddr, login: &str, heart_beat: &str) -> Self {
        let stream = TcpStream::connect(at).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut raw = Self { stream, seen: Vec::new() };
        raw.say(&format!(
            "CONNECT\naccept-version:1.2\nhost:h\nlogin:{login}\nheart-beat:{heart_beat}\n\n"
        ));
        raw
    }

    /// A command, its headers, the blank line and a body.
    pub fn say(&mut self, frame: &str) {
        self.stream
            .write_all(frame.as_bytes())
            .and_then(|()| self.stream.write_all(b"\0"))
            .unwrap();
    }

    /// Reads until this many frames that contain `mark` have come; gives the last one.
    pub fn await_frames(&mut self, mark: &str, mut count: usize) -> String {
        let mut buffer = [0; 64 * 1024];
        loop {
            while let Some(end) = self.seen.iter().position(|octet| *octet == 0) {
                let frame: Vec<u8> = self.seen.drain(..=end).collect();
                let frame = String::from_utf8_lossy(&frame).into_owned();
                assert!(!frame.trim_start().starts_with("ERROR"), "{frame}");
                if frame.contains(mark) {
                    count -= 1;
                    if count == 0 {
                        return frame;
                    }
                }
            }
            let n = self.stream.read(&mut buffer).unwrap();
            assert!(n > 0, "the server closed the connection");
            self.seen.extend_from_slice(&buffer[..n]);
        }
    }
}

/// The value of a header of a frame.
pub fn header<'a>(frame: &'a str, name: &str) -> &'a str {
    let found = frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    found.unwrap_or_else(|| panic!("no {name} in {frame}"))
}
