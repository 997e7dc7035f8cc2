//! What an HTTP request gets: the WebSocket at `/ws`, the state of health at `/healthz`, a short refusal
//! everywhere else. Pure; the Origin rules are RFC 6455 section 10.2, the header rules section 4.2.1.

use super::Front;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
};
use hyper::{Method, Request, Response, StatusCode, Version};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

pub type Answer = Response<Full<Bytes>>;

/// Best first.
const SUBPROTOCOLS: [&str; 3] = ["v12.stomp", "v11.stomp", "v10.stomp"];

/// Answers one request; status 101 means that the socket is to be upgraded.
pub fn answer<B>(front: &Front, request: &Request<B>) -> Answer {
    respond(front, request).unwrap_or_else(Refusal::answer)
}

/// Each with what a person at the other end should read.
#[derive(Debug, Clone, Copy)]
enum Refusal {
    Bad(&'static str),
    Forbidden,
    NotFound,
    /// The methods there are.
    NotAllowed(&'static str),
    UriTooLong,
    UpgradeRequired(&'static str),
}

fn respond<B>(front: &Front, request: &Request<B>) -> Result<Answer, Refusal> {
    if request.uri().path_and_query().is_some_and(|path| path.as_str().len() > front.head.uri) {
        return Err(Refusal::UriTooLong);
    }
    let host = single_host(request)?;
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return Err(Refusal::Bad("nothing here takes a request body\n"));
    }
    let method = request.method();
    match request.uri().path() {
        "/ws" if method == Method::GET => upgrade(front, request, host),
        "/ws" => Err(Refusal::NotAllowed("GET")),
        "/healthz" if method == Method::GET || method == Method::HEAD => {
            Ok(health((front.healthy)()))
        }
        "/healthz" => Err(Refusal::NotAllowed("GET, HEAD")),
        _ if method == Method::CONNECT || method == Method::TRACE => {
            Err(Refusal::NotAllowed("GET, HEAD"))
        }
        _ => Err(Refusal::NotFound),
    }
}

fn upgrade<B>(front: &Front, request: &Request<B>, host: &str) -> Result<Answer, Refusal> {
    let headers = request.headers();
    if !front.origins.allows(origin(headers), host) {
        return Err(Refusal::Forbidden);
    }
    if request.version() != Version::HTTP_11 {
        return Err(Refusal::Bad("a WebSocket needs HTTP/1.1\n"));
    }
    if headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0") {
        return Err(Refusal::Bad("an upgrade has no body\n"));
    }
    if !has_token(headers, &UPGRADE, "websocket") || !has_token(headers, &CONNECTION, "upgrade") {
        return Err(Refusal::UpgradeRequired("this is a WebSocket, connect to it with ws://\n"));
    }
    if one(headers, &SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(Refusal::UpgradeRequired("only version 13 of WebSocket is spoken here\n"));
    }
    let key = one(headers, &SEC_WEBSOCKET_KEY).filter(|key| is_key(key.as_bytes()));
    let Some(key) = key else {
        return Err(Refusal::Bad("Sec-WebSocket-Key must be there once, 16 bytes in base64\n"));
    };
    Ok(switch(&derive_accept_key(key.as_bytes()), subprotocol(headers)?))
}

fn switch(accept: &str, subprotocol: Option<&'static str>) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(chosen) = subprotocol {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(chosen));
    }
    answer
}

/// HTTP/1.1 wants exactly one Host (RFC 9112 section 3.2).
fn single_host<B>(request: &Request<B>) -> Result<&str, Refusal> {
    match one(request.headers(), &HOST) {
        Some(host) => host.to_str().map_err(|_| Refusal::Bad("Host is not readable\n")),
        None if request.version() < Version::HTTP_11 && !request.headers().contains_key(HOST) => {
            Ok("")
        }
        None => Err(Refusal::Bad("a request has exactly one Host\n")),
    }
}

