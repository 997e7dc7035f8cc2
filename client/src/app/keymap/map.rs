//! The keys in force: those of the table, and a person's own in the place of some. A key of one's own
//! is taken from the action that had it by default; two actions of one's own never share a key, and no
//! action is left without a key unless that was said.

use super::{Action, Key, TABLE};
use crossterm::event::{KeyEvent, KeyModifiers};
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    actions: HashMap<Key, Action>,
    keys: HashMap<Action, Vec<Key>>,
}

/// Why these keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    #[error("{key} is bound to `{first}` and to `{second}`; a key does one thing")]
    Twice { key: Key, first: String, second: String },
    #[error(
        "`{taker}` takes {key}, the last key of `{action}`: give that another key, or [] for none"
    )]
    Keyless { key: Key, taker: String, action: String },
}

impl Default for Keymap {
    fn default() -> Self {
        let keys: HashMap<_, _> = TABLE.iter().map(|b| (b.action, b.keys.to_vec())).collect();
        Self { actions: by_key(&keys), keys }
    }
}

fn by_key(keys: &HashMap<Action, Vec<Key>>) -> HashMap<Key, Action> {
    keys.iter().flat_map(|(action, keys)| keys.iter().map(|k| (*k, *action))).collect()
}

impl Keymap {
    /// The table's keys, but `own` ones for these actions.
    pub fn with(own: &[(Action, Vec<Key>)]) -> Result<Self, KeymapError> {
        let mut taken: HashMap<Key, Action> = HashMap::new();
        for (action, keys) in own {
            for key in keys {
                if let Some(first) = taken.insert(*key, *action).filter(|first| first != action) {
                    let (first, second) = (first.name(), action.name());
                    return Err(KeymapError::Twice { key: *key, first, second });
                }
            }
        }
        let mut map = Self::default();
        for (action, keys) in &mut map.keys {
            if let Some((_, own)) = own.iter().find(|(a, _)| a == action) {
                keys.clone_from(own);
                continue;
            }
            let first = keys.first().copied();
            keys.retain(|key| !taken.contains_key(key));
            if keys.is_empty()
                && let Some(key) = first
                && let Some(taker) = taken.get(&key)
            {
                let (taker, action) = (taker.name(), action.name());
                return Err(KeymapError::Keyless { key, taker, action });
            }
        }
        map.actions = by_key(&map.keys);
        Ok(map)
    }

    /// The keys of an action, the first one first.
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// What a key does; `prefixed`: Ctrl-X came before it. `None`: it is text, or nothing.
    pub fn lookup(&self, event: &KeyEvent, prefixed: bool) -> Option<Action> {
        let mut pressed = Key::of(event);
        if let Some(action) = self.actions.get(&Key { prefixed, ..pressed }) {
            return Some(*action);
        }
        if prefixed {
            pressed.modifiers |= KeyModifiers::ALT;
            return self.actions.get(&pressed).copied();
        }
        None
    }
}
