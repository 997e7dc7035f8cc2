//! The one way to change the state: a message in, effects out. This file only dispatches.

pub mod commands;

use super::state::Layout;
use super::state::layout::{Wanted, composer_width};
use super::state::rows::View;
use super::{Effect, Msg, Now, State};

/// What a step may add to: the effects, in order.
pub(crate) type Effects = Vec<Effect>;

pub fn update(state: &mut State, msg: Msg, now: Now) -> Vec<Effect> {
    let _ = now;
    if let Msg::Resize { width, height } = msg {
        state.size = (width, height);
    }
    Effects::new()
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
        members: state.members_shown,
        notice: state.notice.is_some(),
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
