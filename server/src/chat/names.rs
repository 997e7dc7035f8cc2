//! Names of connected people, so that a guest gets one that nobody uses.

use super::Chat;
use chat_protocol::chat::{NameError, UserName};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

#[derive(Default)]
pub(super) struct Names(Mutex<HashMap<UserName, usize>>);

impl Names {
    /// The name as it is spelt at the moment, when somebody is connected under it.
    pub(super) fn present(&self, name: &UserName) -> Option<UserName> {
        self.0.lock().get_key_value(name).map(|(name, _)| name.clone())
    }
}

/// A connected person. Dropping it gives the name back.
pub struct Who {
    pub name: UserName,
    chat: Arc<Chat>,
}

impl Who {
    /// The name as claimed, or `guest-` and four letters.
    pub fn claim(chat: &Arc<Chat>, login: Option<UserName>) -> Result<Self, NameError> {
        let name = match login {
            Some(login) => first_spelling(&mut chat.names.0.lock(), login),
            None => guest(&mut chat.names.0.lock())?,
        };
        Ok(Self { name, chat: chat.clone() })
    }
}

impl Drop for Who {
    fn drop(&mut self) {
        let mut names = self.chat.names.0.lock();
        if let Some(count) = names.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                names.remove(&self.name);
            }
        }
    }
}

/// Whoever is connected under a name first decides how it is spelt while somebody is.
fn first_spelling(names: &mut HashMap<UserName, usize>, name: UserName) -> UserName {
    match names.entry(name) {
        Entry::Occupied(mut known) => {
            *known.get_mut() += 1;
            known.key().clone()
        }
        Entry::Vacant(new) => {
            let name = new.key().clone();
            new.insert(1);
            name
        }
    }
}

/// Some name that is free, from a random one on.
fn guest(names: &mut HashMap<UserName, usize>) -> Result<UserName, NameError> {
    let mut random = [0; 4];
    // Without randomness the first free name will do.
    let _ = getrandom::fill(&mut random);
    let mut n = u32::from_le_bytes(random);
    loop {
        let letters: String = (0..4).map(|i| letter(n, i)).collect();
        let name = UserName::parse(&format!("guest-{letters}"))?;
        if let Entry::Vacant(free) = names.entry(name.clone()) {
            free.insert(1);
            return Ok(name);
        }
        n = n.wrapping_add(1);
    }
}

fn letter(n: u32, place: u32) -> char {
    let digit = n / 26u32.pow(place) % 26;
    char::from(b'a' + digit as u8)
}
