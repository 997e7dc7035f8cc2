//! Any text is a selector or is not; a selector reads back from its own text, which is no longer, and
//! has an answer for any headers.
//!
//! Input: the selector, a NUL, and the value that every second header has.
#![no_main]

use chat_protocol::selector::Selector;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (text, value) = text.split_once('\0').unwrap_or((&text, "1"));
    let selector = match Selector::parse(text) {
        Ok(selector) => selector,
        Err(error) => {
            assert!(!error.to_string().contains(char::is_control));
            return;
        }
    };
    let short = selector.text();
    assert!(short.as_str().len() <= text.len(), "{short:?} {text:?}");
    assert_eq!(Selector::parse(short.as_str()), Ok(selector.clone()));
    let header = |name: &str| (name.len() % 2 == 1).then_some(value);
    let holds = selector.matches(header);
    if let Ok(opposite) = Selector::parse(&format!("NOT ({text})")) {
        assert!(!(holds && opposite.matches(header)));
    }
});
