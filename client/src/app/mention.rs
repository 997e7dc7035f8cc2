//! Whether a text calls somebody by `@nick`. Compared as names are, by case folding; a Korean
//! particle or title may follow without a space: `@미나가`, `@mina님께`.

use chat_protocol::chat::UserName;
use unicode_normalization::UnicodeNormalization;

const TITLES: [&str; 3] = ["", "님", "씨"];
const PARTICLES: [&str; 33] = [
    "",
    "이",
    "가",
    "은",
    "는",
    "을",
    "를",
    "의",
    "에",
    "에게",
    "에게서",
    "한테",
    "한테서",
    "께",
    "께서",
    "와",
    "과",
    "랑",
    "이랑",
    "하고",
    "도",
    "만",
    "까지",
    "부터",
    "처럼",
    "보다",
    "로",
    "으로",
    "야",
    "아",
    "이야",
    "요",
    "들",
];

/// `text` is what a peer wrote: it is only looked at.
pub fn mentions(text: &str, nick: &UserName) -> bool {
    let mut before = None;
    let mut rest = text;
    while let Some(at) = rest.find(['@', '＠']) {
        let (head, tail) = rest.split_at(at);
        before = head.chars().next_back().or(before.filter(|_| head.is_empty()));
        let sign = tail.chars().next().unwrap_or('@');
        rest = tail.strip_prefix(sign).unwrap_or_default();
        let after_word = before.is_some_and(char::is_alphanumeric);
        if !after_word && is_nick(word(rest), nick) {
            return true;
        }
        before = Some(sign);
    }
    false
}

/// The characters that may be a name at the beginning of `text`.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !is_name_character(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn is_name_character(c: char) -> bool {
    // Combining marks and joiners of names are not alphanumeric; anything but spaces and ASCII
    // punctuation may belong to one and is checked as a name afterwards.
    matches!(c, '-' | '_') || c.is_alphanumeric() || (!c.is_ascii() && is_mark(c))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_nick(word: &str, nick: &UserName) -> bool {
    // A name has at most 256 bytes; a particle adds a few.
    if word.is_empty() || word.len() > 1024 {
        return false;
    }
    let word: String = word.nfc().collect();
    let particles = PARTICLES.iter().filter_map(|p| word.strip_suffix(p));
    particles
        .flat_map(|rest| TITLES.iter().filter_map(move |t| rest.strip_suffix(t)))
        .any(|name| UserName::parse(name).is_ok_and(|name| name == *nick))
}
