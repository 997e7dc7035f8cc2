//! Connecting and version negotiation: rows C01–C11, C13–C15, C18–C22.

use super::support::{Link, config, secs};
use chat_protocol::chat::UserName;
use chat_protocol::code::Code;
use chat_protocol::session::{CloseReason, ServerConfig, ServerEvent};
use chat_protocol::stomp::Version;

/// What CONNECT with these header lines is answered with.
fn connected(headers: &str) -> String {
    let mut link = Link::new();
    link.say(format!("CONNECT\n{headers}\n\0"));
    link.accept();
    link.transmitted()
}

fn version_for(accept: &str) -> String {
    let answer = connected(&format!("accept-version:{accept}\n"));
    let line = answer.lines().find_map(|line| line.strip_prefix("version:"));
    line.unwrap_or_default().to_owned()
}

#[test]
fn c01_c19_c22_connected_says_version_heart_beat_session_server_and_who_one_is() {
    assert_eq!(
        connected("accept-version:1.2\nhost:example\n"),
        "CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:s1\nserver:test/1\n\
         user-name:mina\n\n\0"
    );
}

#[test]
fn c02_stomp_is_connect() {
    let mut link = Link::new();
    link.say("STOMP\naccept-version:1.1\n\n\0");
    link.accept();
    assert_eq!(link.session.version(), Some(Version::V1_1));
    assert!(link.transmitted().starts_with("CONNECTED\nversion:1.1\n"));
}

#[test]
fn c03_no_accept_version_is_1_0_and_it_is_said() {
    assert!(connected("").starts_with("CONNECTED\nversion:1.0\n"));
}

#[test]
fn c04_c06_c20_the_highest_common_version_of_any_list() {
    for (accept, version) in [
        ("1.0", "1.0"),
        ("1.0,1.1,1.2", "1.2"),
        ("1.2,1.1,1.0", "1.2"),
        ("1.1,1.0", "1.1"),
        ("1.1 , 1.2", "1.2"),
        ("9.9,1.1,,2.0", "1.1"),
        ("1.2,1.2", "1.2"),
    ] {
        assert_eq!(version_for(accept), version, "{accept}");
    }
}

#[test]
fn c05_no_common_version_is_an_error_that_names_ours() {
    for accept in ["9.9", "", "1", "1.2.3", "V1.2"] {
        let mut link = Link::new();
        link.say(format!("CONNECT\naccept-version:{accept}\nreceipt:r\n\n\0"));
        let error = link.assert_error(Code::UnsupportedVersion);
        assert!(error.contains("\nversion:1.0,1.1,1.2\n"), "{error}");
        assert!(error.contains("\nreceipt-id:r\n"), "{error}");
    }
}

#[test]
fn c07_c08_any_host_will_do() {
    for host in ["", "host:\n", "host:/\n", "host:127.0.0.1\n", "host:no.such\n"] {
        let answer = connected(&format!("accept-version:1.2\n{host}"));
        assert!(answer.starts_with("CONNECTED\n"), "{answer}");
    }
}

#[test]
fn c10_the_server_header_can_be_switched_off() {
    let mut link = Link::with(ServerConfig { server_name: None, ..config() });
    link.say("CONNECT\n\n\0");
    link.accept();
    assert!(!link.transmitted().contains("server:"));
}

#[test]
fn c11_a_receipt_on_connect_makes_no_receipt() {
    let answer = connected("accept-version:1.2\nreceipt:r\n");
    assert!(answer.starts_with("CONNECTED\n") && !answer.contains("receipt"), "{answer}");
    assert_eq!(answer.matches('\0').count(), 1);
}

#[test]
fn c13_a_second_connect_ends_the_session() {
    for second in ["CONNECT", "STOMP"] {
        let mut link = Link::open("1.2");
        link.say(format!("{second}\naccept-version:1.2\nreceipt:two\n\n\0"));
        assert!(link.assert_error(Code::AlreadyConnected).contains("\nreceipt-id:two\n"));
    }
}

#[test]
fn c14_any_other_frame_first_ends_the_session() {
    for first in ["SEND\ndestination:/topic/x", "SUBSCRIBE\nid:1", "DISCONNECT", "BEGIN", "ACK"] {
        let mut link = Link::new();
        link.say(format!("{first}\nreceipt:a\\c\n\n\0CONNECT\n\n\0"));
        let error = link.assert_error(Code::NotConnected);
        assert!(error.contains("\nreceipt-id:a\\c\n"), "octet for octet: {error}");
    }
}

#[test]
fn c15_no_connect_in_ten_seconds_ends_the_session() {
    let mut link = Link::new();
    link.say("CONNE");
    assert_eq!(link.session.poll_timeout(), Some(link.now + secs(10)));
    link.wait(secs(9));
    link.say("CT\n");
    assert_eq!(link.event(), None);
    link.wait(secs(1));
    link.assert_error(Code::ConnectTimeout);
}

#[test]
fn c15_the_deadline_is_gone_once_connected() {
    let mut link = Link::open("1.2");
    assert_eq!(link.session.poll_timeout(), None);
    link.wait(secs(3600));
    assert_eq!(link.event(), None);
}

#[test]
fn c18_the_passcode_is_not_in_the_event() {
    let mut link = Link::new();
    link.say("CONNECT\nlogin:us:er\npasscode:p:a\\ss\nhost:h\nx:1\n\n\0");
    let Some(ServerEvent::Connect { login, host, headers, .. }) = link.event() else { panic!() };
    assert_eq!(login.unwrap().as_str(), "us:er");
    assert_eq!(host.unwrap().as_str(), "h");
    assert_eq!(headers.get("passcode"), None);
    assert_eq!(headers.get("x").unwrap().as_str(), "1");
}

#[test]
fn c21_nothing_is_said_or_read_before_connect_is_accepted() {
    let mut link = Link::new();
    link.say(
        "CONNECT\naccept-version:1.2\nheart-beat:1000,1000\n\n\0SEND\ndestination:/topic/a\n\n\0",
    );
    assert!(matches!(link.event(), Some(ServerEvent::Connect { .. })));
    assert_eq!(link.event(), None, "while Connect is unanswered no further event is given");
    link.wait(secs(5));
    assert_eq!(link.transmitted(), "");
    link.session.accept("s1", &UserName::parse("mina").unwrap(), link.now);
    assert!(matches!(link.event(), Some(ServerEvent::Send { .. })));
}

#[test]
fn a_connect_that_the_application_fails_is_answered_with_its_receipt() {
    let mut link = Link::new();
    link.say("CONNECT\nlogin:-x\nreceipt:r\n\n\0");
    assert!(matches!(link.event(), Some(ServerEvent::Connect { .. })));
    link.session.fail(None, Code::BadUserName, "no such name");
    assert_eq!(
        link.transmitted(),
        "ERROR\ncode:bad-user-name\nmessage:no such name\nreceipt-id:r\n\
         content-type:text/plain;charset=utf-8\ncontent-length:12\n\nno such name\0"
    );
    let closed = link.closed();
    assert_eq!(closed.ws_code, 1002);
    assert!(
        matches!(closed.reason, CloseReason::Error { receipt: Some(r), .. } if r.as_str() == "r")
    );
}
