//! Whom a text calls: `@name`, by the rules for names, and `@room`. A Korean particle or title may
//! follow a name without a space (`@미나가`, `@mina님께`), and the longest name that somebody has
//! wins. Code and e-mail addresses call nobody.
//!
//! Pure: which names there are is asked of the caller. The time taken grows with the text's length
//! alone, and the number of questions is bounded.

mod particle;
mod prose;

use super::UserName;
use super::body::MENTIONS_MAX;
use super::name::{NAME_BYTES, is_name_character};
use crate::text;

/// Names asked for per text at most; what is called after them is not found.
pub const LOOKUPS: usize = 256;
/// `@room`: everybody there.
pub const ROOM: &str = "room";

/// Whom a text calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Each once, in the order of the text, spelt as the caller knows them.
    pub people: Vec<UserName>,
    /// `@room`
    pub room: bool,
}

/// Finds whom a text calls. `known` gives a name as it is to be shown when somebody has it.
///
/// # Errors
/// Those of `known`.
pub fn resolve<E>(
    text: &str,
    known: impl FnMut(&UserName) -> Result<Option<UserName>, E>,
) -> Result<Mentions, E> {
    let mut search = Search { known, lookups: 0, found: Mentions::default() };
    if text.contains(SIGNS) {
        for stretch in prose::outside_code(text) {
            search.stretch(stretch)?;
        }
    }
    Ok(search.found)
}

const SIGNS: [char; 2] = ['@', '＠'];

struct Search<F> {
    known: F,
    lookups: usize,
    found: Mentions,
}

impl<E, F: FnMut(&UserName) -> Result<Option<UserName>, E>> Search<F> {
    fn stretch(&mut self, stretch: &str) -> Result<(), E> {
        let mut rest = stretch;
        let mut in_word = false;
        while let Some((before, after)) = rest.split_once(SIGNS) {
            if let Some(last) = before.chars().next_back() {
                in_word = is_name_character(last);
            }
            rest = after;
            if !in_word {
                let run = after.split(|c| !is_name_character(c)).next().unwrap_or_default();
                self.call(run)?;
            }
            // Another sign may follow this one at once.
            in_word = false;
        }
        Ok(())
    }

    /// The characters after a sign that could belong to a name.
    fn call(&mut self, run: &str) -> Result<(), E> {
        // NFC shrinks UTF-8 to a third at most: no name hides in anything longer.
        if run.len() > 3 * (NAME_BYTES + particle::BYTES) {
            return Ok(());
        }
        let run = text::nfc(run);
        for name in particle::names(&run) {
            let Ok(name) = UserName::parse(name) else { continue };
            if name.folded() == ROOM {
                self.found.room = true;
                return Ok(());
            }
            if self.is_somebody(&name)? {
                return Ok(());
            }
        }
        Ok(())
    }

    fn is_somebody(&mut self, name: &UserName) -> Result<bool, E> {
        if self.found.people.contains(name) {
            return Ok(true);
        }
        if self.lookups == LOOKUPS || self.found.people.len() == MENTIONS_MAX {
            return Ok(false);
        }
        self.lookups += 1;
        let shown = (self.known)(name)?;
        let found = shown.is_some();
        self.found.people.extend(shown);
        Ok(found)
    }
}
