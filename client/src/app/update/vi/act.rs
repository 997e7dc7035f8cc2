//! What the commands of vi do to a draft.

use super::target::{self, Span, Target};
use crate::app::msg::Now;
use crate::app::state::kill::Side;
use crate::app::state::layout::composer_width;
use crate::app::state::vi::{Mode, Operator, Pending, Wait};
use crate::app::state::{Composer, State};
use crate::app::update::{Effects, edit};
use crate::text::{grapheme, motion};

/// A whole command that ends with `letter`; `false`: there is none such.
pub fn run(
    state: &mut State,
    pending: &Pending,
    letter: char,
    now: Now,
    effects: &mut Effects,
) -> bool {
    if pending.wait == Some(Wait::Go) && letter != 'g' {
        return false;
    }
    if let Some(operator) = pending.operator {
        return operate(state, operator, pending.count, letter);
    }
    let composer = state.composer();
    let (text, caret) = (composer.text(), composer.caret());
    if matches!(letter, 'j' | 'k') {
        return vertical(state, letter, pending.count);
    }
    if let Some(Target { to, .. }) = target::find(text, caret, letter, pending.count, false) {
        state.composer_mut().go_to(to);
        return true;
    }
    let count = pending.count;
    match letter {
        'x' => operate(state, Operator::Delete, count, 'l'),
        'X' => operate(state, Operator::Delete, count, 'h'),
        's' => operate(state, Operator::Change, count, 'l'),
        'D' => operate(state, Operator::Delete, None, '$'),
        'C' => operate(state, Operator::Change, None, '$'),
        'S' => operate(state, Operator::Change, count, 'c'),
        'Y' => operate(state, Operator::Yank, count, 'y'),
        'p' | 'P' => put(state, letter == 'p', count),
        '~' => turn_case(state, count),
        'u' => {
            for _ in 0..count.unwrap_or(1) {
                edit::travel(state, now, effects, Composer::undo);
            }
            true
        }
        _ => begin_text(state, letter),
    }
}

/// Up and down the lines, then through what was sent, as the arrows.
fn vertical(state: &mut State, letter: char, count: Option<usize>) -> bool {
    let width = composer_width(state.size.0);
    let composer = state.composer_mut();
    for _ in 0..count.unwrap_or(1) {
        if letter == 'j' { composer.down(width) } else { composer.up(width) }
    }
    true
}

fn begin_text(state: &mut State, letter: char) -> bool {
    let composer = state.composer_mut();
    let (text, caret) = (composer.text(), composer.caret());
    let end = motion::line_end(text, caret);
    match letter {
        'i' => {}
        'a' => composer.go_to(grapheme::next(text, caret).min(end)),
        'I' => composer.go_to(motion::first_sign(text, caret)),
        'A' => composer.go_to(end),
        'o' => {
            composer.go_to(end);
            composer.insert("\n");
        }
        'O' => {
            let start = motion::line_start(text, caret);
            composer.go_to(start);
            composer.insert("\n");
            composer.go_to(start);
        }
        _ => return false,
    }
    state.vi = Default::default();
    true
}

/// An operator with the motion `letter`, or doubled for whole lines.
fn operate(state: &mut State, operator: Operator, count: Option<usize>, letter: char) -> bool {
    let composer = state.composer();
    let (text, caret) = (composer.text(), composer.caret());
    let doubled = match operator {
        Operator::Delete => 'd',
        Operator::Change => 'c',
        Operator::Yank => 'y',
    };
    // The word is changed, not the space after it.
    let letter = match (operator, letter) {
        (Operator::Change, 'w') => 'e',
        (Operator::Change, 'W') => 'E',
        (_, letter) => letter,
    };
    let target = if letter == doubled {
        let below = count.map_or(0, |n| n.saturating_sub(1));
        let to = match below {
            0 => caret,
            n => target::find(text, caret, 'j', Some(n), true).map_or(caret, |t| t.to),
        };
        Some(Target { to, span: Span::Lines })
    } else {
        target::find(text, caret, letter, count, true)
    };
    let Some(target) = target else { return false };
    take(state, operator, target);
    true
}

