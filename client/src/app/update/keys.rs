//! A key, through the table, to what it does.

use super::{
    Effects, actions, completion, edit, editor, leave, mentions, mouse, network, pasting, picker,
    reading, rooms, search, sending, vi,
};
use crate::app::Effect;
use crate::app::keymap::Action;
use crate::app::msg::Now;
use crate::app::state::kill::Side;
use crate::app::state::layout::composer_width;
use crate::app::state::picker::PickerKind;
use crate::app::state::popup::PopupKind;
use crate::app::state::{Composer, Popup, SidePane, State};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

pub fn press(state: &mut State, key: &KeyEvent, now: Now, effects: &mut Effects) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    let prefixed = std::mem::take(&mut state.prefix);
    let action = state.settings.keys.lookup(key, prefixed);
    let action = action.map(|action| in_completion(state, action));
    if !matches!(action, Some(Action::Complete | Action::CompleteBack | Action::Cancel)) {
        state.completion = None;
    }
    settle_kills(state, action);
    search::forget(state, action);
    if pasting::answer(state, key, action, now, effects) {
        return;
    }
    match action {
        Some(action) if picker::act(state, action, now, effects) => {}
        Some(action) if search::act(state, action, now, effects) => {}
        _ if state.picker.is_none()
            && !search::is_shown(state)
            && (actions::keys::press(state, key, action, effects)
                || vi::press(state, key, action, now, effects)) => {}
        Some(action) => run(state, action, now, effects),
        None if prefixed => state.inform("Ctrl-X and this key mean nothing; F1 shows the keys"),
        None => {
            if let KeyCode::Char(c) = key.code
                && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
            {
                edit::insert(state, c.encode_utf8(&mut [0; 4]), now, effects);
            }
        }
    }
}

/// While candidates are listed, Up and Down go through them.
fn in_completion(state: &State, action: Action) -> Action {
    match action {
        Action::Up if state.completion.is_some() => Action::CompleteBack,
        Action::Down if state.completion.is_some() => Action::Complete,
        action => action,
    }
}

/// Only cuts in a row are one, and only what was just put back can be exchanged.
fn settle_kills(state: &mut State, action: Option<Action>) {
    use Action as A;
    if !matches!(action, Some(A::CutWordBefore | A::CutWordAfter | A::CutToStart | A::CutToEnd)) {
        state.kills.end_run();
    }
    if action != Some(A::YankOlder) {
        state.kills.forget_yanked();
    }
}

fn run(state: &mut State, action: Action, now: Now, effects: &mut Effects) {
    use Action as A;
    match action {
        A::Send => sending::submit(state, now, effects),
        A::Newline => edit::insert(state, "\n", now, effects),
        A::Complete => completion::step(state, 1),
        A::CompleteBack => completion::step(state, -1),
        A::DeleteBefore => edit::change(state, now, effects, Composer::delete_before),
        A::DeleteAfter => edit::change(state, now, effects, Composer::delete_after),
        A::CutWordBefore => edit::cut(state, now, effects, Side::Before, Composer::cut_word_before),
        A::CutWordAfter => edit::cut(state, now, effects, Side::After, Composer::cut_word_after),
        A::CutToStart => edit::cut(state, now, effects, Side::Before, Composer::cut_to_line_start),
        A::CutToEnd => edit::cut(state, now, effects, Side::After, Composer::cut_to_line_end),
        A::Yank => edit::yank(state, now, effects),
        A::YankOlder => edit::yank_older(state, now, effects),
        A::Undo => edit::travel(state, now, effects, Composer::undo),
        A::Redo => edit::travel(state, now, effects, Composer::redo),
        A::Editor => editor::open(state, effects),
        A::PreviousRoom => rooms::select(state, state.rooms.neighbour(-1)),
        A::NextRoom => rooms::select(state, state.rooms.neighbour(1)),
        A::Room(number) => rooms::select(state, usize::from(number).checked_sub(1)),
        A::NextUnread => next_unread(state),
        A::Switcher => picker::toggle(state, PickerKind::Rooms),
        A::NextMention => mentions::next(state),
        A::Mentions => mentions::list(state, effects),
        A::Links => picker::toggle(state, PickerKind::Links),
        A::Mouse => mouse::toggle(state, effects),
        A::SelectUp => actions::keys::step(state, -1),
        A::SelectDown => actions::keys::step(state, 1),
        A::PageUp => page(state, -1),
        A::PageDown => page(state, 1),
        A::LineUp => line(state, -1),
        A::LineDown => line(state, 1),
        A::Oldest => reading::to_oldest(state),
        A::Newest => reading::to_newest(state),
        A::Help => toggle(state, PopupKind::Help),
        A::Search => search::toggle(state, now, effects),
        A::Members => state.toggle_side(SidePane::Members),
        A::Reconnect => reconnect(state),
        A::Retry => tell(state, |state| sending::retry(state, now, effects)),
        A::Discard => tell(state, |state| sending::discard(state, effects)),
        A::StartServer => tell(state, |state| super::first_run::start_server(state, effects)),
        A::Redraw => effects.push(Effect::Redraw),
        A::Cancel => cancel(state),
        A::Prefix => state.prefix = true,
        A::Interrupt => leave::interrupt(state, now, effects),
        A::Quit => leave::request(state, now, effects),
        A::Up
        | A::Down
        | A::Left
        | A::Right
        | A::WordLeft
        | A::WordRight
        | A::LineStart
        | A::LineEnd => move_caret(state, action),
    }
}

