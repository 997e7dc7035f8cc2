//! Which web pages may connect (contract, section 5). A page of a foreign site must not use a visitor's
//! browser to reach a server in the visitor's own network; comparing Origin with Host alone would not stop
//! it, because an attacker's name can be made to resolve to that server (DNS rebinding).

use std::net::{Ipv4Addr, Ipv6Addr};

#[derive(Debug, Clone, Default)]
pub struct OriginRules {
    origins: Vec<String>,
    hosts: Vec<String>,
}

impl OriginRules {
    /// `origins` as browsers write them, `https://chat.example.org`; `hosts` without a port.
    pub fn new(origins: &[String], hosts: &[String]) -> Self {
        let hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { origins: origins.to_vec(), hosts }
    }

    /// Compares exactly, as browsers write both. Whoever sends no Origin is no browser.
    pub fn allows(&self, origin: Option<&str>, host: &str) -> bool {
        let Some(origin) = origin else { return true };
        if self.origins.iter().any(|allowed| allowed == origin) {
            return true;
        }
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        authority == Some(host) && self.is_ours(host)
    }

    /// An address or a name that nobody else can point at us.
    fn is_ours(&self, authority: &str) -> bool {
        if let Some((address, _port)) = authority.strip_prefix('[').and_then(|a| a.split_once(']'))
        {
            return address.parse::<Ipv6Addr>().is_ok();
        }
        let host = authority.split_once(':').map_or(authority, |(host, _port)| host);
        host == "localhost"
            || host.parse::<Ipv4Addr>().is_ok()
            || self.hosts.iter().any(|ours| ours == host)
    }
}

/// Whether this can stand in `--allow-origin`.
pub fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(|c: char| {
                c.is_ascii_uppercase() || c.is_whitespace() || "/?#@".contains(c)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> OriginRules {
        OriginRules::new(&["https://good.example".into()], &["chat.example".into()])
    }

    #[test]
    fn no_origin_is_no_browser() {
        assert!(rules().allows(None, "anything.example"));
    }

    #[test]
    fn listed_origins_pass_whatever_the_host() {
        assert!(rules().allows(Some("https://good.example"), "10.0.0.1:7878"));
    }

    #[test]
    fn pages_of_the_server_itself_pass() {
        for host in ["127.0.0.1:7878", "localhost:7878", "[::1]:7878", "192.0.2.7", "chat.example"]
        {
            assert!(rules().allows(Some(&format!("http://{host}")), host), "{host}");
            assert!(rules().allows(Some(&format!("https://{host}")), host), "{host}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let own = "127.0.0.1:7878";
        for origin in [
            "null",
            "",
            "https://evil.example",
            "https://good.example.evil.com",
            "https://evilgood.example",
            "http://good.example",
            "https://good.example:444",
            "https://GOOD.example",
            "https://good.example.",
            "https://good.example/",
            "http://127.0.0.1:9999",
            "http://127.0.0.1",
            "ftp://127.0.0.1:7878",
        ] {
            assert!(!rules().allows(Some(origin), own), "{origin}");
        }
    }

    #[test]
    fn a_name_that_resolves_to_us_is_not_ours() {
        for host in ["evil.example:7878", "127.0.0.1.evil.example", "localhost.evil.example", ""] {
            assert!(!rules().allows(Some(&format!("http://{host}")), host), "{host}");
        }
    }

    #[test]
    fn what_can_be_listed() {
        assert!(is_origin("https://chat.example.org") && is_origin("http://[::1]:80"));
        for bad in ["chat.example.org", "https://", "https://a/", "https://A", "null", "*"] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
