//! A text in the person's own editor: `$VISUAL`, else `$EDITOR`, else `vi`, as an argument vector and
//! never through a shell. The text lies in a directory that nobody else can read and that goes with
//! the editor. Knows nothing of the chat and of the screen, which must be given back before.

use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::{Child, Command};

/// For the editor to give the terminal back when the client is told to end.
const GOODBYE: Duration = Duration::from_secs(2);
/// More than a draft may have.
const MOST: u64 = 1024 * 1024;

/// Why there is no new text; `Display` says it to the person.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("cannot start {program}: {cause}; set EDITOR to your editor")]
    Start { program: String, cause: io::Error },
    #[error("the editor failed ({0}); the draft is as it was")]
    Failed(std::process::ExitStatus),
    #[error("what the editor left cannot be read: {0}; the draft is as it was")]
    Read(#[from] io::Error),
    #[error("what the editor left is too long for a draft, which is as it was")]
    TooLong,
    #[error("an editor needs the whole screen; connect without --plain")]
    NoScreen,
}

/// An editor that runs.
pub struct Editor {
    child: Child,
    file: Scratch,
}

impl Editor {
    /// Starts the editor on this process's terminal; `name` is used by no other run.
    pub fn start(text: &str, name: &str) -> Result<Self, EditError> {
        let file = Scratch::new(text, name)?;
        let command = command(&|name| std::env::var(name).ok());
        let mut words = command.iter();
        let program = words.next().cloned().unwrap_or_default();
        let child = Command::new(&program).args(words).arg(&file.path).spawn();
        match child {
            Ok(child) => Ok(Self { child, file }),
            Err(cause) => {
                let program = chat_protocol::text::PeerStr::new(&program).line().into_string();
                Err(EditError::Start { program, cause })
            }
        }
    }

    /// Waits for its end and gives the text. Safe to cancel.
    pub async fn ended(&mut self) -> Result<String, EditError> {
        let status = self.child.wait().await?;
        if !status.success() {
            return Err(EditError::Failed(status));
        }
        self.file.read()
    }

    /// Has it end now. It is asked first, so that it leaves the terminal as it found it.
    pub async fn stop(mut self) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(pid) = pid {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(GOODBYE, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Program and arguments, as white space separates them.
fn command(env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let words = |name| env(name).map(|v| v.split_whitespace().map(str::to_owned).collect());
    let found = [words("VISUAL"), words("EDITOR")].into_iter().flatten();
    let mut found = found.filter(|words: &Vec<String>| !words.is_empty());
    found.next().unwrap_or_else(|| vec!["vi".to_owned()])
}

/// The text in a file of its own, which goes when this is dropped.
struct Scratch {
    dir: PathBuf,
    path: PathBuf,
}

impl Scratch {
    fn new(text: &str, name: &str) -> io::Result<Self> {
        // In memory, where the system has such a place for each person.
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let parent = runtime.filter(|dir| dir.is_dir()).unwrap_or_else(std::env::temp_dir);
        let dir = parent.join(format!("chat-tui-{name}"));
        DirBuilder::new().mode(0o700).create(&dir)?;
        let path = dir.join("message.md");
        let scratch = Self { dir, path };
        let options = OpenOptions::new().write(true).create_new(true).mode(0o600).clone();
        let mut file = options.open(&scratch.path)?;
        file.write_all(text.as_bytes())?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(scratch)
    }

    fn read(&self) -> Result<String, EditError> {
        if fs::metadata(&self.path)?.len() > MOST {
            return Err(EditError::TooLong);
        }
        Ok(fs::read_to_string(&self.path)?)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // With what the editor left beside it. Nobody can be told if that fails.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_editor_is_the_persons_own() {
        let with = |vars: &'static [(&str, &str)]| {
            command(&move |name| {
                vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
            })
        };
        assert_eq!(with(&[]), ["vi"]);
        assert_eq!(with(&[("EDITOR", "code --wait")]), ["code", "--wait"]);
        assert_eq!(with(&[("EDITOR", "nano"), ("VISUAL", "kak")]), ["kak"]);
        assert_eq!(with(&[("EDITOR", "nano"), ("VISUAL", " ")]), ["nano"]);
        assert_eq!(with(&[("EDITOR", "$(rm)")]), ["$(rm)"]);
    }

    #[test]
    fn the_text_is_for_nobody_else_and_goes_with_the_editor() {
        let name = format!("test-{}", std::process::id());
        let scratch = Scratch::new("한글", &name).unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&scratch.dir), mode(&scratch.path)), (0o700, 0o600));
        assert_eq!(scratch.read().unwrap(), "한글\n");
        assert!(Scratch::new("again", &name).is_err(), "never somebody else's directory");
        fs::write(&scratch.path, vec![b'x'; 2 * 1024 * 1024]).unwrap();
        assert!(matches!(scratch.read(), Err(EditError::TooLong)));
        let dir = scratch.dir.clone();
        drop(scratch);
        assert!(!dir.exists());
    }
}
