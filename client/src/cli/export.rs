//! `export`: a room's log into a file or a pipe, from a moment on, oldest first. A file appears when it
//! is whole.

mod format;

use super::args;
use super::client::{self, Client};
use super::exit::{CliError, Exit};
use super::history;
use super::output::{self, Reader};
use super::search::moment;
use crate::config::Config;
use chat_protocol::chat::request::{Anchor, HISTORY_MAX};
use chat_protocol::chat::search::Moment;
use format::Format;
use jiff::tz::TimeZone;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

pub fn run(args: args::Export, config: &Config) -> Result<(), CliError> {
    client::block_on_interruptible(async {
        let mut client = Client::start(config);
        let done = export(&args, &mut client).await;
        client.close().await;
        done
    })
}

async fn export(args: &args::Export, client: &mut Client) -> Result<(), CliError> {
    let zone = TimeZone::system();
    let mut anchor = match args.since.as_ref().map(|when| moment(when, &zone)) {
        None => Anchor::Since(0),
        Some(Moment::At(at)) => Anchor::Since(at),
        Some(Moment::Message(id)) => Anchor::After(id),
    };
    let mut sink = Sink::open(args.output.as_deref())?;
    let mut format = Format::new(args.format, args.room.clone(), zone);
    loop {
        let room = &args.room;
        let page = history::page(client, room, anchor, HISTORY_MAX, args.patience.timeout).await?;
        if sink.write(&format.page(&page.messages)?)? == Reader::Gone {
            return Ok(());
        }
        match page.messages.last() {
            Some(last) if page.more_after => anchor = Anchor::After(last.id.clone()),
            _ => return sink.finish(),
        }
    }
}

/// Where it goes.
enum Sink {
    Stdout,
    File { out: BufWriter<File>, part: PathBuf, path: PathBuf, whole: bool },
}

impl Sink {
    /// `-` is standard output, too.
    fn open(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout);
        };
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let out = File::create(&part).map_err(|e| failed(&part, &e))?;
        Ok(Self::File { out: BufWriter::new(out), part, path: path.to_owned(), whole: false })
    }

    fn write(&mut self, text: &str) -> Result<Reader, CliError> {
        match self {
            Self::Stdout => output::write(text.as_bytes()),
            Self::File { out, part, .. } => {
                out.write_all(text.as_bytes()).map_err(|e| failed(part, &e))?;
                Ok(Reader::There)
            }
        }
    }

    fn finish(mut self) -> Result<(), CliError> {
        let Self::File { out, part, path, whole } = &mut self else { return Ok(()) };
        let written = out.flush().and_then(|()| out.get_ref().sync_all());
        written.and_then(|()| fs::rename(&*part, &*path)).map_err(|e| failed(path, &e))?;
        *whole = true;
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Self::File { part, whole: false, .. } = self {
            // A part that stays is named as one.
            let _ = fs::remove_file(part);
        }
    }
}

fn failed(path: &Path, e: &std::io::Error) -> CliError {
    CliError::new(Exit::LocalIo, format!("cannot write {}: {e}", path.display()))
}
