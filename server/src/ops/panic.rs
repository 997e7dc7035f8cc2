//! A panic is our fault and costs one connection or one thread; it is told in one log line, since its text
//! may hold what a peer wrote.

use chat_protocol::text::PeerStr;
use std::panic::{PanicHookInfo, set_hook};

/// Once per process. `RUST_BACKTRACE` adds the usual report.
pub fn report() {
    let usual = std::panic::take_hook();
    let backtrace = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    set_hook(Box::new(move |info| {
        tracing::error!(at = place(info), "panic: {}", PeerStr::new(text(info)).line());
        if backtrace {
            usual(info);
        }
    }));
}

fn place(info: &PanicHookInfo<'_>) -> String {
    info.location().map_or_else(|| "?".to_owned(), ToString::to_string)
}

fn text<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}