fn move_caret(state: &mut State, action: Action) {
    let width = composer_width(state.size.0);
    let composer = state.composer_mut();
    match action {
        Action::Up => composer.up(width),
        Action::Down => composer.down(width),
        Action::Left => composer.move_left(),
        Action::Right => composer.move_right(),
        Action::WordLeft => composer.move_word_left(),
        Action::WordRight => composer.move_word_right(),
        Action::LineStart => composer.move_line_start(),
        Action::LineEnd => composer.move_line_end(),
        _ => {}
    }
}

fn next_unread(state: &mut State) {
    match state.rooms.next_unread() {
        Some(index) => rooms::select(state, Some(index)),
        None => state.inform("nothing is unread"),
    }
}

fn page(state: &mut State, by: isize) {
    if state.popup.is_some() {
        let rows = state.layout.timeline.height.saturating_sub(3).max(1);
        scroll_popup(state, by * rows as isize);
    } else {
        reading::page(state, by);
    }
}

fn line(state: &mut State, by: isize) {
    if state.popup.is_some() {
        scroll_popup(state, by);
    } else {
        reading::scroll(state, by);
    }
}

fn scroll_popup(state: &mut State, by: isize) {
    let Some(popup) = state.popup else { return };
    // A title and a hint stand above and below.
    let rows = usize::from(state.layout.timeline.height).saturating_sub(2).max(1);
    let last = popup.lines(state).len().saturating_sub(rows);
    let scroll = popup.scroll.saturating_add_signed(by).min(last);
    state.popup = Some(Popup { scroll, ..popup });
}

/// The same key opens and closes.
pub fn toggle(state: &mut State, kind: PopupKind) {
    let is_open = state.popup.is_some_and(|p| p.kind == kind);
    state.picker = None;
    state.popup = (!is_open).then(|| Popup::new(kind));
}

fn reconnect(state: &mut State) {
    if state.is_online() {
        state.inform("the connection is up");
    }
    network::insist(state);
}

fn tell(state: &mut State, act: impl FnOnce(&mut State) -> Result<(), String>) {
    if let Err(refusal) = act(state) {
        state.complain(refusal);
    }
}

/// Esc: the innermost thing first.
fn cancel(state: &mut State) {
    if state.completion.is_some() {
        completion::undo(state);
    } else if state.popup.is_some() {
        state.popup = None;
    } else if actions::keys::is_selecting(state) {
        actions::keys::leave(state);
    } else if actions::abandon(state) {
        state.notice = None;
    } else {
        leave::withdraw(state);
        state.notice = None;
    }
}
