//! A2: how headers are escaped, and which of them pass.

use crate::host::Host;
use crate::peer::BOTH;

static HOST: Host = Host::new(&[]);

#[test]
fn h01_1_2_decodes_its_escapes_in_names_and_values() {
    let mut a = HOST.reader("/topic/h01");
    let mut old = HOST.tcp("1.0");
    old.ask("SUBSCRIBE destination:/topic/h01", "");
    a.write("SEND\ndestination:/topic/h01\nm\\\\y:a\\cb\\\\c\n\n\0");
    assert_eq!(a.message().get("m\\\\y"), Some("a\\cb\\\\c"));
    assert_eq!(old.message().get("m\\y"), Some("a:b\\c"), "decoded, and written as 1.0 does");
    a.write("SEND\ndestination:/topic/h01\nmine:\\r\\n\\c\\\\\n\n\0");
    assert_eq!(a.message().get("mine"), Some("\\r\\n\\c\\\\"));
}

#[test]
fn h02_an_undefined_escape_is_an_error_in_1_2() {
    for line in ["mine:\\t", "mine:x\\", "m\\x:y", "mine:\\C", "mine:\\0"] {
        for via in BOTH {
            let mut a = HOST.raw(via).login("1.2");
            a.write(format!("SEND\ndestination:/topic/h02\n{line}\n\n\0"));
            a.dies_of("bad-header");
        }
    }
}

#[test]
fn h03_1_1_decodes_three_escapes_and_no_other() {
    let mut a = HOST.tcp("1.1");
    a.ask("SUBSCRIBE id:s destination:/topic/h03", "");
    a.write("SEND\ndestination:/topic/h03\nmine:\\n\\c\\\\\n\n\0");
    assert_eq!(a.message().get("mine"), Some("\\n\\c\\\\"));
    for escape in ["\\r", "\\t", "\\"] {
        let mut a = HOST.tcp("1.1");
        a.write(format!("SEND\ndestination:/topic/h03\nmine:{escape}\n\n\0"));
        a.dies_of("bad-header");
    }
}

#[test]
fn h04_1_0_has_no_escapes_in_either_direction() {
    let mut old = HOST.tcp("1.0");
    old.ask("SUBSCRIBE destination:/topic/h04", "");
    let mut new = HOST.reader("/topic/h04");
    old.write("SEND\ndestination:/topic/h04\nmine:a\\tb\\nc\\\n\n\0");
    assert_eq!(old.message().get("mine"), Some("a\\tb\\nc\\"));
    assert_eq!(new.message().get("mine"), Some("a\\\\tb\\\\nc\\\\"));
}

#[test]
fn h05_connect_is_never_unescaped() {
    for command in ["CONNECT", "STOMP"] {
        for version in ["1.0", "1.1", "1.2"] {
            let mut a = HOST.tcp("1.2");
            drop(a.ask("SEND destination:/topic/h05", ""));
            let mut a = HOST.raw(a.via());
            a.write(format!(
                "{command}\naccept-version:{version}\nhost:h\nlogin:mina\npasscode:p:a\\ss\\t\n\n\0"
            ));
            assert_eq!(a.next().get("user-name"), Some("mina"));
        }
    }
}

#[test]
fn h06_connected_is_never_escaped() {
    for via in BOTH {
        let mut a = HOST.raw(via);
        a.say("CONNECT accept-version:1.2 host:h login:mina", "");
        let connected = a.next();
        assert!(!connected.raw.contains(&b'\\'), "{connected:?}");
        assert_eq!(connected.get("user-name"), Some("mina"));
    }
}

#[test]
fn h07_names_are_escaped_like_values() {
    let mut a = HOST.reader("/topic/h07");
    a.write("SEND\ndestination:/topic/h07\na\\cb\\nc:x\n\n\0");
    assert_eq!(a.message().get("a\\cb\\nc"), Some("x"));
}

