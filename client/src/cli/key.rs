//! Idempotency keys: random ones, and those made from what is said, so that a job that runs again
//! on the same day says it once.

use super::exit::CliError;
use chat_protocol::chat::RoomName;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// A key nobody else has.
pub fn random() -> Result<String, CliError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| CliError::internal(format!("the system gives no random numbers: {e}")))?;
    Ok(hex(&bytes))
}

/// SHA-256 of room (folded), text and day (UTC), each ended by NUL.
pub fn of_content(room: &RoomName, text: &str, day: Date) -> String {
    let mut hash = Sha256::new();
    for part in [room.folded(), text, &day.to_string()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_content_key_is_a_promise_to_those_who_make_it_elsewhere() {
        // printf 'study\0hi\0002026-11-21\0' | sha256sum
        let key = of_content(&RoomName::parse("Study").unwrap(), "hi", date(2026, 11, 21));
        assert_eq!(key, "05d424b9cddc44571505a5bee8ce025d602a3943ed5d4f4b22c2dd04d5002467");
    }

    #[test]
    fn a_content_key_changes_with_room_text_and_day() {
        let key = |room, text, day| {
            of_content(&RoomName::parse(room).unwrap(), text, date(2026, 11, day))
        };
        let one = key("a", "x", 1);
        assert_eq!(one, key("A", "x", 1));
        for other in [key("b", "x", 1), key("a", "y", 1), key("a", "x", 2)] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn random_keys_differ_and_fit_the_header() {
        let (a, b) = (random().unwrap(), random().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.len(), 32);
    }
}
