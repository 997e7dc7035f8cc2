//! The address of a server: `ws://` or `wss://`, with `/ws` where no path is given.

use std::net::IpAddr;
use url::{Host, Url};

/// Default of `--server`.
pub const DEFAULT_SERVER: &str = "ws://127.0.0.1:7878/ws";

/// A checked server address. Two spellings of one address compare equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl(Url);

/// Not an address a client can use; `Display` names cause and fix, and never the whole address,
/// which may hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServerUrlError {
    #[error("a server address looks like {DEFAULT_SERVER}")]
    Malformed,
    #[error("a server address begins with ws:// or wss://, such as {DEFAULT_SERVER}")]
    Scheme,
    #[error("a server address holds no name or password; use --nick to say who you are")]
    Credentials,
    #[error("a server address has no '?' or '#' part; it looks like {DEFAULT_SERVER}")]
    Tail,
}

impl ServerUrl {
    pub fn parse(text: &str) -> Result<Self, ServerUrlError> {
        let mut url = Url::parse(text).map_err(|_| ServerUrlError::Malformed)?;
        if !matches!(url.scheme(), "ws" | "wss") {
            return Err(ServerUrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ServerUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ServerUrlError::Tail);
        }
        if url.host().is_none() {
            return Err(ServerUrlError::Malformed);
        }
        if url.path() == "/" {
            url.set_path("/ws");
        }
        Ok(Self(url))
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host as a `host` header of STOMP wants it.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub fn is_tls(&self) -> bool {
        self.0.scheme() == "wss"
    }

    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(7878)
    }

    /// The address to listen at, when it is on this machine and not encrypted: where `--with-server`
    /// may start a server.
    pub fn loopback(&self) -> Option<std::net::SocketAddr> {
        let ip: IpAddr = match self.0.host()? {
            _ if self.is_tls() => return None,
            Host::Ipv4(ip) => ip.into(),
            Host::Ipv6(ip) => ip.into(),
            Host::Domain("localhost") => IpAddr::from([127, 0, 0, 1]),
            Host::Domain(_) => return None,
        };
        ip.is_loopback().then(|| (ip, self.port()).into())
    }
}

impl std::fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_path_becomes_ws() {
        let url = |s| ServerUrl::parse(s).map(|u| u.as_str().to_owned());
        assert_eq!(url("ws://127.0.0.1:7878"), Ok(DEFAULT_SERVER.to_owned()));
        assert_eq!(url("ws://127.0.0.1:7878/"), Ok(DEFAULT_SERVER.to_owned()));
        assert_eq!(url("wss://chat.example/x/ws"), Ok("wss://chat.example/x/ws".to_owned()));
    }

    #[test]
    fn what_a_client_cannot_use_is_refused() {
        let err = |s| ServerUrl::parse(s).err();
        assert_eq!(err("127.0.0.1:7878"), Some(ServerUrlError::Malformed));
        assert_eq!(err("localhost:7878"), Some(ServerUrlError::Scheme));
        assert_eq!(err("http://localhost:7878"), Some(ServerUrlError::Scheme));
        assert_eq!(err("ws://mina:secret@localhost"), Some(ServerUrlError::Credentials));
        assert_eq!(err("ws://localhost/ws?token=x"), Some(ServerUrlError::Tail));
    }

    #[test]
    fn only_plain_loopback_addresses_can_be_served_from_here() {
        let at = |s| ServerUrl::parse(s).ok().and_then(|u| u.loopback()).map(|a| a.to_string());
        assert_eq!(at("ws://127.0.0.1:7878"), Some("127.0.0.1:7878".to_owned()));
        assert_eq!(at("ws://localhost:9000"), Some("127.0.0.1:9000".to_owned()));
        assert_eq!(at("ws://[::1]:9000"), Some("[::1]:9000".to_owned()));
        assert_eq!(at("ws://192.0.2.1:7878"), None);
        assert_eq!(at("wss://127.0.0.1:7878"), None);
    }
}
