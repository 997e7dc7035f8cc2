//! The one table of error codes. `docs/errors.md` is generated from it, and a test compares the two.
//! A code is for programs, the sentence beside it for people. Codes are never renamed or given
//! another meaning; new ones may come, so readers treat an unknown code by whether the link closed.

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

macro_rules! codes {
    ($($code:ident, $name:literal, $fatal:literal, $meaning:literal, $remedy:literal;)*) => {
        /// A stable, lower-case error code, as in the `code` header of an ERROR frame, of a refusal
        /// on `/user/queue/errors` and in `--json` output.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $code,)*
        }

        impl Code {
            /// The table, in the order of the documentation.
            pub const ALL: &'static [CodeInfo] = &[$(Code::$code.info(),)*];

            pub const fn info(self) -> CodeInfo {
                match self {
                    $(Code::$code => CodeInfo {
                        code: Code::$code,
                        name: $name,
                        fatal: $fatal,
                        meaning: $meaning,
                        remedy: $remedy,
                    },)*
                }
            }

            pub fn parse(s: &str) -> Option<Self> {
                match s {
                    $($name => Some(Code::$code),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    // The frame or its use breaks the protocol: ERROR, then close.
    BadCommand, "bad-command", true,
        "The frame begins with something that is not a STOMP command, or not one a client sends.",
        "Send CONNECT first and only client commands of STOMP 1.0 to 1.2, in upper case.";
    BadHeader, "bad-header", true,
        "A header line has no colon, an unknown escape, a stray carriage return, or is not UTF-8; or a header's value is not one that is allowed there.",
        "Write `name:value` in UTF-8 and escape with `\\n`, `\\c`, `\\\\` (1.2 also `\\r`).";
    BadContentLength, "bad-content-length", true,
        "`content-length` is not a plain decimal number.",
        "Give the number of octets of the body, or leave the header out when the body has no NUL.";
    BadBodyEnd, "bad-body-end", true,
        "The octet after the `content-length` octets of the body is not NUL.",
        "Count octets, not characters, and end the frame with NUL.";
    BodyNotAllowed, "body-not-allowed", true,
        "Only SEND, MESSAGE and ERROR may have a body.",
        "Leave the body of this frame empty.";
    TooManyHeaders, "too-many-headers", true,
        "The frame has more headers than the server takes.",
        "Send fewer headers.";
    HeaderTooLong, "header-too-long", true,
        "A header line is longer than the server takes.",
        "Shorten it; put data into the body.";
    FrameTooLong, "frame-too-long", true,
        "The frame is larger than the server takes; before CONNECTED the bound is lower.",
        "Send less in one frame, or raise the server's limit.";
    NotConnected, "not-connected", true,
        "A frame came before CONNECT.",
        "Send CONNECT (or STOMP) first.";
    AlreadyConnected, "already-connected", true,
        "A second CONNECT came on one connection.",
        "Open another connection for another login.";
    ConnectTimeout, "connect-timeout", true,
        "CONNECT did not come in time.",
        "Send CONNECT as soon as the connection is open.";
    HeartBeatTimeout, "heart-beat-timeout", true,
        "Nothing came for longer than the heart-beats agreed on allow.",
        "Send an EOL in every interval, or ask for `heart-beat:0,0`, then connect again and resume.";
    BadHeartBeat, "bad-heart-beat", true,
        "`heart-beat` is not two numbers of milliseconds with a comma between.",
        "Send for example `heart-beat:10000,10000`.";
    UnsupportedVersion, "unsupported-version", true,
        "None of the versions in `accept-version` is spoken here.",
        "Offer 1.2, 1.1 or 1.0.";
    BadUserName, "bad-user-name", true,
        "The `login` breaks the rules for names.",
        "Use at most 32 letters, digits, `-` and `_`, not beginning with `-`.";
    MissingHeader, "missing-header", true,
        "A header that this command needs is not there.",
        "Add the header that the message names.";
    BadDestination, "bad-destination", true,
        "The destination is not one of the kinds the server knows, or the room's name in it breaks the rules.",
        "Use one of the destinations in the protocol documentation.";
    UnknownSubscription, "unknown-subscription", true,
        "UNSUBSCRIBE names a subscription this connection does not have.",
        "Give the `id` that was used in SUBSCRIBE.";
    DuplicateSubscription, "duplicate-subscription", true,
        "SUBSCRIBE uses an `id` that is already in use on this connection.",
        "Choose another `id`, or unsubscribe first.";
    TooManySubscriptions, "too-many-subscriptions", true,
        "The connection has as many subscriptions as the server allows.",
        "Unsubscribe from something, or use a second connection.";
    BadSelector, "bad-selector", true,
        "The `selector` of a SUBSCRIBE cannot be read, or is too long.",
        "Correct it at the place that the message names; the grammar is in the protocol documentation.";
    UnknownAck, "unknown-ack", true,
        "ACK or NACK names a message that this connection does not owe one for.",
        "Acknowledge each message of a `client` or `client-individual` subscription once, on the connection that got it.";
    UnknownTransaction, "unknown-transaction", true,
        "The frame names a transaction that is not open on this connection.",
        "Send BEGIN first; COMMIT and ABORT close a transaction.";
    DuplicateTransaction, "duplicate-transaction", true,
        "BEGIN names a transaction that is open already.",
        "Choose another name, or commit or abort it first.";
    TransactionTooLarge, "transaction-too-large", true,
        "More transactions are open, or more is in one of them, than the server takes.",
        "Commit earlier; the message names the limit.";
    BadCursor, "bad-cursor", true,
        "`last` or `after` of a SUBSCRIBE cannot be read, or both are there.",
        "Send either `last` with 0 to 300 or `after` with a message id.";
    BadReceipt, "bad-receipt", true,
        "The `receipt` value is empty or too long.",
        "Use a short value that is unique on the connection.";
    Unsupported, "unsupported", true,
        "The server does not do this yet.",
        "Do without it; the message names the part that is missing.";
    SlowConsumer, "slow-consumer", true,
        "The client read too slowly and more piled up than the server keeps for one connection.",
        "Read faster or subscribe to less, then connect again and resume with `after`.";
    TooManyConnections, "too-many-connections", true,
        "There are as many connections as the server allows.",
        "Close some, or try again later.";
    ShuttingDown, "shutting-down", true,
        "The server is stopping; what it had confirmed is stored.",
        "Connect again a little later and send what is unconfirmed with the same keys.";
    Internal, "internal", true,
        "The server met a fault of its own.",
        "Connect again and send what is unconfirmed with the same keys; tell the operator.";
    // The request is sound but refused: the connection stays open.
    BadBody, "bad-body", false,
        "The body is not UTF-8, not the JSON object that is expected there, or empty.",
        "Send text as `text/plain`, or `{\"text\":\"…\"}` as `application/json`.";
    TooLong, "too-long", false,
        "The text is longer than a message may be.",
        "Shorten it or send it in parts; the message names the limit.";
    Forbidden, "forbidden", false,
        "One may not do this at this destination.",
        "Use the destination that is meant for it; post to `/app/room.NAME`.";
    UnknownMessage, "unknown-message", false,
        "The message it is about is not in this room, is no longer kept, or is deleted.",
        "Look at the room's newest history; there is nothing to change any more.";
    TooManyReactions, "too-many-reactions", false,
        "The message bears as many different emoji as one may.",
        "React with an emoji that is there already.";
    RateLimited, "rate-limited", false,
        "Too much came in too short a time.",
        "Wait `retry-after` milliseconds and send it again with the same key.";
    StorageFull, "storage-full", false,
        "The server's disk is full; nothing was stored.",
        "Try again later with the same key; the operator has to make room.";
    QueueFull, "queue-full", false,
        "The queue, or a durable subscription to the topic, holds as much as it may; nothing was sent.",
        "Try again when somebody has read from it.";
    StorageFailed, "storage-failed", false,
        "The server could not write; it is not known to be stored.",
        "Send it again with the same key.";
    Unavailable, "unavailable", false,
        "The server cannot do this at the moment.",
        "Try again later with the same key.";
}

impl Code {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        self.info().name
    }

    /// `true`: ERROR and close; `false`: a refusal that leaves the connection open.
    pub const fn is_fatal(self) -> bool {
        self.info().fatal
    }
}
