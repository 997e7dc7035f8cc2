//! The parts of a text that are not code: outside fenced blocks (CommonMark 4.5) and outside code
//! spans (6.1), which do not reach beyond their paragraph. Each character is looked at a fixed number
//! of times, whatever the text.

use std::collections::HashMap;

/// The stretches outside code, in order.
pub(super) fn outside_code(text: &str) -> Vec<&str> {
    let mut prose = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        rest = match Fence::open(first_line(rest)) {
            Some(fence) => after_block(rest, &fence),
            None => {
                let (paragraph, after) = paragraph(rest);
                outside_spans(paragraph, &mut prose);
                after
            }
        };
    }
    prose
}

struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn open(line: &str) -> Option<Self> {
        let line = fence_line(line)?;
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        (length >= 3 && (mark == '~' || !info.contains('`'))).then_some(Self { mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        fence_line(line).is_some_and(|line| {
            let rest = line.trim_start_matches(self.mark);
            line.len() - rest.len() >= self.length && rest.trim().is_empty()
        })
    }
}

/// Without its indentation, when that is at most three spaces.
fn fence_line(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3).then_some(text)
}

fn first_line(text: &str) -> &str {
    text.split_inclusive('\n').next().unwrap_or_default()
}

/// What follows a fenced block; an open one reaches to the end.
fn after_block<'t>(text: &'t str, fence: &Fence) -> &'t str {
    let mut end = first_line(text).len();
    for line in text.split_inclusive('\n').skip(1) {
        end += line.len();
        if fence.is_closed_by(line) {
            break;
        }
    }
    text.get(end..).unwrap_or_default()
}

/// The lines up to a blank one or a fence, and the rest.
fn paragraph(text: &str) -> (&str, &str) {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if end > 0 && Fence::open(line).is_some() {
            break;
        }
        end += line.len();
        if line.trim().is_empty() {
            break;
        }
    }
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A run of backticks.
#[derive(Clone, Copy)]
struct Ticks {
    start: usize,
    length: usize,
}

fn outside_spans<'t>(paragraph: &'t str, prose: &mut Vec<&'t str>) {
    let runs = ticks(paragraph);
    // Where a run of each length comes last: a run without a later one of its length opens nothing.
    let last: HashMap<usize, usize> = runs.iter().map(|run| (run.length, run.start)).collect();
    let mut begin = 0;
    let mut runs = runs.into_iter();
    while let Some(open) = runs.next() {
        if last.get(&open.length).is_none_or(|last| *last == open.start) {
            continue;
        }
        prose.extend(paragraph.get(begin..open.start));
        if let Some(close) = runs.by_ref().find(|run| run.length == open.length) {
            begin = close.start + close.length;
        }
    }
    prose.extend(paragraph.get(begin..));
}

fn ticks(paragraph: &str) -> Vec<Ticks> {
    let mut runs: Vec<Ticks> = Vec::new();
    for (at, _) in paragraph.match_indices('`') {
        match runs.last_mut() {
            Some(run) if run.start + run.length == at => run.length += 1,
            _ => runs.push(Ticks { start: at, length: 1 }),
        }
    }
    runs
}
