//! How well a name fits what was typed to find it: letters in order with gaps, leading consonants
//! (`ㅅㅌㄷ` finds `스터디`), or the keys of the other layout (`ㄴ셔요` finds `study`).

use super::hangul;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_normalization::UnicodeNormalization;

/// What was typed, made ready to be compared with many names.
pub struct Query {
    folded: String,
    pattern: Pattern,
    strokes: String,
    /// As leading consonants, when it consists of nothing else.
    initials: Option<String>,
    matcher: Matcher,
    buffer: Vec<char>,
}

/// For the whole name as it was typed.
const SAME: u32 = 10_000;
/// Per key, where the keys fit one after the other: less than the same letters in the same layout.
const STROKE: u32 = 12;
const INITIAL: u32 = 20;

impl Query {
    pub fn new(typed: &str) -> Self {
        let typed: String = typed.trim().nfc().collect();
        let is_initials = typed.contains(hangul::is_consonant)
            && typed.chars().all(|c| hangul::is_consonant(c) || c.is_ascii());
        Self {
            folded: typed.to_lowercase(),
            pattern: Pattern::new(
                &typed,
                CaseMatching::Ignore,
                Normalization::Smart,
                AtomKind::Fuzzy,
            ),
            strokes: hangul::strokes(&typed).to_lowercase(),
            initials: is_initials.then(|| hangul::initials(&typed).to_lowercase()),
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Higher is better; `None`: it does not fit. Everything fits an empty query alike.
    pub fn score(&mut self, name: &str) -> Option<u32> {
        if self.is_empty() {
            return Some(0);
        }
        let name: String = name.nfc().collect();
        if name.to_lowercase() == self.folded {
            return Some(SAME);
        }
        let letters = {
            let name = Utf32Str::new(&name, &mut self.buffer);
            self.pattern.score(name, &mut self.matcher)
        };
        let initials = self.initials.as_ref().and_then(|typed| {
            let at = hangul::initials(&name).to_lowercase().find(typed)?;
            Some(in_place(typed, at, INITIAL))
        });
        let strokes = hangul::strokes(&name).to_lowercase().find(&self.strokes);
        let strokes = strokes.map(|at| in_place(&self.strokes, at, STROKE));
        [letters, initials, strokes].into_iter().flatten().max()
    }
}

/// The beginning of a name is the better place.
fn in_place(typed: &str, at: usize, each: u32) -> u32 {
    let len = u32::try_from(typed.len()).unwrap_or(u32::MAX / each);
    len.min(1000) * each + if at == 0 { each } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[track_caller]
    fn finds(typed: &str, name: &str) {
        assert!(Query::new(typed).score(name).is_some(), "{typed} does not find {name}");
    }

    #[test]
    fn letters_in_order_leading_consonants_and_the_other_layout() {
        finds("", "study-group");
        finds("stgr", "study-group");
        finds("STUDY", "study-group");
        finds("스디", "스터디");
        finds("ㅅㅌㄷ", "스터디");
        finds("ㅌㄷ", "스터디 모임");
        finds("ㄳ", "가사");
        finds("ㄴ셔요", "study");
        finds("tmxjel", "스터디");
        finds("스턷", "스터디");
        finds("\u{1109}\u{1173}\u{1110}\u{1165}", "스터디");
        finds("스터디", "\u{1109}\u{1173}\u{1110}\u{1165}\u{1103}\u{1175}");
    }

    #[test]
    fn what_does_not_fit_is_not_found() {
        for (typed, name) in [("xyz", "study"), ("ㅅㅎ", "스터디"), ("ydut", "study"), ("가", "나")]
        {
            assert_eq!(Query::new(typed).score(name), None, "{typed} finds {name}");
        }
    }

    #[test]
    fn the_name_itself_goes_before_a_longer_one_and_letters_before_keys() {
        let mut query = Query::new("dev");
        assert!(query.score("dev") > query.score("dev-tools"));
        assert!(query.score("dev-tools") > query.score("web-dev-x"));
        let mut query = Query::new("te");
        assert!(query.score("team") > query.score("다스터디"));
    }
}
