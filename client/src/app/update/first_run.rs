//! A server is started from where one sees that there is none.

use super::Effects;
use crate::app::Effect;
use crate::app::state::State;
use crate::net::Command;

pub fn start_server(state: &mut State, effects: &mut Effects) -> Result<(), String> {
    if state.is_online() {
        return Err("a server answers already".to_owned());
    }
    let startable = state.first_run.server.as_ref().is_some_and(|s| s.startable);
    if !startable {
        let what = "only a server on this machine can be started from here; start chat-server \
                    where it is to run, or give another --server";
        return Err(what.to_owned());
    }
    if !std::mem::replace(&mut state.first_run.starting, true) {
        effects.push(Effect::StartServer);
    }
    Ok(())
}

/// It answers, with a line about it; or why it does not, safe to show.
pub fn started(state: &mut State, outcome: Result<Option<String>, String>, effects: &mut Effects) {
    state.first_run.starting = false;
    match outcome {
        Ok(line) => {
            if let Some(line) = line {
                state.inform(line);
            }
            effects.push(Effect::Net(Command::ReconnectNow));
        }
        Err(why) => state.complain(why),
    }
}
