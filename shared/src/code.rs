//! The one table of error codes. `docs/errors.md` is generated from it.

/// A stable, lower-case error code, as in the `code` header of an ERROR frame, of a refusal on
/// `/user/queue/errors` and in `--json` output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    // The frame or its use breaks the protocol: ERROR, then close.
    BadCommand,
    BadHeader,
    BadContentLength,
    BadBodyEnd,
    BodyNotAllowed,
    TooManyHeaders,
    HeaderTooLong,
    FrameTooLong,
    NotConnected,
    AlreadyConnected,
    ConnectTimeout,
    HeartBeatTimeout,
    BadHeartBeat,
    UnsupportedVersion,
    BadUserName,
    MissingHeader,
    BadDestination,
    UnknownSubscription,
    DuplicateSubscription,
    TooManySubscriptions,
    BadCursor,
    BadReceipt,
    Unsupported,
    SlowConsumer,
    TooManyConnections,
    ShuttingDown,
    Internal,
    // The request is sound but refused: the connection stays open.
    BadBody,
    TooLong,
    Forbidden,
    RateLimited,
    StorageFull,
    StorageFailed,
    Unavailable,
}

/// What a code means, for the documentation and for people.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    pub code: Code,
    pub name: &'static str,
    /// `true`: ERROR and close. `false`: a refusal on `/user/queue/errors`, connection open.
    pub fatal: bool,
    pub meaning: &'static str,
    /// What the sender can do about it.
    pub remedy: &'static str,
}

impl Code {
    pub const ALL: &'static [CodeInfo] = &[]; // filled by the owner of this file

    pub fn as_str(self) -> &'static str {
        todo!()
    }
    pub fn parse(_s: &str) -> Option<Self> {
        todo!()
    }
    pub fn is_fatal(self) -> bool {
        todo!()
    }
}
