//! A first look at a new socket, to tell somebody who is at the wrong port so in the words he can read.

use super::refuse;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::time::timeout_at;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    Http,
    Stomp,
    /// A TLS hello.
    Tls,
    Other,
}

/// Judges by the octets that are there first, without taking them. `None`: nothing came until `deadline`,
/// or the peer went.
pub async fn look(stream: &TcpStream, deadline: Instant) -> Option<Speaks> {
    let mut first = [0; 8];
    let peeked = timeout_at(deadline.into(), stream.peek(&mut first)).await;
    match peeked {
        Ok(Ok(n)) if n > 0 => Some(judge(first.get(..n).unwrap_or_default())),
        _ => None,
    }
}

fn judge(first: &[u8]) -> Speaks {
    const METHODS: [&[u8]; 7] =
        [b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ", b"DELETE ", b"CONNECT "];
    const COMMANDS: [&[u8]; 4] = [b"CONNECT\n", b"CONNECT\r", b"STOMP\n", b"STOMP\r"];
    if METHODS.iter().any(|method| first.starts_with(method)) {
        Speaks::Http
    } else if COMMANDS.iter().any(|command| first.starts_with(command)) {
        Speaks::Stomp
    } else if first.starts_with(&[0x16, 0x03]) {
        Speaks::Tls
    } else {
        Speaks::Other
    }
}

/// STOMP came to the HTTP port.
pub async fn explain_http(stream: TcpStream) {
    let sentence = "this port speaks HTTP; connect to its WebSocket at /ws, or to the address that \
                    the server was given as --stomp-listen";
    refuse::say(stream, &refuse::stomp("bad-command", sentence)).await;
}

/// HTTP or TLS came to the STOMP port.
pub async fn explain_stomp(stream: TcpStream) {
    let sentence = "this port speaks STOMP over plain TCP; HTTP and WebSocket are at the address that \
                    the server was given as --listen\n";
    refuse::say(stream, &refuse::http("400 Bad Request", "", sentence)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_octets_tell_who_it_is() {
        assert_eq!(judge(b"GET /ws "), Speaks::Http);
        assert_eq!(judge(b"CONNECT "), Speaks::Http, "a proxy request");
        assert_eq!(judge(b"CONNECT\n"), Speaks::Stomp);
        assert_eq!(judge(b"STOMP\r\n"), Speaks::Stomp);
        assert_eq!(judge(&[0x16, 0x03, 0x01]), Speaks::Tls);
        for other in [&b"\n"[..], b"S", b"SSH-2.0-", b"SEND\n", b"\0\0\0"] {
            assert_eq!(judge(other), Speaks::Other);
        }
    }
}
