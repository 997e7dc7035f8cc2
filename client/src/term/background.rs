//! What colour the terminal's background is: asked after the first paint (OSC 11) and never waited for.
//! The answer comes among the keys, as Alt-] and the characters after it, and is taken out of them; keys
//! that only begin like an answer are given back.

use crate::theme::Rgb;
use crossterm::event::{Event, KeyCode, KeyModifiers};
use std::time::Duration;
use tokio::time::Instant;

pub const QUESTION: &str = "\x1b]11;?\x1b\\";
/// An answer comes in one piece, or nearly.
const PATIENCE: Duration = Duration::from_millis(200);
const BEGINNING: &str = "11;rgb:";
/// `11;rgb:` and three parts of up to four digits.
const LONGEST: usize = 21;

/// Takes the answer out of what is read.
#[derive(Debug, Default)]
pub struct Answer {
    /// It was asked for and has not come.
    awaited: bool,
    held: Vec<Event>,
    text: String,
    until: Option<Instant>,
}

impl Answer {
    pub fn expect(&mut self) {
        self.awaited = true;
    }

    /// What was read without the answer, and the answer if this was its end.
    pub fn take(&mut self, inputs: Vec<Event>) -> (Vec<Event>, Option<Rgb>) {
        if !self.awaited {
            return (inputs, None);
        }
        let mut kept = Vec::with_capacity(inputs.len());
        let mut answer = None;
        for input in inputs {
            answer = answer.or(self.input(input, &mut kept));
        }
        if self.held.is_empty() {
            self.until = None;
        } else {
            self.until.get_or_insert_with(|| Instant::now() + PATIENCE);
        }
        (kept, answer)
    }

    /// When what is held is to be given back.
    pub fn deadline(&self) -> Option<Instant> {
        self.until
    }

    pub fn give_back(&mut self) -> Vec<Event> {
        self.until = None;
        self.text.clear();
        std::mem::take(&mut self.held)
    }

    fn input(&mut self, input: Event, kept: &mut Vec<Event>) -> Option<Rgb> {
        let Event::Key(key) = &input else {
            kept.push(input);
            return None;
        };
        let modifiers = key.modifiers - KeyModifiers::SHIFT;
        match key.code {
            KeyCode::Char(']') if modifiers == KeyModifiers::ALT => {
                kept.extend(self.give_back());
                self.held.push(input);
            }
            _ if self.held.is_empty() => kept.push(input),
            KeyCode::Char(c) if modifiers.is_empty() && self.goes_on(c) => {
                self.text.push(c);
                self.held.push(input);
            }
            KeyCode::Char('g') if modifiers == KeyModifiers::CONTROL => {
                return self.end(input, kept);
            }
            KeyCode::Char('\\') if modifiers == KeyModifiers::ALT => return self.end(input, kept),
            _ => {
                kept.extend(self.give_back());
                kept.push(input);
            }
        }
        None
    }

    fn goes_on(&self, c: char) -> bool {
        match BEGINNING.chars().nth(self.text.len()) {
            Some(wanted) => c == wanted,
            None => self.text.len() < LONGEST && (c == '/' || c.is_ascii_hexdigit()),
        }
    }

    fn end(&mut self, input: Event, kept: &mut Vec<Event>) -> Option<Rgb> {
        let color = parse(&self.text);
        let held = self.give_back();
        if color.is_some() {
            self.awaited = false;
        } else {
            kept.extend(held);
            kept.push(input);
        }
        color
    }
}

/// `11;rgb:rrrr/gggg/bbbb`, each part of one to four digits (XParseColor).
fn parse(text: &str) -> Option<Rgb> {
    let mut parts = text.strip_prefix(BEGINNING)?.split('/').map(|part| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1)?;
        let value = u32::from_str_radix(part, 16).ok()?;
        u8::try_from((value * 255).checked_div(most)?).ok()
    });
    let color = Rgb(parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    fn key(modifiers: KeyModifiers, c: char) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    fn typed(text: &str) -> Vec<Event> {
        text.chars().map(|c| key(KeyModifiers::NONE, c)).collect()
    }

    /// As the terminal library reads `ESC ] … ESC \`.
    fn answered(text: &str) -> Vec<Event> {
        let mut events = vec![key(KeyModifiers::ALT, ']')];
        events.extend(typed(text));
        events.push(key(KeyModifiers::ALT, '\\'));
        events
    }

    fn awaiting() -> Answer {
        Answer { awaited: true, ..Answer::default() }
    }

    #[test]
    fn the_answer_is_taken_out_from_between_keys() {
        let mut inputs = typed("a");
        inputs.extend(answered("11;rgb:1e1e/00/f"));
        inputs.extend(typed("b"));
        let (kept, color) = awaiting().take(inputs);
        assert_eq!((kept, color), (typed("ab"), Some(Rgb(0x1e, 0, 0xff))));
    }

    #[test]
    fn it_may_come_in_pieces() {
        let mut answer = awaiting();
        let inputs = answered("11;rgb:ffff/ffff/ffff");
        let (first, rest) = inputs.split_at(9);
        assert_eq!(answer.take(first.to_vec()), (vec![], None));
        assert!(answer.deadline().is_some());
        assert_eq!(answer.take(rest.to_vec()), (vec![], Some(Rgb::WHITE)));
        assert!(answer.deadline().is_none());
    }

    #[test]
    fn keys_that_only_begin_like_an_answer_are_given_back() {
        for text in ["", "11", "11;rgb:", "11;rgb:zz", "12;rgb:0/0/0", "11;rgb:0/0", "11;rgb:/0/0"]
        {
            let mut answer = awaiting();
            let inputs = answered(text);
            let (mut kept, color) = answer.take(inputs.clone());
            kept.extend(answer.give_back());
            assert_eq!((kept, color), (inputs, None), "{text}");
        }
        let mut answer = awaiting();
        let alone = vec![key(KeyModifiers::ALT, ']')];
        assert_eq!(answer.take(alone.clone()), (vec![], None));
        assert_eq!(answer.give_back(), alone);
    }

    #[test]
    fn when_nothing_was_asked_nothing_is_held() {
        let inputs = answered("11;rgb:0/0/0");
        assert_eq!(Answer::default().take(inputs.clone()), (inputs, None));
    }
}
