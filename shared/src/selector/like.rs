//! `LIKE`: `%` is any run of characters, `_` exactly one. Matching goes back to the last `%` only,
//! so it takes at most the product of both lengths.

/// A pattern as written, and as matched.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Like {
    pub pattern: Box<str>,
    pub escape: Option<char>,
    parts: Box<[Part]>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Run,
    One,
    Char(char),
}

impl Like {
    /// `None`: an escape is followed by nothing it could escape.
    pub(super) fn new(pattern: &str, escape: Option<char>) -> Option<Self> {
        let mut parts = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let part = if Some(c) == escape {
                let escaped = chars.next()?;
                if !matches!(escaped, '%' | '_') && Some(escaped) != escape {
                    return None;
                }
                Part::Char(escaped)
            } else {
                match c {
                    '%' => Part::Run,
                    '_' => Part::One,
                    c => Part::Char(c),
                }
            };
            if part != Part::Run || parts.last() != Some(&Part::Run) {
                parts.push(part);
            }
        }
        Some(Self { pattern: pattern.into(), escape, parts: parts.into() })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let (mut rest, mut parts) = (text.chars(), &*self.parts);
        // Where the last run's end may be moved to, and what comes after it.
        let mut run = None;
        loop {
            match parts.split_first() {
                Some((Part::Run, [])) => return true,
                Some((Part::Run, after)) => {
                    run = Some((rest.clone(), after));
                    parts = after;
                    continue;
                }
                Some((part, after)) => {
                    let mut next = rest.clone();
                    if next.next().is_some_and(|c| *part == Part::One || *part == Part::Char(c)) {
                        (rest, parts) = (next, after);
                        continue;
                    }
                }
                None if rest.as_str().is_empty() => return true,
                None => {}
            }
            let Some((end, after)) = &mut run else { return false };
            if end.next().is_none() {
                return false;
            }
            (rest, parts) = (end.clone(), after);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(text: &str, pattern: &str) -> bool {
        Like::new(pattern, Some('!')).unwrap().matches(text)
    }

    #[test]
    fn runs_and_single_characters_match() {
        for (text, pattern) in [
            ("", ""),
            ("", "%"),
            ("", "%%"),
            ("abc", "abc"),
            ("abc", "%"),
            ("abc", "a%"),
            ("abc", "%c"),
            ("abc", "a_c"),
            ("abc", "___"),
            ("abc", "%_"),
            ("안녕", "__"),
            ("aab", "%ab"),
            ("abab", "%ab"),
            ("abxab", "ab%ab"),
            ("mississippi", "%iss%ip%"),
            ("50%", "50!%"),
            ("a_b", "a!_b"),
            ("a!b", "a!!b"),
            ("x", "%%_%%"),
        ] {
            assert!(like(text, pattern), "{text:?} {pattern:?}");
        }
        for (text, pattern) in [
            ("", "_"),
            ("a", ""),
            ("abc", "ab"),
            ("abc", "bc"),
            ("abc", "__"),
            ("abc", "____"),
            ("abc", "%b"),
            ("ABC", "abc"),
            ("505", "50!%"),
            ("axb", "a!_b"),
            ("ab", "ab%ab"),
        ] {
            assert!(!like(text, pattern), "{text:?} {pattern:?}");
        }
    }

    #[test]
    fn an_escape_must_escape_something() {
        for pattern in ["!", "a!", "!a", "!!!"] {
            assert_eq!(Like::new(pattern, Some('!')), None, "{pattern}");
        }
        assert!(Like::new("!a", None).unwrap().matches("!a"));
        assert!(Like::new("%%a", Some('%')).unwrap().matches("%a"));
    }

    #[test]
    fn the_worst_pattern_and_text_end() {
        let text = "a".repeat(4096);
        assert!(!like(&text, &format!("{}b", "%a".repeat(500))));
        assert!(!like(&text, &format!("%{}b", "_".repeat(1000))));
    }
}
