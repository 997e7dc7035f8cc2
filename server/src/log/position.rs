//! Places in the log, and how they are written on the wire: `{epoch}.{shard}.{offset}`. Nobody else
//! prints or reads message ids; to everybody else they are opaque.

use chat_protocol::chat::MessageId;
use std::sync::Arc;

const EPOCH_LEN: usize = 8;
const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Names one life of the log: 8 of `[a-z0-9]`, drawn when the store is created. A cursor of another
/// epoch means nothing here. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Epoch(Arc<str>);

impl Epoch {
    pub fn parse(s: &str) -> Option<Self> {
        let sound = s.len() == EPOCH_LEN && s.bytes().all(|b| ALPHABET.contains(&b));
        sound.then(|| Self(s.into()))
    }

    /// # Errors
    /// The operating system gives no randomness.
    pub fn random() -> std::io::Result<Self> {
        let mut epoch = String::with_capacity(EPOCH_LEN);
        while epoch.len() < EPOCH_LEN {
            let mut bytes = [0u8; EPOCH_LEN];
            getrandom::fill(&mut bytes).map_err(|e| std::io::Error::other(e.to_string()))?;
            // 252 = 7 * 36: beyond it the first letters would be likelier than the others.
            let fair = bytes.iter().filter(|b| **b < 252);
            let letters = fair.filter_map(|b| ALPHABET.get(usize::from(*b) % ALPHABET.len()));
            epoch.extend(letters.take(EPOCH_LEN - epoch.len()).map(|b| char::from(*b)));
        }
        Ok(Self(epoch.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place in one shard of the log; on the wire `epoch.shard.offset` is the message id. Ordered only
/// within one epoch and shard. A `sync` position may name an offset that holds no message of the room;
/// offset 0 lies before the first message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    pub epoch: Epoch,
    pub shard: u16,
    pub offset: u64,
}

impl Position {
    pub fn to_id(&self) -> MessageId {
        let id = format!("{}.{}.{}", self.epoch.as_str(), self.shard, self.offset);
        match MessageId::parse(&id) {
            Ok(id) => id,
            Err(_) => unreachable!("an epoch and two numbers are an id of at most 36 characters"),
        }
    }

    /// `None`: no id this program prints, so a cursor of some other life.
    pub fn parse(id: &MessageId) -> Option<Self> {
        let mut parts = id.as_str().split('.');
        let (epoch, shard, offset) = (parts.next()?, parts.next()?, parts.next()?);
        let position =
            Self { epoch: Epoch::parse(epoch)?, shard: number(shard)?, offset: number(offset)? };
        parts.next().is_none().then_some(position)
    }
}

/// Only the spelling that [`Position::to_id`] prints, because ids are compared as text.
fn number<T: std::str::FromStr>(s: &str) -> Option<T> {
    let canonical = s == "0" || s.starts_with(|c: char| ('1'..='9').contains(&c));
    if canonical && s.bytes().all(|b| b.is_ascii_digit()) { s.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(id: &str) -> Option<Position> {
        Position::parse(&MessageId::parse(id).unwrap())
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for (shard, offset) in [(0, 0), (0, 1), (u16::MAX, u64::MAX)] {
            let position = Position { epoch: Epoch::random().unwrap(), shard, offset };
            assert_eq!(Position::parse(&position.to_id()), Some(position));
        }
        let position = Position { epoch: Epoch::parse("a1b2c3d4").unwrap(), shard: 0, offset: 7 };
        assert_eq!(position.to_id().as_str(), "a1b2c3d4.0.7");
    }

    #[test]
    fn only_the_printed_spelling_is_read() {
        for id in [
            "a1b2c3d4.0.07",
            "a1b2c3d4.00.7",
            "a1b2c3d4.0.7.0",
            "a1b2c3d4.0.",
            "a1b2c3d4.0",
            "a1b2c3d4.65536.1",
            "a1b2c3d4.0.18446744073709551616",
            "A1b2c3d4.0.7",
            "a1b2c3d.0.7",
            "a1b2c3d45.0.7",
            "a1b2c3d4.0.-7",
            "hello",
        ] {
            assert_eq!(read(id), None, "{id}");
        }
    }

    #[test]
    fn epochs_differ() {
        assert_ne!(Epoch::random().unwrap(), Epoch::random().unwrap());
    }
}
