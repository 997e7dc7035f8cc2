//! Which messages were printed lately, so that what a reset or a lost replay brings again is not.

use chat_protocol::chat::MessageId;
use std::collections::{HashSet, VecDeque};

/// More than the longest page of a reset.
const KEPT: usize = 1024;

#[derive(Default)]
pub struct Seen {
    ids: HashSet<MessageId>,
    order: VecDeque<MessageId>,
}

impl Seen {
    /// `true` once for each id.
    pub fn is_new(&mut self, id: &MessageId) -> bool {
        if !self.ids.insert(id.clone()) {
            return false;
        }
        self.order.push_back(id.clone());
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_and_memory_is_bounded() {
        let mut seen = Seen::default();
        let id = |n: usize| MessageId::parse(&format!("e.0.{n}")).unwrap();
        for n in 0..3 * KEPT {
            assert!(seen.is_new(&id(n)));
            assert!(!seen.is_new(&id(n)));
        }
        assert_eq!((seen.ids.len(), seen.order.len()), (KEPT, KEPT));
    }
}