/// Applies an operator to what lies between the caret and a target.
fn take(state: &mut State, operator: Operator, target: Target) {
    let composer = state.composer_mut();
    let (mut from, mut to) = target::range(composer.text(), composer.caret(), target);
    let is_lines = target.span == Span::Lines;
    let mut taken = composer.text().get(from..to).unwrap_or_default().to_owned();
    if is_lines {
        taken.push('\n');
    }
    match operator {
        Operator::Yank => composer.go_to(from),
        Operator::Change => {
            composer.cut(from, to);
        }
        Operator::Delete => {
            if is_lines && to < composer.text().len() {
                to += 1;
            } else if is_lines {
                from = from.saturating_sub(1);
            }
            composer.cut(from, to);
            if is_lines {
                let at = motion::first_sign(composer.text(), composer.caret());
                composer.go_to(at);
            }
        }
    }
    if operator == Operator::Change {
        state.vi = Default::default();
    }
    state.kills.end_run();
    state.kills.cut(&taken, Side::After);
}

/// What was taken last: lines as lines, the rest at the caret.
fn put(state: &mut State, after: bool, count: Option<usize>) -> bool {
    let Some(text) = state.kills.newest().map(str::to_owned) else {
        state.inform("nothing was cut");
        return true;
    };
    let composer = state.composer_mut();
    let caret = composer.caret();
    let end = motion::line_end(composer.text(), caret);
    let text = text.repeat(count.unwrap_or(1));
    let is_put = match text.strip_suffix('\n') {
        Some(lines) if after => {
            composer.go_to(end);
            let is_put = composer.insert(&format!("\n{lines}"));
            composer.go_to(if is_put { end + 1 } else { caret });
            is_put
        }
        Some(lines) => {
            let start = motion::line_start(composer.text(), caret);
            composer.go_to(start);
            let is_put = composer.insert(&format!("{lines}\n"));
            composer.go_to(start);
            is_put
        }
        None => {
            composer.go_to(if after {
                grapheme::next(composer.text(), caret).min(end)
            } else {
                caret
            });
            let is_put = composer.insert(&text);
            composer.move_left();
            is_put
        }
    };
    if !is_put {
        state.complain("the draft is full: send or shorten it first");
    }
    true
}

fn turn_case(state: &mut State, count: Option<usize>) -> bool {
    let turned = |c: char| -> String {
        if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
    };
    replace(state, count, &|part| part.chars().map(turned).collect());
    state.composer_mut().move_right();
    true
}

/// Exchanges some graphemes of this line; the caret stands on the last of them.
fn replace(state: &mut State, count: Option<usize>, how: &dyn Fn(&str) -> String) {
    let composer = state.composer_mut();
    let from = composer.caret();
    let end = motion::line_end(composer.text(), from);
    let mut to = from;
    for _ in 0..count.unwrap_or(1) {
        to = grapheme::next(composer.text(), to).min(end);
    }
    let Some(part) = composer.text().get(from..to).filter(|part| !part.is_empty()) else { return };
    let new = how(part);
    composer.go_to(to);
    composer.replace_before_caret(from, &new);
    composer.move_left();
}

/// A command that waited for a sign: `f` and its like, and `r`.
pub fn with_sign(state: &mut State, wait: Wait, sign: char) {
    let mut pending = std::mem::take(&mut state.vi.pending);
    pending.settle_count();
    match wait {
        Wait::Replace => replace(state, pending.count, &|part| {
            let letters = grapheme::count(part);
            sign.to_string().repeat(letters)
        }),
        Wait::Find { forward, till } => find(state, &pending, sign, forward, till),
        Wait::Go => {}
    }
    settle(state);
}

fn find(state: &mut State, pending: &Pending, sign: char, forward: bool, till: bool) {
    let composer = state.composer();
    let text = composer.text();
    let mut to = composer.caret();
    for _ in 0..pending.count.unwrap_or(1) {
        let Some(found) = motion::find(text, to, sign, forward) else { return };
        to = found;
    }
    to = match (till, forward) {
        (false, _) => to,
        (true, true) => grapheme::previous(text, to),
        (true, false) => grapheme::next(text, to),
    };
    let span = if forward { Span::Inclusive } else { Span::Exclusive };
    match pending.operator {
        Some(operator) => take(state, operator, Target { to, span }),
        None => state.composer_mut().go_to(to),
    }
}

/// Between commands the caret stands on a sign, not after the last one of its line.
pub fn settle(state: &mut State) {
    if state.vi.mode != Mode::Normal {
        return;
    }
    let composer = state.composer_mut();
    let (text, caret) = (composer.text(), composer.caret());
    let last = motion::last_sign(text, caret);
    if caret > last {
        composer.go_to(last);
    }
}
