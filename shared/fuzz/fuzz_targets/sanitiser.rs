//! Whatever a peer wrote, what people get to see moves no cursor, sends no escape sequence, reorders
//! nothing and hides nothing.
#![no_main]

use chat_protocol::text::PeerStr;
use libfuzzer_sys::fuzz_target;

/// C0, DEL, C1, line and paragraph separator.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Tags stay in the flags of regions (black flag, tags, cancel tag) and nowhere else.
fn is_lone_tag(before: Option<char>, c: char) -> bool {
    let tag = |c: char| matches!(c, '\u{e0000}'..='\u{e007f}');
    tag(c) && !before.is_some_and(|before| before == '\u{1f3f4}' || tag(before))
}

fn check(shown: &str, line_breaks: bool) {
    let mut before = None;
    for c in shown.chars() {
        assert!(!is_control(c) || (line_breaks && c == '\n'), "control {c:?} in {shown:?}");
        assert!(!is_bidi_control(c), "bidi {c:?} in {shown:?}");
        assert!(!is_lone_tag(before, c), "tag {c:?} in {shown:?}");
        before = Some(c);
    }
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let peer = PeerStr::new(&text);
    let (line, block) = (peer.line(), peer.block());
    check(line.as_str(), false);
    check(block.as_str(), true);
    // What is safe already is left alone.
    assert_eq!(PeerStr::new(line.as_str()).line(), line);
    assert_eq!(PeerStr::new(block.as_str()).block(), block);
});
