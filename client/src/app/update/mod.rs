//! The one way to change the state: a message in, effects out. This file only dispatches.

mod actions;
mod chat;
pub mod commands;
mod completion;
mod configured;
mod drafts;
mod edit;
mod editor;
mod first_run;
mod history;
pub mod jump;
mod keys;
mod leave;
mod links;
mod mentions;
mod mouse;
mod network;
mod notifying;
mod pasting;
mod picker;
mod reading;
mod reads;
mod restore;
mod rooms;
mod search;
mod sending;
mod vi;

use super::state::layout::{Wanted, composer_width};
use super::state::rows::View;
use super::state::{Layout, SidePane};
use super::{Effect, Msg, Now, State};

/// What a step may add to: the effects, in order.
pub(crate) type Effects = Vec<Effect>;

pub fn update(state: &mut State, msg: Msg, now: Now) -> Vec<Effect> {
    let mut effects = Effects::new();
    if matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Line(_) | Msg::Paste(_) | Msg::Focus(true))
    {
        network::hurry(state);
    }
    match msg {
        Msg::Restore(restored) => restore::begin(state, *restored),
        Msg::Start { rooms, select } => {
            mouse::begin(state, &mut effects);
            rooms::start(state, rooms, select, now, &mut effects);
        }
        Msg::Key(key) => keys::press(state, &key, now, &mut effects),
        Msg::Mouse(mouse) => mouse::event(state, mouse, now, &mut effects),
        Msg::Line(text) => sending::line(state, text, now, &mut effects),
        Msg::Unfit(why) => state.complain(why),
        Msg::Paste(text) => pasting::paste(state, &text, now, &mut effects),
        Msg::Resize { width, height } => state.size = (width, height),
        Msg::Focus(focused) => reading::focus(state, focused),
        Msg::Configured(read) => configured::take(state, read),
        Msg::Trouble(what) => state.complain(what),
        Msg::Edited(text) => editor::done(state, text),
        Msg::Tick => {}
        Msg::Net(event) => network::event(state, event, now, &mut effects),
        Msg::Background(background) => {
            state.look.see(background, &state.settings.ui);
        }
        Msg::Cached { tag, reply } => history::cached(state, tag, reply),
        Msg::FoundCached { tag, messages } => search::found_cached(state, tag, messages),
        Msg::ServerStarted(outcome) => first_run::started(state, outcome, &mut effects),
        Msg::StoreTrouble(trouble) => state.complain(trouble),
        Msg::NotOpened(address) => links::not_opened(state, address, &mut effects),
        Msg::Quit => leave::now(state, &mut effects),
    }
    reading::see(state, now);
    reading::expire(state, now, &mut effects);
    search::expire(state, now, &mut effects);
    drafts::note(state, now, &mut effects);
    network::reconnect(state, now, &mut effects);
    history::ask_for_missing(state, now, &mut effects);
    effects
}

/// Lays out what is visible, for the view. Cheap when nothing changed; the runtime calls it once
/// before each paint.
pub fn arrange(state: &mut State) {
    state.layout = layout(state);
    let view = view(&state.layout);
    if let Some(room) = state.rooms.selected_mut() {
        room.timeline.arrange(view);
    }
}

fn layout(state: &State) -> Layout {
    Layout::new(Wanted {
        size: state.size,
        side: state.side.as_ref().map(SidePane::width),
        notice: state.banner().is_some(),
        topic: state.topic().is_some(),
        composer_lines: state.composer().lines(composer_width(state.size.0)).len(),
    })
}

fn view(layout: &Layout) -> View {
    View {
        width: layout.text_width(),
        height: usize::from(layout.timeline.height),
        head: layout.head,
    }
}
