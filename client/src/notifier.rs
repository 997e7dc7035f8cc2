//! Runs the person's own program for a notification: an argument vector, never a shell, with the text on
//! its standard input. One runs at a time, and not for long. Knows nothing of the chat.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, mpsc};

/// Then it is killed.
const PATIENCE: Duration = Duration::from_secs(10);
/// Failures that wait to be told.
const FAILURES: usize = 4;

pub struct Notifier {
    one_at_a_time: Arc<Semaphore>,
    tell: mpsc::Sender<String>,
    failures: mpsc::Receiver<String>,
}

impl Default for Notifier {
    fn default() -> Self {
        let (tell, failures) = mpsc::channel(FAILURES);
        Self { one_at_a_time: Arc::new(Semaphore::new(1)), tell, failures }
    }
}

impl Notifier {
    /// Starts `command` with `text` on its standard input and these environment variables; nothing is
    /// started while the last one runs.
    pub fn run(&self, command: &[String], text: String, vars: Vec<(&'static str, String)>) {
        let Some((program, arguments)) = command.split_first() else { return };
        let Ok(turn) = self.one_at_a_time.clone().try_acquire_owned() else { return };
        let started = Command::new(program)
            .args(arguments)
            .envs(vars)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let tell = self.tell.clone();
        let shown = chat_protocol::text::PeerStr::new(program).line();
        match started {
            Ok(child) => {
                tokio::spawn(async move {
                    // One that takes too long is killed as it is dropped.
                    let _ = tokio::time::timeout(PATIENCE, to_its_end(child, text)).await;
                    drop(turn);
                });
            }
            Err(e) => {
                let what = format!("cannot run {shown} to notify: {e}; see notifications.command");
                // With so many failures one more tells nothing.
                let _ = tell.try_send(what);
            }
        }
    }

    /// The next failure, safe to show.
    pub async fn failed(&mut self) -> Option<String> {
        self.failures.recv().await
    }
}

async fn to_its_end(mut child: Child, text: String) {
    if let Some(mut stdin) = child.stdin.take() {
        // It need not read what it is told.
        let _ = stdin.write_all(text.as_bytes()).await;
    }
    let _ = child.wait().await;
}