/// Two origins, or an unreadable one, are a foreign one.
fn origin(headers: &HeaderMap) -> Option<&str> {
    let readable = || one(headers, &ORIGIN).and_then(|origin| origin.to_str().ok());
    headers.contains_key(ORIGIN).then(|| readable().unwrap_or("null"))
}

/// The best of those offered; none when none was offered.
fn subprotocol(headers: &HeaderMap) -> Result<Option<&'static str>, Refusal> {
    if !headers.contains_key(SEC_WEBSOCKET_PROTOCOL) {
        return Ok(None);
    }
    let offered = |known| tokens(headers, &SEC_WEBSOCKET_PROTOCOL).any(|token| token == known);
    let best = SUBPROTOCOLS.into_iter().find(|known| offered(*known));
    best.map(Some).ok_or(Refusal::Bad(
        "none of the subprotocols offered is spoken here; offer v12.stomp, v11.stomp or v10.stomp, \
         or none\n",
    ))
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

fn has_token(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    tokens(headers, name).any(|token| token.eq_ignore_ascii_case(wanted))
}

/// 16 bytes in base64: 22 characters, of which the last carries two bits, and the padding.
fn is_key(key: &[u8]) -> bool {
    let base64 = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/');
    key.len() == 24
        && key.strip_suffix(b"==").is_some_and(|digits| {
            digits.iter().all(base64) && digits.last().is_some_and(|last| b"AQgw".contains(last))
        })
}

impl Refusal {
    fn answer(self) -> Answer {
        match self {
            Self::Bad(sentence) => plain(StatusCode::BAD_REQUEST, sentence),
            Self::Forbidden => plain(
                StatusCode::FORBIDDEN,
                "pages of this origin may not connect; the server's --allow-origin or --allow-host \
                 can admit them\n",
            ),
            Self::NotFound => plain(StatusCode::NOT_FOUND, "not found; the WebSocket is at /ws\n"),
            Self::NotAllowed(methods) => {
                let sentence = "this method is not allowed here\n";
                let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, sentence);
                answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
                answer
            }
            Self::UriTooLong => {
                plain(StatusCode::URI_TOO_LONG, "the address is longer than the server takes\n")
            }
            Self::UpgradeRequired(sentence) => {
                let mut answer = plain(StatusCode::UPGRADE_REQUIRED, sentence);
                let headers = answer.headers_mut();
                headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
                headers.append(CONNECTION, HeaderValue::from_static("Upgrade"));
                headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
                answer
            }
        }
    }
}

fn health(healthy: bool) -> Answer {
    let mut answer = if healthy {
        plain(StatusCode::OK, "ok\n")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written\n")
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// One request a connection: whatever follows it is not read.
fn plain(status: StatusCode, sentence: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(sentence.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::rate::Rate;
    use crate::listen::{Gate, GateLimits, HeadLimits, OriginRules};
    use std::time::{Duration, Instant};

    fn status(healthy: bool, path: &str) -> StatusCode {
        let rate = Rate { burst: 1, per_second: 1.0 };
        let limits = GateLimits { total: 1, hard: 1, per_ip: 1, rate, loopback: false };
        let front = Front {
            gate: Gate::new(limits, Instant::now()),
            origins: OriginRules::default(),
            head: HeadLimits { bytes: 8192, headers: 64, uri: 4096 },
            head_timeout: Duration::ZERO,
            connect_timeout: Duration::ZERO,
            healthy: Box::new(move || healthy),
        };
        let request = Request::builder().uri(path).header(HOST, "x").body(()).unwrap();
        answer(&front, &request).status()
    }

    #[test]
    fn a_server_that_cannot_store_is_not_healthy() {
        assert_eq!(status(true, "/healthz"), StatusCode::OK);
        assert_eq!(status(false, "/healthz"), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status(false, "/ws"), StatusCode::UPGRADE_REQUIRED, "readers go on");
    }
}
