//! The one table from error to exit code, and the error every command ends with. The codes are a
//! promise to scripts (sysexits); their meaning never changes.

use crate::config;
use crate::net::Down;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, and confirmed.
    Done = 0,
    /// The command line is wrong.
    Usage = 64,
    /// The input is empty, too long or not UTF-8.
    BadInput = 65,
    /// An input file does not exist.
    NoInput = 66,
    /// The server cannot be reached.
    Unreachable = 69,
    /// A bug of this program.
    Internal = 70,
    /// A file or stream on this machine failed.
    LocalIo = 74,
    /// Not confirmed in time: safe to retry with the same key.
    NotConfirmed = 75,
    /// The server broke the protocol, or says that this program did.
    Protocol = 76,
    /// Login refused, or not allowed.
    NotAllowed = 77,
    /// The configuration is wrong.
    Config = 78,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    pub const ALL: [Exit; 12] = [
        Exit::Done,
        Exit::Usage,
        Exit::BadInput,
        Exit::NoInput,
        Exit::Unreachable,
        Exit::Internal,
        Exit::LocalIo,
        Exit::NotConfirmed,
        Exit::Protocol,
        Exit::NotAllowed,
        Exit::Config,
        Exit::Interrupted,
    ];

    pub fn code(self) -> u8 {
        self as u8
    }

    /// As in `--help` and the docs.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done, and everything is confirmed",
            Exit::Usage => "the command line is wrong",
            Exit::BadInput => "bad input: empty, too long or not UTF-8",
            Exit::NoInput => "no such input file",
            Exit::Unreachable => "the server cannot be reached",
            Exit::Internal => "a bug in chat-tui",
            Exit::LocalIo => "a file or stream on this machine failed",
            Exit::NotConfirmed => "not confirmed in time: safe to retry with the same key",
            Exit::Protocol => "protocol error",
            Exit::NotAllowed => "login refused, or not allowed",
            Exit::Config => "bad configuration",
            Exit::Interrupted => "interrupted",
        }
    }

    /// What a refusal with this code, as on the wire, means to a script. Codes of later servers count
    /// as protocol errors.
    pub fn of_refusal(code: &str) -> Self {
        match code {
            "bad-body" | "unknown-message" | "too-long" | "frame-too-long" | "bad-destination"
            | "bad-cursor" => Exit::BadInput,
            "forbidden" | "too-many-reactions" | "bad-user-name" => Exit::NotAllowed,
            "rate-limited"
            | "storage-full"
            | "storage-failed"
            | "unavailable"
            | "shutting-down"
            | "too-many-connections"
            | "slow-consumer" => Exit::NotConfirmed,
            _ => Exit::Protocol,
        }
    }
}

/// The codes as `--help` shows them.
pub fn table() -> String {
    let lines = Exit::ALL.iter().map(|e| format!("\n  {:>3}  {}", e.code(), e.meaning()));
    format!("Exit codes:{}", lines.collect::<String>())
}

/// Why a command failed: the code for scripts and one sentence with cause and fix for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CliError {
    pub exit: Exit,
    pub message: String,
}

impl CliError {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(Exit::BadInput, message)
    }
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Exit::Internal, format!("{} (this is a bug in chat-tui)", message.into()))
    }
    pub fn stdout(cause: &std::io::Error) -> Self {
        Self::new(Exit::LocalIo, format!("cannot write to standard output: {cause}"))
    }
}

impl From<config::ConfigError> for CliError {
    fn from(e: config::ConfigError) -> Self {
        let exit = if e.by_flag { Exit::Usage } else { Exit::Config };
        Self::new(exit, e.message)
    }
}

impl From<&Down> for CliError {
    fn from(down: &Down) -> Self {
        let exit = match down {
            Down::Unreachable(_) | Down::Lost(_) => Exit::Unreachable,
            Down::Refused { code, .. } => Exit::of_refusal(code),
            Down::Protocol(_) => Exit::Protocol,
            Down::Closed => Exit::Internal,
        };
        Self::new(exit, down.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_promised_ones() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|e| e.code()).collect();
        assert_eq!(codes, [0, 64, 65, 66, 69, 70, 74, 75, 76, 77, 78, 130]);
    }

    #[test]
    fn the_documentation_has_every_code() {
        let doc = include_str!("../../../docs/scripting.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit.code(), exit.meaning());
            assert!(doc.contains(&row), "{row}");
        }
    }

    #[test]
    fn refusals_that_may_be_retried_are_not_confirmed_in_time() {
        for code in ["rate-limited", "storage-full", "storage-failed", "unavailable"] {
            assert_eq!(Exit::of_refusal(code), Exit::NotConfirmed, "{code}");
        }
        assert_eq!(Exit::of_refusal("too-long"), Exit::BadInput);
        assert_eq!(Exit::of_refusal("forbidden"), Exit::NotAllowed);
        assert_eq!(Exit::of_refusal("a-code-of-tomorrow"), Exit::Protocol);
    }

    #[test]
    fn a_wrong_flag_is_usage_and_a_wrong_file_is_configuration() {
        let of =
            |by_flag| CliError::from(config::ConfigError { by_flag, message: "x".to_owned() }).exit;
        assert_eq!((of(true), of(false)), (Exit::Usage, Exit::Config));
    }
}
