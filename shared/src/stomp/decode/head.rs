//! The command line and the header lines, up to the blank line.

use super::{Body, Fault, Sender};
use crate::code::Code;
use crate::stomp::escape::Escaping;
use crate::stomp::frame::{Added, BLANKS};
use crate::stomp::{Command, Headers, Limits, Version};

/// The head of one frame, as far as it has been read. Offsets count from the frame's first octet.
pub(super) struct Head {
    sender: Sender,
    version: Version,
    limits: Limits,
    command: Option<Command>,
    headers: Headers,
    /// The first fault in a line; the lines after it are still read for `receipt`.
    fault: Option<Fault>,
    on_command_line: bool,
    /// Where the line being read begins.
    line: usize,
    /// Up to where it has been searched for its end.
    scanned: usize,
}

impl Head {
    pub(super) fn new(sender: Sender, version: Version, limits: Limits) -> Self {
        Self {
            sender,
            version,
            limits,
            command: None,
            headers: Headers::with_capacity(128, 8),
            fault: None,
            on_command_line: true,
            line: 0,
            scanned: 0,
        }
    }
    pub(super) fn headers(&self) -> &Headers {
        &self.headers
    }

    /// `None` until the blank line is there.
    pub(super) fn read(&mut self, input: &[u8]) -> Result<Option<Body>, Fault> {
        match self.read_lines(input) {
            Ok(true) => self.end().map(Some),
            Ok(false) => Ok(None),
            Err(fault) => Err(self.fault.take().unwrap_or(fault)),
        }
    }

    /// Whether the blank line was read.
    fn read_lines(&mut self, input: &[u8]) -> Result<bool, Fault> {
        while let Some(line) = self.next_line(input)? {
            if self.on_command_line {
                self.on_command_line = false;
                self.read_command(line)?;
            } else if line.is_empty() {
                return Ok(true);
            } else {
                self.read_header(line)?;
            }
        }
        Ok(false)
    }

