//! The table of codes and the page generated from it.

use chat_protocol::code::Code;
use std::collections::HashSet;
use std::fmt::Write;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/errors.md");

fn page() -> String {
    let mut page = String::from(
        "# Errors\n\n\
         <!-- Generated from shared/src/code.rs: UPDATE_DOCS=1 cargo test -p chat-protocol --test codes -->\n\n\
         Every error carries a stable `code` for programs and a sentence for people.\n\n\
         **Fatal**: an `ERROR` frame with `code`, `message` and, when the frame had one, `receipt-id`; \
         then the connection closes.\n\n\
         **Refusal**: a message on `/user/queue/errors` with `code` and the body `{\"code\",\"message\"}`; \
         the connection stays open and no `RECEIPT` comes. A client that has not subscribed there gets \
         `ERROR` and close instead.\n",
    );
    for (title, fatal) in [("Fatal", true), ("Refusals", false)] {
        let _ = write!(page, "\n## {title}\n\n| code | meaning | what to do |\n|---|---|---|\n");
        for info in Code::ALL.iter().filter(|info| info.fatal == fatal) {
            let _ = writeln!(page, "| `{}` | {} | {} |", info.name, info.meaning, info.remedy);
        }
    }
    page
}

#[test]
fn the_page_of_errors_is_what_the_table_says() {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, page()).unwrap();
    }
    let found = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        found == page(),
        "docs/errors.md is stale: run UPDATE_DOCS=1 cargo test -p chat-protocol --test codes"
    );
}

#[test]
fn every_code_is_a_distinct_kebab_case_word_that_parses_back() {
    let mut seen = HashSet::new();
    for info in Code::ALL {
        assert!(seen.insert(info.name), "{} twice", info.name);
        assert!(info.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", info.name);
        assert_eq!(Code::parse(info.name), Some(info.code));
        assert_eq!((info.code.as_str(), info.code.is_fatal()), (info.name, info.fatal));
        assert!(info.meaning.ends_with('.') && info.remedy.ends_with('.'), "{}", info.name);
        assert!(!info.meaning.contains('|') && !info.remedy.contains('|'), "{}", info.name);
    }
    assert_eq!(seen.len(), 42);
    assert_eq!(Code::parse("BAD-BODY"), None);
}

#[test]
fn exactly_the_contracts_refusals_leave_the_connection_open() {
    let open: Vec<_> = Code::ALL.iter().filter(|i| !i.fatal).map(|i| i.name).collect();
    assert_eq!(
        open,
        [
            "bad-body",
            "too-long",
            "forbidden",
            "unknown-message",
            "too-many-reactions",
            "rate-limited",
            "storage-full",
            "queue-full",
            "storage-failed",
            "unavailable"
        ]
    );
}
