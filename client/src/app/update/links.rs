//! Addresses that are opened.

use super::Effects;
use crate::app::Effect;
use crate::app::state::State;

/// Nothing here opens addresses: the clipboard gets it.
pub fn not_opened(state: &mut State, address: String, effects: &mut Effects) {
    state.inform("nothing here opens web addresses; the address is in the clipboard instead");
    effects.push(Effect::Copy(address));
}
