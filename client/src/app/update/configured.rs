//! The configuration, read anew while the client runs.

use super::rooms;
use crate::app::msg::Configured;
use crate::app::state::State;

/// Takes it, or keeps the old one and says why.
pub fn take(state: &mut State, read: Result<Configured, String>) {
    match read {
        Ok(Configured { settings, needs_restart }) => {
            state.settings = *settings;
            rooms::apply_levels(state);
            state.look.follow(&state.settings.ui);
            state.inform(match needs_restart {
                false => "the configuration was read anew",
                true => "the configuration was read anew; some of it holds from the next start on",
            });
        }
        Err(why) => state.complain(format!("{why}; the configuration stays as it was")),
    }
}
