//! What `send` posts, piece by piece: from arguments, a file or standard input. Streams are read
//! on a thread of their own into a bounded channel, so that back-pressure reaches the writer, and
//! a refusal ends the program though the pipe stays open.

use super::exit::{CliError, Exit};
use chat_protocol::chat::{MessageId, RoomName};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use tokio::sync::mpsc;

/// Longest text taken from a stream, in bytes. The server's own limit is lower as a rule.
pub const MAX_TEXT: usize = 1024 * 1024;
/// Pieces read ahead.
const AHEAD: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Text(String),
    Stdin,
    File(PathBuf),
}

/// How a stream becomes messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// All of it is one; one trailing line end is not part of it.
    Whole,
    Lines,
    Nul,
    Json,
}

/// One message to be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    pub text: String,
    #[serde(default)]
    pub room: Option<RoomName>,
    #[serde(default)]
    pub key: Option<String>,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    /// Counted from 1; 0 when there is only one.
    #[serde(skip)]
    pub number: u64,
}

/// What has been read; ends with the input, or after its first failure.
pub struct Pieces {
    rest: mpsc::Receiver<Result<Piece, CliError>>,
    first: Option<Piece>,
}

impl Pieces {
    /// The next one. Safe to cancel.
    pub async fn next(&mut self) -> Option<Result<Piece, CliError>> {
        match self.first.take() {
            Some(first) => Some(Ok(first)),
            None => self.rest.recv().await,
        }
    }

    /// Waits until there is one, or it is sure that there is none.
    pub async fn is_empty(&mut self) -> Result<bool, CliError> {
        if self.first.is_none() {
            self.first = self.rest.recv().await.transpose()?;
        }
        Ok(self.first.is_none())
    }
}

/// Opens the source and starts to read. The channel closes at its end.
pub fn start(source: Source, split: Split) -> Result<Pieces, CliError> {
    let (sink, rest) = mpsc::channel(AHEAD);
    let stream: Box<dyn Read + Send> = match source {
        Source::Text(text) => Box::new(std::io::Cursor::new(text.into_bytes())),
        Source::Stdin => Box::new(std::io::stdin()),
        Source::File(path) => Box::new(File::open(&path).map_err(|e| {
            let missing = e.kind() == std::io::ErrorKind::NotFound;
            let exit = if missing { Exit::NoInput } else { Exit::LocalIo };
            CliError::new(exit, format!("cannot open {}: {e}", path.display()))
        })?),
    };
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || read(stream, split, &sink))
        .map_err(|e| CliError::new(Exit::LocalIo, format!("cannot start a thread: {e}")))?;
    Ok(Pieces { rest, first: None })
}

/// Until the end, a failure, or nobody listens.
fn read(stream: impl Read, split: Split, sink: &mpsc::Sender<Result<Piece, CliError>>) {
    let mut stream = BufReader::with_capacity(64 * 1024, stream);
    let mut number = 0;
    loop {
        let piece = match next(&mut stream, split) {
            Ok(Some(bytes)) => {
                number += 1;
                parse(bytes, split, number)
            }
            Ok(None) => return,
            Err(e) => Err(e),
        };
        match piece {
            Ok(None) => {}
            Ok(Some(piece)) => {
                if sink.blocking_send(Ok(piece)).is_err() {
                    return;
                }
            }
            Err(e) => {
                // Whoever has stopped listening needs no error either.
                let _ = sink.blocking_send(Err(e));
                return;
            }
        }
    }
}

/// The bytes of the next piece without what ended it.
fn next(stream: &mut impl BufRead, split: Split) -> Result<Option<Vec<u8>>, CliError> {
    let mut bytes = Vec::new();
    // One more than allowed, with a line end of two octets.
    let mut bounded = stream.take(MAX_TEXT as u64 + 3);
    let read = match split {
        Split::Whole => bounded.read_to_end(&mut bytes),
        Split::Nul => bounded.read_until(0, &mut bytes),
        Split::Lines | Split::Json => bounded.read_until(b'\n', &mut bytes),
    };
    let read =
        read.map_err(|e| CliError::new(Exit::LocalIo, format!("cannot read the input: {e}")))?;
    if read == 0 {
        return Ok(None);
    }
    let end: &[u8] = if split == Split::Nul { b"\0" } else { b"\n" };
    if bytes.ends_with(end) {
        bytes.pop();
        if split != Split::Nul && bytes.ends_with(b"\r") {
            bytes.pop();
        }
    }
    Ok(Some(bytes))
}