#[test]
fn h08_a_raw_colon_in_a_value_is_tolerated() {
    for version in ["1.0", "1.1", "1.2"] {
        let to = format!("/topic/h08-{version}");
        let mut a = HOST.tcp(version);
        a.ask(&format!("SUBSCRIBE id:s destination:{to}"), "");
        a.say(&format!("SEND destination:{to} mine:a:b::c"), "");
        let escaped = if version == "1.0" { "a:b::c" } else { "a\\cb\\c\\cc" };
        assert_eq!(a.message().get("mine"), Some(escaped));
    }
}

#[test]
fn h09_each_receiver_gets_the_escapes_of_its_own_version() {
    for sender in ["1.0", "1.1", "1.2"] {
        let to = format!("/topic/h09-{sender}");
        let mut readers = ["1.0", "1.1", "1.2"].map(|version| HOST.tcp(version));
        for reader in &mut readers {
            reader.ask(&format!("SUBSCRIBE id:s destination:{to}"), "");
        }
        let value = if sender == "1.0" { "a:b\\c" } else { "a\\cb\\\\c" };
        HOST.ws(sender).ask(&format!("SEND destination:{to} mine:{value}"), "x");
        let got = readers.map(|mut reader| reader.gets("x").need("mine").to_owned());
        assert_eq!(got, ["a:b\\c", "a\\cb\\\\c", "a\\cb\\\\c"]);
    }
}

#[test]
fn h10_what_a_version_cannot_carry_never_becomes_a_header_of_its_own() {
    let mut readers = ["1.0", "1.1", "1.2"].map(|version| HOST.tcp(version));
    for reader in &mut readers {
        reader.ask("SUBSCRIBE id:s destination:/topic/h10", "");
    }
    HOST.tcp("1.2").write("SEND\ndestination:/topic/h10\nmine:a\\nforged:b\\r\\nc\n\nx\0");
    let got = readers.map(|mut reader| {
        let message = reader.gets("x");
        assert_eq!(message.get("forged"), None);
        message.need("mine").to_owned()
    });
    assert_eq!(got, ["a forged:b  c", "a\\nforged\\cb \\nc", "a\\nforged\\cb\\r\\nc"]);
}

#[test]
fn h11_1_1_and_1_2_neither_trim_nor_pad() {
    for version in ["1.1", "1.2"] {
        let to = format!("/topic/h11-{version}");
        let mut a = HOST.tcp(version);
        a.ask(&format!("SUBSCRIBE id:s destination:{to}"), "");
        a.write(format!("SEND\ndestination:{to}\nmine:  a b\t \n name :x\n\n\0"));
        let message = a.message();
        assert_eq!((message.get("mine"), message.get(" name ")), (Some("  a b\t "), Some("x")));
    }
}

#[test]
fn h12_1_0_tolerates_blanks_around_a_value() {
    let mut a = HOST.raw(crate::peer::Via::Tcp);
    a.write("CONNECT\nlogin: mina\npasscode: guest\n\n\0");
    assert_eq!(a.next().get("user-name"), Some("mina"));
    a.write("SUBSCRIBE\ndestination: /topic/h12 \nreceipt: r\n\n\0");
    a.receipt("r");
    a.write("SEND\ndestination: /topic/h12\nmine:  x y \n\n\0");
    assert_eq!(a.message().get("mine"), Some("x y"));
}

#[test]
fn h13_the_first_of_repeated_headers_is_the_value() {
    let mut a = HOST.reader("/topic/h13");
    a.say(
        "SEND destination:/topic/h13 destination:/topic/other mine:1 mine:2 receipt:a receipt:b",
        "",
    );
    a.receipt("a");
    let message = a.message();
    assert_eq!((message.get("destination"), message.get("mine")), (Some("/topic/h13"), Some("1")));
    a.nothing_came();
}

