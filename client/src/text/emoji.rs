//! Emoji by their shortcodes (those of GitHub), to complete them.

use super::hangul;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emoji {
    pub glyph: &'static str,
    /// Without its colons.
    pub shortcode: &'static str,
    pub name: &'static str,
}

/// At most `most` emoji that `typed` (without colons) is a part of the shortcode of, best first: the
/// whole one, those that begin so, those that have it somewhere. What was typed with the Korean layout
/// on counts as the Latin letters of its keys.
pub fn find(typed: &str, most: usize) -> Vec<Emoji> {
    let typed = typed.to_lowercase();
    let latin = match typed.is_ascii() {
        true => typed,
        false => hangul::to_latin(&typed).unwrap_or(typed).to_lowercase(),
    };
    let fits = |code: &str| match code.find(&latin) {
        Some(0) if code.len() == latin.len() => Some(0),
        Some(0) => Some(1),
        Some(_) => Some(2),
        None => None,
    };
    let mut found: Vec<((u8, usize), Emoji)> = emojis::iter()
        .filter_map(|emoji| {
            let codes = emoji.shortcodes().filter_map(|c| Some(((fits(c)?, c.len()), c)));
            let (rank, shortcode) = codes.min()?;
            Some((rank, Emoji { glyph: emoji.as_str(), shortcode, name: emoji.name() }))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(most).map(|(_, emoji)| emoji).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_code_comes_first_then_beginnings_then_parts() {
        let codes = |typed| -> Vec<&str> { find(typed, 50).iter().map(|e| e.shortcode).collect() };
        assert_eq!(find("tada", 1)[0].glyph, "🎉");
        assert_eq!(codes("smile")[0], "smile");
        let begins = codes("smi");
        let first_part = begins.iter().position(|c| !c.starts_with("smi")).unwrap_or(begins.len());
        assert!(begins[first_part..].iter().all(|c| !c.starts_with("smi") && c.contains("smi")));
        assert_eq!(codes("smile"), codes("SMILE"));
        assert_eq!(codes("no such thing"), [""; 0]);
    }

    #[test]
    fn the_korean_layout_means_the_same_keys() {
        assert_eq!(find("ㅅㅁㅇㅁ", 1), find("tada", 1));
        assert_eq!(find("ㅗㄷㅁㄱㅅ", 1), find("heart", 1));
    }
}