    /// The next whole line without its EOL.
    fn next_line<'a>(&mut self, input: &'a [u8]) -> Result<Option<&'a [u8]>, Fault> {
        let room = self.limits.frame.saturating_sub(self.line);
        let longest = self.longest_line().min(room);
        let bound = self.line.saturating_add(longest);
        let window = input.get(self.scanned..bound.min(input.len())).unwrap_or_default();
        let Some(at) = window.iter().position(|octet| matches!(octet, b'\n' | 0)) else {
            self.scanned = bound.min(input.len());
            return if input.len() < bound { Ok(None) } else { Err(self.too_long(room)) };
        };
        let end = self.scanned + at;
        if input.get(end) == Some(&0) {
            return Err(self.nul(end == self.line));
        }
        let line = input.get(self.line..end).unwrap_or_default();
        self.line = end + 1;
        self.scanned = self.line;
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }
    fn longest_line(&self) -> usize {
        if self.on_command_line { self.limits.command } else { self.limits.header_line }
    }
    fn too_long(&self, room: usize) -> Fault {
        if self.longest_line() > room {
            Fault::frame_too_long(self.limits.frame)
        } else if self.on_command_line {
            bad_command(
                "The command line is too long for a STOMP command; begin the frame with one.",
            )
        } else {
            let limit = self.limits.header_line;
            let message = format!(
                "A header line is longer than {limit} octets; shorten it or move it to the body."
            );
            Fault::new(Code::HeaderTooLong, message)
        }
    }
    fn nul(&self, line_is_empty: bool) -> Fault {
        if !self.on_command_line {
            bad_header("A NUL stands among the headers; put a blank line after the last header.")
        } else if line_is_empty {
            bad_command(
                "A NUL stands where a command should; end each frame with one NUL and let content-length count the whole body.",
            )
        } else {
            bad_command("A NUL stands in the command line; put a line end after the command.")
        }
    }

    fn read_command(&mut self, line: &[u8]) -> Result<(), Fault> {
        self.command = Command::parse(line).filter(|command| command.sender() == self.sender);
        if self.command.is_some() {
            return Ok(());
        }
        let fault = match (Command::parse(line), self.sender) {
            (Some(_), Sender::Client) => {
                bad_command("Only a server sends this command; send a client's command.")
            }
            (Some(_), Sender::Server) => {
                bad_command("Only a client sends this command; a server answers with its own.")
            }
            _ if line.starts_with("\u{feff}".as_bytes()) => {
                bad_command("A byte order mark stands before the command; send UTF-8 without it.")
            }
            _ => bad_command(
                "The first line is no STOMP command; commands are upper case, without blanks.",
            ),
        };
        // What is not even shaped like a command may never send the rest of a frame.
        if line.is_empty() || !line.iter().all(u8::is_ascii_uppercase) {
            return Err(fault);
        }
        self.fault = Some(fault);
        Ok(())
    }

    fn read_header(&mut self, line: &[u8]) -> Result<(), Fault> {
        match self.add_header(line) {
            Ok(Added::New) if self.headers.len() > self.limits.headers => {
                let limit = self.limits.headers;
                let message =
                    format!("The frame has more than {limit} headers; move some to the body.");
                return Err(Fault::new(Code::TooManyHeaders, message));
            }
            Ok(_) => {}
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        Ok(())
    }
    fn add_header(&mut self, line: &[u8]) -> Result<Added, Fault> {
        if line.contains(&b'\r') {
            return Err(bad_header(
                "A CR stands inside a header line; end lines with LF or CR LF and escape others.",
            ));
        }
        let line = std::str::from_utf8(line)
            .map_err(|_| bad_header("A header is not valid UTF-8; encode headers as UTF-8."))?;
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| bad_header("A header line has no colon; write it as name:value."))?;
        if name.is_empty() {
            return Err(bad_header("A header has no name; write it as name:value."));
        }
        // A frame with an unknown command is read for its receipt, which is escaped as in SEND.
        let escaping = Escaping::of(self.command.unwrap_or(Command::Send), self.version);
        let connecting = self.command.is_some_and(Command::is_connecting);
        let padded = self.version == Version::V1_0 && !connecting;
        let value = if padded { value.trim_matches(BLANKS) } else { value };
        self.headers.push_wire(name, value, escaping).map_err(|_| {
            bad_header(match escaping {
                Escaping::V1_1 => {
                    r"A header holds an escape that STOMP 1.1 does not define; use \n, \c and \\ only."
                }
                _ => {
                    r"A header holds an escape that STOMP 1.2 does not define; use \r, \n, \c and \\ only."
                }
            })
        })
    }

    /// What the headers say about the body.
    fn end(&mut self) -> Result<Body, Fault> {
        if self.command.is_some_and(Command::is_connecting) && self.is_connecting_as_1_0() {
            self.headers.trim_values();
        }
        let length = self.headers.take("content-length").map(parse_length);
        let command = match (self.fault.take(), self.command) {
            (None, Some(command)) => command,
            (Some(fault), _) => return Err(fault),
            (None, None) => return Err(bad_command("The frame has no command; begin with one.")),
        };
        let length = length.transpose()?;
        let may_have_body = command.may_have_body()
            || (command == Command::Subscribe && self.version == Version::V1_0);
        if !may_have_body && length.is_some_and(|length| length > 0) {
            return Err(super::body::not_allowed());
        }
        let least = length.unwrap_or(0).saturating_add(1);
        if self.line.saturating_add(least) > self.limits.frame {
            return Err(Fault::frame_too_long(self.limits.frame));
        }
        Ok(Body::new(
            command,
            std::mem::take(&mut self.headers),
            self.line,
            length,
            may_have_body,
            self.limits.frame,
        ))
    }
    /// Whether a connecting frame names no version above 1.0, in which values may be padded.
    fn is_connecting_as_1_0(&self) -> bool {
        let name = if self.sender == Sender::Client { "accept-version" } else { "version" };
        let later = |item: &str| Version::parse(item.trim()) > Some(Version::V1_0);
        self.headers.raw(name).is_none_or(|versions| !versions.split(',').any(later))
    }
}

fn bad_command(message: &'static str) -> Fault {
    Fault::new(Code::BadCommand, message)
}
fn bad_header(message: &'static str) -> Fault {
    Fault::new(Code::BadHeader, message)
}

/// A length that this machine cannot address is as good as endless: it exceeds any limit.
fn parse_length(value: &str) -> Result<usize, Fault> {
    let digits = !value.is_empty() && value.bytes().all(|octet| octet.is_ascii_digit());
    let length = value.parse::<u64>().ok().filter(|_| digits).ok_or_else(|| {
        Fault::new(
            Code::BadContentLength,
            "content-length is no count of octets; write it in decimal digits or leave it out.",
        )
    })?;
    Ok(usize::try_from(length).unwrap_or(usize::MAX))
}