#[test]
fn h14_headers_of_the_sender_arrive_unchanged() {
    let long = "x".repeat(4000);
    let mut a = HOST.reader("/topic/h14");
    a.say(&format!("SEND destination:/topic/h14 empty: name:값😀 long:{long}"), "");
    let message = a.message();
    assert_eq!(message.get("empty"), Some(""));
    assert_eq!(message.get("name"), Some("값😀"));
    assert_eq!(message.get("long"), Some(&long[..]));
}

#[test]
fn h15_headers_for_the_server_are_not_forwarded() {
    let mut a = HOST.reader("/topic/h15");
    a.say("SEND destination:/topic/h15 receipt:r kept:x", "");
    a.receipt("r");
    let message = a.message();
    assert_eq!((message.get("receipt"), message.get("kept")), (None, Some("x")));
}

#[test]
fn h15_the_transaction_of_a_send_is_not_forwarded() {
    let mut a = HOST.reader("/topic/h15-t");
    a.ask("BEGIN transaction:t", "");
    a.ask("SEND destination:/topic/h15-t transaction:t kept:x", "");
    a.ask("COMMIT transaction:t", "");
    let message = a.message();
    assert_eq!((message.get("transaction"), message.get("kept")), (None, Some("x")));
}

#[test]
fn h16_content_length_is_computed_and_not_copied() {
    let mut a = HOST.reader("/topic/h16");
    a.write("SEND\ndestination:/topic/h16\n\nhello\0");
    assert_eq!(a.gets("hello").get("content-length"), Some("5"));
    a.write("SEND\ndestination:/topic/h16\ncontent-length:002\ncontent-length:9\n\nhi\0");
    let message = a.gets("hi");
    let lengths: Vec<_> = message.headers.iter().filter(|(n, _)| n == "content-length").collect();
    assert_eq!(lengths, [&("content-length".to_owned(), "2".to_owned())]);
}

#[test]
fn h17_the_server_s_own_headers_cannot_be_forged() {
    let mut a = HOST.reader("/topic/h17");
    a.say(
        "SEND destination:/topic/h17 message-id:forged subscription:forged ack:forged \
         redelivered:forged mine:x",
        "",
    );
    let message = a.message();
    assert_eq!(message.get("subscription"), Some("s"));
    assert_eq!(message.get("mine"), Some("x"));
    assert_eq!(message.get("ack"), None);
    assert!(message.headers.iter().all(|(_, value)| value != "forged"), "{message:?}");
}

#[test]
fn h18_the_order_of_the_sender_s_headers_is_kept() {
    let mut a = HOST.reader("/topic/h18");
    a.say("SEND z:1 destination:/topic/h18 a:2 m:3 b:4", "");
    let message = a.message();
    let order: String = message.headers.iter().map(|(name, _)| name.as_str()).collect();
    let own: Vec<&str> = message
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.len() == 1)
        .collect();
    assert_eq!(own, ["z", "a", "m", "b"], "{order}");
}

#[test]
fn h19_receipts_and_errors_are_escaped() {
    for version in ["1.1", "1.2"] {
        let mut a = HOST.tcp(version);
        a.write("SEND\ndestination:/topic/h19\nreceipt:a:b\n\n\0");
        assert_eq!(a.next().get("receipt-id"), Some("a\\cb"));
        a.write("SEND\ndestination:/topic/h19\nreceipt:a\\cb\\\\c\n\n\0");
        assert_eq!(a.next().get("receipt-id"), Some("a\\cb\\\\c"));
        a.write("SEND\nreceipt:a\\cb\\nc\n\n\0");
        assert_eq!(a.dies_of("missing-header").get("receipt-id"), Some("a\\cb\\nc"));
    }
    let mut a = HOST.tcp("1.0");
    a.write("SEND\ndestination:/topic/h19\nreceipt:a:b\\c\n\n\0");
    assert_eq!(a.next().get("receipt-id"), Some("a:b\\c"));
}
