//! The file that holds how far a room was read: one message id. Replaced as a whole, so that a
//! crash leaves the old one or the new one.

use crate::cli::exit::{CliError, Exit};
use chat_protocol::chat::MessageId;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

pub struct Cursor {
    path: PathBuf,
}

impl Cursor {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// `None` when there is no file yet, or nothing in it.
    pub fn read(&self) -> Result<Option<MessageId>, CliError> {
        let mut text = String::new();
        let read = File::open(&self.path).and_then(|f| f.take(1024).read_to_string(&mut text));
        match read {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.failed("read", &e)),
            Ok(_) if text.trim().is_empty() => return Ok(None),
            Ok(_) => {}
        }
        MessageId::parse(text.trim()).map(Some).map_err(|e| {
            CliError::bad_input(format!(
                "{} is no cursor file ({e}); name another or delete it",
                self.path.display()
            ))
        })
    }

    pub fn write(&self, position: &MessageId) -> Result<(), CliError> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let next = self.path.with_file_name(name);
        let replace = || {
            let mut file = File::create(&next)?;
            writeln!(file, "{position}")?;
            file.sync_all()?;
            fs::rename(&next, &self.path)
        };
        replace().map_err(|e| self.failed("write", &e))
    }

    fn failed(&self, what: &str, e: &io::Error) -> CliError {
        let what = format!("cannot {what} the cursor file {}: {e}", self.path.display());
        CliError::new(Exit::LocalIo, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let cursor = Cursor::new(dir.path().join("c"));
        assert_eq!(cursor.read(), Ok(None));
        for id in ["abcd1234.0.7", "abcd1234.0.8"] {
            let id = MessageId::parse(id).unwrap();
            cursor.write(&id).unwrap();
            assert_eq!(cursor.read(), Ok(Some(id)));
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn a_file_of_something_else_is_not_overwritten_by_mistake() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c");
        fs::write(&path, "dear diary\n").unwrap();
        assert_eq!(Cursor::new(path).read().unwrap_err().exit, Exit::BadInput);
        let nowhere = Cursor::new("/nowhere/c".into());
        let id = MessageId::parse("a").unwrap();
        assert_eq!(nowhere.write(&id).unwrap_err().exit, Exit::LocalIo);
    }
}
