//! Has the system open an address: the desktop's own opener, as an argument vector and never through a
//! shell, and only for `http` and `https`. Knows nothing of the chat.

use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::mpsc;
use url::Url;

/// An opener that runs longer than this has opened something.
const PATIENCE: Duration = Duration::from_secs(10);
/// Failures that wait to be told.
const FAILURES: usize = 16;

pub struct Opener {
    tell: mpsc::Sender<String>,
    failures: mpsc::Receiver<String>,
}

impl Opener {
    pub fn new() -> Self {
        let (tell, failures) = mpsc::channel(FAILURES);
        Self { tell, failures }
    }

    /// Starts the opener; what cannot be opened comes back through [`Opener::failed`].
    pub fn open(&self, address: String) {
        let tell = self.tell.clone();
        tokio::spawn(async move {
            if !opened(&address).await {
                // With so many failures one more tells nothing.
                let _ = tell.try_send(address);
            }
        });
    }

    /// The next address that could not be opened.
    pub async fn failed(&mut self) -> Option<String> {
        self.failures.recv().await
    }
}

impl Default for Opener {
    fn default() -> Self {
        Self::new()
    }
}

async fn opened(address: &str) -> bool {
    let (Some(program), Some(url)) = (program(), web(address)) else { return false };
    let started = Command::new(program)
        .arg(url.as_str())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    let Ok(mut child) = started else { return false };
    match tokio::time::timeout(PATIENCE, child.wait()).await {
        Ok(ended) => ended.is_ok_and(|status| status.success()),
        Err(_) => true,
    }
}

/// The address as it may be handed on: ASCII, the host in punycode.
fn web(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// `None` where there is no desktop to open anything on, such as over ssh: there the opener would
/// start a browser in this very terminal.
fn program() -> Option<&'static str> {
    if cfg!(target_os = "macos") {
        return Some("open");
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")).then_some("xdg-open")
}

#[cfg(test)]
mod tests {
    use super::web;

    #[test]
    fn only_web_addresses_are_opened_and_nothing_in_them_is_an_option() {
        for bad in
            ["javascript:alert(1)", "file:///etc/passwd", "-help", "", "http:", "x\nhttp://a"]
        {
            assert_eq!(web(bad), None, "{bad}");
        }
        let url = web("https://bücher.example/가?a=$(id)&b=`id`").map(String::from);
        assert_eq!(url.as_deref(), Some("https://xn--bcher-kva.example/%EA%B0%80?a=$(id)&b=`id`"));
    }
}
