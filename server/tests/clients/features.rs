//! What the clients are asked to do. Each script knows these names; what one leaves out is a failure.

/// Name, and how the page calls it.
pub const FEATURES: &[(&str, &str)] = &[
    ("connect", "CONNECT with login and passcode: the version spoken"),
    ("anonymous", "CONNECT without"),
    ("passcode", "a colon and a backslash in the passcode"),
    ("topic", "SUBSCRIBE, SEND, MESSAGE"),
    ("receipts", "receipts of SUBSCRIBE and SEND"),
    ("headers", "own headers: colon, backslash, line feed, unicode, empty"),
    ("unicode", "body in unicode"),
    ("binary", "body of all 256 octets"),
    ("large", "frame of 1 MiB, both ways"),
    ("split", "frame sent in several writes or WebSocket messages"),
    ("unsubscribe", "UNSUBSCRIBE, and nothing after it"),
    ("heart-beats", "heart-beats of 1 s, idle for 3.5 s"),
    ("error", "ERROR, then close"),
    ("disconnect", "DISCONNECT with receipt, then close"),
    ("room", "a chat room: replay, post, echo"),
    ("app", "the one answer of SUBSCRIBE to /app"),
    ("replies", "an answer on /user/queue"),
    ("queue", "a queue: kept, in order, point to point"),
    ("ack", "ACK of one message; the others come again"),
    ("ack-cumulative", "ACK of all up to one"),
    ("nack", "NACK, then redelivery"),
    ("commit", "BEGIN, COMMIT"),
    ("abort", "BEGIN, ABORT"),
    ("user", "from one person to another by /user/NAME"),
];

/// stompest is asked to run the integration tests it ships, all that are not TLS.
pub const STOMPEST: &[(&str, &str)] = &[
    ("test_1_integration", "messages kept, acknowledged one by one"),
    ("test_2_transaction", "transactions, with and without receipts"),
    ("test_3_timeout", "fail-over, connect timeouts"),
    ("test_3_socket_failure_and_replay", "reconnect and replay of subscriptions"),
    ("test_4_integration_stomp_1_1", "queues and receipts in STOMP 1.1"),
    ("test_4_integration_stomp_1_2", "queues and receipts in STOMP 1.2"),
    ("test_5_integration_stomp_1_1_heartbeat", "heart-beats, and the cut when they stay away"),
    ("test_6_integration_stomp_1_1_encoding_and_escaping_headers", "unicode in header names"),
];

/// Spring's broker relay: an application of its own with our server behind it.
pub const RELAY: &[(&str, &str)] = &[
    ("available", "the application finds its broker"),
    ("chat", "two WebSocket clients of the application chat on a topic, with receipts"),
    ("idle", "the same after 3.5 s of heart-beats of 1 s"),
    ("room", "they chat in a room"),
    ("application", "the application itself says something"),
    ("error", "ERROR closes one client, not the others"),
    ("queue", "a queue: kept, then delivered"),
];
