//! Opening a WebSocket to a server: address, TLS, subprotocols, bounds. What goes wrong is told in
//! words for people.

use super::Down;
use crate::config::ServerUrl;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Error};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// From the first packet to the end of the upgrade.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A history page and its frame fit; nothing of a chat is longer.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// Connects, or says why not and whether the next attempt may fare better.
pub async fn connect(url: &ServerUrl) -> Result<Socket, (Down, bool)> {
    match tokio::time::timeout(CONNECT_TIMEOUT, open(url)).await {
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(e)) => Err(told(url, e)),
        Err(_) => {
            let what = format!("{} did not answer in 10 s; is the address right?", place(url));
            Err((Down::Unreachable(what), false))
        }
    }
}

async fn open(url: &ServerUrl) -> Result<Socket, Error> {
    if url.is_tls() {
        // Fails only when it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut request = url.as_str().into_client_request()?;
    let protocols = HeaderValue::from_static("v12.stomp, v11.stomp, v10.stomp");
    request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocols);
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let (socket, _) = connect_async_tls_with_config(request, Some(config), true, None).await?;
    Ok(socket)
}

fn place(url: &ServerUrl) -> String {
    format!("{}:{}", url.host(), url.port())
}

fn told(url: &ServerUrl, error: Error) -> (Down, bool) {
    let place = place(url);
    match error {
        Error::Io(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => {
            let what = format!(
                "nothing answers at {place}; start one with `chat-server serve`, or name another \
                 with --server"
            );
            (Down::Unreachable(what), false)
        }
        Error::Http(response) => refused(&place, response.status()),
        Error::Protocol(_) | Error::HttpFormat(_) | Error::Url(_) => {
            let what = format!("{place} is not a WebSocket server; is the address right?");
            (Down::Protocol(what), true)
        }
        Error::Io(e) => (Down::Unreachable(io_trouble(&place, &e)), false),
        other => {
            let what = chat_protocol::text::PeerString::from(other.to_string());
            (Down::Unreachable(format!("{place}: {}", what.line())), false)
        }
    }
}

fn io_trouble(place: &str, error: &std::io::Error) -> String {
    let tls = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    match tls {
        Some(rustls::Error::InvalidCertificate(cause)) => format!(
            "the certificate of {place} is not trusted ({cause:?}); this machine has to know the \
             authority that signed it"
        ),
        Some(_) => format!("{place} does not speak TLS; is it ws:// instead of wss://?"),
        None => format!("{place}: {error}; is the address right?"),
    }
}

fn refused(place: &str, status: tungstenite::http::StatusCode) -> (Down, bool) {
    let code = status.as_u16();
    if status.is_server_error() || code == 429 {
        let what = format!("{place} is overloaded or restarting (HTTP {code}); try again later");
        return (Down::Unreachable(what), false);
    }
    if code == 403 {
        let message = format!("{place} does not serve this address; see its --allow-host");
        return (Down::Refused { code: "forbidden".to_owned(), message }, true);
    }
    let what = format!("{place} is no chat server at this path (HTTP {code}); it is /ws as a rule");
    (Down::Protocol(what), true)
}
