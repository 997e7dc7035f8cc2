//! The two-set (두벌식) keyboard: which Latin key a jamo sits on. An Alt key or a command that is typed
//! with the Korean layout on means the Latin one.

/// Leading consonants in their Unicode order, as keys.
const LEADING: [&str; 19] =
    ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
/// Vowels in their Unicode order; compound ones are two keys.
const VOWELS: [&str; 21] = [
    "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b",
    "m", "ml", "l",
];
/// Trailing consonants in their Unicode order.
const TRAILING: [&str; 27] = [
    "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q",
    "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g",
];
/// Compatibility consonants U+3131 … U+314E.
const COMPATIBILITY: [&str; 30] = [
    "r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a",
    "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g",
];

/// The Latin key under a single jamo, compatibility or conjoining form.
pub fn key(jamo: char) -> Option<char> {
    let mut keys = keys(jamo)?.chars();
    keys.next().filter(|_| keys.next().is_none())
}

/// What the same keys give with a Latin layout; `None` when the text was not typed on this keyboard.
pub fn to_latin(text: &str) -> Option<String> {
    let mut latin = String::new();
    for c in text.chars() {
        match c as u32 {
            code @ 0xac00..=0xd7a3 => {
                let syllable = (code - 0xac00) as usize;
                latin.push_str(LEADING.get(syllable / 588)?);
                latin.push_str(VOWELS.get(syllable % 588 / 28)?);
                if let Some(trailing) = (syllable % 28).checked_sub(1) {
                    latin.push_str(TRAILING.get(trailing)?);
                }
            }
            _ if c.is_ascii() => latin.push(c),
            _ => latin.push_str(keys(c)?),
        }
    }
    Some(latin)
}

/// The Latin keys of a text, what is not Hangul as it is: two texts that were typed with the same
/// keys are equal by it, whichever layout was on and however far the last syllable got.
pub fn strokes(text: &str) -> String {
    text.chars().map(|c| to_latin(c.encode_utf8(&mut [0; 4])).unwrap_or_else(|| c.into())).collect()
}

/// As [`strokes`], but of each syllable its leading consonant only (초성): `스터디` is `txe`, and so
/// is `ㅅㅌㄷ`.
pub fn initials(text: &str) -> String {
    let initial = |c: char| match c as u32 {
        code @ 0xac00..=0xd7a3 => LEADING.get((code - 0xac00) as usize / 588).map(|k| (*k).into()),
        _ => None,
    };
    text.chars()
        .map(|c| initial(c).unwrap_or_else(|| strokes(c.encode_utf8(&mut [0; 4]))))
        .collect()
}

/// A consonant that stands alone.
pub fn is_consonant(c: char) -> bool {
    matches!(c, '\u{3131}'..='\u{314e}' | '\u{1100}'..='\u{1112}')
}

fn keys(jamo: char) -> Option<&'static str> {
    let (table, first): (&[&str], u32) = match jamo as u32 {
        0x1100..=0x1112 => (&LEADING, 0x1100),
        0x1161..=0x1175 => (&VOWELS, 0x1161),
        0x11a8..=0x11c2 => (&TRAILING, 0x11a8),
        0x3131..=0x314e => (&COMPATIBILITY, 0x3131),
        0x314f..=0x3163 => (&VOWELS, 0x314f),
        _ => return None,
    };
    table.get((jamo as u32 - first) as usize).copied()
}
