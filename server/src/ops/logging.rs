//! Log lines on standard error: coloured on a terminal, plain elsewhere. What a peer wrote comes in only
//! through [`chat_protocol::text`], and the text of messages not at all.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Once per process. `directives` as in the setting `log-level`; they were checked with the settings.
pub fn start(directives: &str) {
    let filter = EnvFilter::new(directives);
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        // It would complain on standard error that standard error is closed, and panic.
        .log_internal_errors(false);
    // A second start, as a test may make, changes nothing.
    let _ = log.try_init();
}

/// Whether every part is a level, or a target with one. A misspelt level alone would be taken for the
/// name of a target and silence everything else.
pub fn are_directives(directives: &str) -> bool {
    directives.split(',').all(|part| {
        let level = part.rsplit_once('=').map_or(part, |(_target, level)| level);
        ["off", "error", "warn", "info", "debug", "trace"].contains(&level)
    }) && EnvFilter::try_new(directives).is_ok()
}

#[cfg(test)]
mod tests {
    use super::are_directives;

    #[test]
    fn levels_and_targets() {
        for good in ["info", "off", "info,chat_server::listen=debug", "warn,a=trace,b=error"] {
            assert!(are_directives(good), "{good}");
        }
        for bad in ["", "debgu", "info,", "chat_server", "a=loud", "[=info"] {
            assert!(!are_directives(bad), "{bad}");
        }
    }
}
