//! Which characters can deceive a reader, by code point (Unicode 16: Bidi_Control,
//! Default_Ignorable_Code_Point, General_Category Cf, noncharacters).

use unicode_segmentation::UnicodeSegmentation;

pub(super) const ZWNJ: char = '\u{200C}';
pub(super) const ZWJ: char = '\u{200D}';
pub(super) const BLACK_FLAG: char = '\u{1F3F4}';
pub(super) const TAG_END: char = '\u{E007F}';

/// A character that reorders its neighbours and shows nothing itself.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A character that shows nothing: zero width, filler, selector, tag, format control, noncharacter.
/// Visible format characters (Arabic number signs and their like) and private use are not meant.
pub fn is_invisible(c: char) -> bool {
    match c {
        '\0'..='\u{AC}' => false,
        '\u{AD}' | '\u{034F}' | '\u{061C}' => true,
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => true,
        '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' => true,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' => true,
        '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' => true,
        '\u{E0000}'..='\u{E0FFF}' => true,
        '\u{FDD0}'..='\u{FDEF}' => true,
        _ => u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

/// A selector between text and emoji presentation.
pub(super) fn is_presentation_selector(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

pub(super) fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// Scripts whose spelling uses ZWJ and ZWNJ: Arabic to Sinhala, Myanmar, Khmer, Mongolian.
pub(super) fn takes_joiner(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{0DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{18AF}')
        && !is_invisible(c)
}

/// A letter or digit of an emoji tag sequence (UTS #51).
pub(super) fn is_tag_alphanumeric(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

/// Extended_Pictographic, asked of the segmentation tables by rule GB11 of UAX #29: joined to an emoji
/// by ZWJ, but (GB9) not to a letter.
pub(super) fn is_pictographic(c: char) -> bool {
    !c.is_ascii() && is_one_cluster(&['\u{1F600}', ZWJ, c]) && !is_one_cluster(&['a', c])
}

/// At most four characters; on the stack, because this is asked for every emoji that is shown.
fn is_one_cluster(chars: &[char]) -> bool {
    let mut buffer = [0; 16];
    let mut len = 0;
    for c in chars {
        let Some(room) = buffer.get_mut(len..).filter(|room| room.len() >= 4) else { return false };
        len += c.encode_utf8(room).len();
    }
    let text = buffer.get(..len).and_then(|utf8| std::str::from_utf8(utf8).ok());
    text.is_some_and(|text| text.graphemes(true).count() == 1)
}
