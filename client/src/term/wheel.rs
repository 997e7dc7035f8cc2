//! The mouse wheel. The mouse is not captured, so that selecting text stays the terminal's own; in the
//! alternate screen a terminal then sends arrow keys for the wheel, several for each notch and all at
//! once, which is how they are told from those of a person.

use crossterm::event::{Event, KeyCode, KeyModifiers};

/// As many as this at once are not typed.
const NOTCH: usize = 3;

/// Turns the wheel's arrows among what was read at once into Shift-arrows, which scroll by a line.
pub fn unroll(inputs: &mut [Event]) {
    for same in inputs.chunk_by_mut(|a, b| a == b).filter(|same| same.len() >= NOTCH) {
        for input in same {
            if let Event::Key(key) = input
                && matches!(key.code, KeyCode::Up | KeyCode::Down)
                && key.modifiers.is_empty()
            {
                key.modifiers = KeyModifiers::SHIFT;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    fn keys(codes: &[KeyCode]) -> Vec<Event> {
        codes.iter().map(|code| Event::Key(KeyEvent::from(*code))).collect()
    }

    fn unrolled(codes: &[KeyCode]) -> Vec<bool> {
        let mut inputs = keys(codes);
        unroll(&mut inputs);
        let is_shifted = |e: &Event| e.as_key_event().is_some_and(|k| !k.modifiers.is_empty());
        inputs.iter().map(is_shifted).collect()
    }

    #[test]
    fn three_arrows_at_once_are_the_wheel() {
        use KeyCode::{Char, Down, Left, Up};
        assert_eq!(unrolled(&[Up, Up, Up]), [true; 3]);
        assert_eq!(unrolled(&[Char('a'), Down, Down, Down, Down]), [false, true, true, true, true]);
        assert_eq!(unrolled(&[Up, Up]), [false; 2]);
        assert_eq!(unrolled(&[Up, Up, Down, Up]), [false; 4]);
        assert_eq!(unrolled(&[Left, Left, Left]), [false; 3]);
    }
}