/// `None` for a blank line, which says nothing.
fn parse(bytes: Vec<u8>, split: Split, number: u64) -> Result<Option<Piece>, CliError> {
    let number = if split == Split::Whole { 0 } else { number };
    let place = place(number);
    if bytes.len() > MAX_TEXT {
        let what = format!("{place}the text is longer than {MAX_TEXT} bytes; split it");
        return Err(CliError::bad_input(what));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        CliError::bad_input(format!("{place}the text is not UTF-8 at byte {at}; convert it first"))
    })?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    if split != Split::Json {
        return Ok(Some(Piece { text, room: None, key: None, reply_to: None, number }));
    }
    let piece: Piece = serde_json::from_str(&text).map_err(|e| {
        let what = chat_protocol::text::PeerString::from(e.to_string());
        CliError::bad_input(format!(
            "{place}{}; an object is {{\"text\", \"room\"?, \"key\"?, \"reply_to\"?}}",
            what.line()
        ))
    })?;
    Ok(Some(Piece { number, ..piece }))
}

/// Which piece an error is about, for people.
pub fn place(number: u64) -> String {
    if number == 0 { String::new() } else { format!("message {number}: ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(input: &[u8], split: Split) -> Vec<Result<Piece, u8>> {
        let mut stream = BufReader::new(input);
        let mut all = Vec::new();
        while let Some(bytes) = next(&mut stream, split).unwrap() {
            match parse(bytes, split, all.len() as u64 + 1) {
                Ok(piece) => all.extend(piece.map(Ok)),
                Err(e) => all.push(Err(e.exit.code())),
            }
        }
        all
    }

    fn texts(input: &[u8], split: Split) -> Vec<String> {
        pieces(input, split).into_iter().map(|p| p.unwrap().text).collect()
    }

    #[test]
    fn the_whole_input_is_one_message_without_its_last_line_end() {
        assert_eq!(texts(b"a\nb\n", Split::Whole), ["a\nb"]);
        assert_eq!(texts(b"a\n\n", Split::Whole), ["a\n"]);
        assert_eq!(texts(b"a\r\n", Split::Whole), ["a"]);
        assert_eq!(texts(b"", Split::Whole), [""; 0]);
        assert_eq!(texts(b"\n", Split::Whole), [""; 0]);
    }

    #[test]
    fn lines_and_nul_end_messages_and_blank_ones_say_nothing() {
        assert_eq!(texts(b"a\n\r\n b \r\nlast", Split::Lines), ["a", " b ", "last"]);
        assert_eq!(texts(b"a\nb\0\0c", Split::Nul), ["a\nb", "c"]);
    }

    #[test]
    fn an_object_names_room_and_key() {
        let all =
            pieces("{\"text\":\"a\",\"room\":\"공부\",\"key\":\"k\"}\n".as_bytes(), Split::Json);
        let piece = all[0].as_ref().unwrap();
        assert_eq!(piece.room.as_ref().unwrap().as_str(), "공부");
        assert_eq!(piece.key.as_deref(), Some("k"));
    }

    #[test]
    fn what_cannot_be_posted_is_bad_input() {
        for (input, split) in [
            (&b"\xff"[..], Split::Whole),
            (b"{\"txt\":\"a\"}", Split::Json),
            (b"text", Split::Json),
            (b"{\"text\":\"a\",\"room\":\"a b\"}", Split::Json),
            (&[b'x'; MAX_TEXT + 1], Split::Whole),
        ] {
            assert_eq!(pieces(input, split)[0], Err(65), "{:?}", &input[..input.len().min(40)]);
        }
        assert!(pieces(&[b'x'; MAX_TEXT], Split::Whole)[0].is_ok());
    }
}
