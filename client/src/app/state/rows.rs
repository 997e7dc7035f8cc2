//! Where one reads in a timeline, and the rows that are in view. The anchor is a message and a line of
//! it, never an offset: nothing that comes above or below moves what is read.

use super::entry::{Entry, EntryId};
use super::layout::Head;
use super::timeline::Timeline;
use crate::app::update::jump::Goal;
use crate::text::wrap;
use jiff::civil::Date;

/// Messages of one sender belong together for this long, in seconds.
const GROUP: i64 = 5 * 60;

/// What the first row in view is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Anchor {
    /// The end is in view and stays there.
    #[default]
    Bottom,
    At {
        id: EntryId,
        /// Of the message's text; negative for what stands above it (header, day, read line).
        line: isize,
        /// Where that line begins in the text: what stays when the width changes.
        byte: usize,
    },
}

impl Anchor {
    /// A message of ours got its place in the room's order.
    pub(super) fn rename(&mut self, old: &EntryId, new: &EntryId) {
        if let Self::At { id, .. } = self
            && id == old
        {
            *id = new.clone();
        }
    }
}

/// One row of the screen; all text is safe to show.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A new day begins below.
    Day(Date),
    /// What is below was not read yet.
    ReadLine,
    /// Who and when, with [`Head::Above`].
    Header(Who<'a>),
    Text {
        /// Who and when, on the first row of a group with [`Head::Beside`].
        who: Option<Who<'a>>,
        /// Without its prefix.
        text: &'a str,
        /// Which line of the entry it is.
        line: usize,
        entry: &'a Entry,
        /// The last line of its message has room for the tag.
        tagged: bool,
    },
    /// What the message below answers; `None` when that is not held.
    Quote(Option<&'a Entry>),
    /// [`Entry::tag`], where the last line of the text has no room for it.
    Tag(&'a Entry),
    /// A line of why the message above was not sent.
    Failed(&'a str),
    /// [`Entry::reactions`], which are not empty.
    Reactions(&'a Entry),
    /// [`Entry::passing`], which is not empty.
    Passing(&'a Entry),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who<'a> {
    pub hour: u8,
    pub minute: u8,
    /// Empty on plain topics; `me` until the server said who we are.
    pub name: &'a str,
    /// The same for the same name, everywhere and always: picks a colour.
    pub hue: u32,
    pub own: bool,
}

/// A row in view, before it borrows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowRef {
    entry: usize,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Day,
    ReadLine,
    Header,
    Quote,
    Text { line: usize, first: bool, tagged: bool },
    Tag,
    Failed { line: usize },
    Reactions,
    Passing,
}

/// A row by its message and its place among the message's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    entry: usize,
    row: usize,
}

/// Cells and rows of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    pub width: usize,
    pub height: usize,
    pub head: Head,
}

impl Timeline {
    /// The rows in view, top down, as last arranged.
    pub fn visible(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().filter_map(|row| self.row(*row))
    }

    /// The newest message is in view.
    pub fn shows_end(&self) -> bool {
        let newest = (0..self.len())
            .rev()
            .find(|at| self.get(*at).is_some_and(|entry| !entry.changes_another()));
        self.is_live() && self.rows.last().map(|row| row.entry) == newest
    }

    fn row(&self, row: RowRef) -> Option<Row<'_>> {
        let entry = self.get(row.entry)?;
        Some(match row.kind {
            Kind::Day => Row::Day(date(entry.local)?),
            Kind::ReadLine => Row::ReadLine,
            Kind::Header => Row::Header(who(entry)),
            Kind::Quote => Row::Quote(entry.reply_to.as_ref().and_then(|id| self.message(id))),
            Kind::Text { line, first, tagged } => Row::Text {
                who: (first && line == 0).then(|| who(entry)),
                text: entry.line(line),
                line,
                entry,
                tagged,
            },
            Kind::Tag => Row::Tag(entry),
            Kind::Reactions => Row::Reactions(entry),
            Kind::Passing => Row::Passing(entry),
            Kind::Failed { line } => {
                let reason = entry.failure()?;
                let line = wrap(reason, self.width).get(line).copied()?;
                Row::Failed(reason.get(line.start..line.end)?)
            }
        })
    }

    /// Lays out what is in view. An anchor near the end becomes [`Anchor::Bottom`] when the end is
    /// in view with it.
    pub(crate) fn arrange(&mut self, view: View) {
        self.width = view.width;
        self.rows.clear();
        let mut at = self.top(view);
        if self.is_live() && self.selected().is_none() && at == self.bottom(view) {
            self.anchor = Anchor::Bottom;
        }
        while self.rows.len() < view.height && at.entry < self.len() {
            let kinds = self.kinds(at.entry, view);
            let rows = kinds.into_iter().skip(at.row);
            let rows = rows.map(|kind| RowRef { entry: at.entry, kind });
            self.rows.extend(rows.take(view.height - self.rows.len()));
            at = At { entry: at.entry + 1, row: 0 };
        }
    }

    /// Moves what is in view by `rows`, down when positive. Reaching the end of a live window means
    /// staying there.
    pub(crate) fn scroll(&mut self, rows: isize, view: View) {
        let top = self.top(view);
        let end = self.bottom(view);
        let to = self.step(top, rows, view);
        if to >= end && rows >= 0 {
            self.anchor = if self.is_live() { Anchor::Bottom } else { self.anchor_at(end, view) };
        } else if to < end {
            self.anchor = self.anchor_at(to, view);
        }
    }

    /// Moves what is in view as little as shows a message from its first row on, and keeps it there.
    pub(super) fn reveal(&mut self, entry: usize, view: View) {
        let top = self.top(view);
        let first = At { entry, row: 0 };
        let after = At { entry: entry + 1, row: 0 };
        let lowest = self.step(after, -(view.height as isize), view);
        let to = top.max(lowest).min(first);
        self.anchor = self.anchor_at(to, view);
    }

    /// From the read line on, where what is unread does not fit in view; `false` when that line is not
    /// held.
    pub(crate) fn show_unread(&mut self, view: View) -> bool {
        let Some(read) = self.read_line.clone() else { return true };
        let Some(from) = self.after(&read) else { return false };
        let first = (from..self.len()).find(|at| self.is_first_unread(*at));
        if let Some(entry) = first {
            let at = At { entry, row: 0 };
            if at < self.bottom(view) {
                self.anchor = self.anchor_at(at, view);
            }
        }
        true
    }

    pub(super) fn is_at_end(&mut self, view: View) -> bool {
        self.is_live() && self.top(view) == self.bottom(view)
    }

    /// To the first message of the window.
    pub(crate) fn scroll_to_start(&mut self, view: View) {
        if self.bottom(view) > (At { entry: 0, row: 0 }) {
            self.anchor = self.anchor_at(At { entry: 0, row: 0 }, view);
        }
    }

    /// Has a message in view, if it is held, and selects it.
    pub(crate) fn show(&mut self, goal: &Goal, view: View) -> bool {
        let id = EntryId::Message(goal.id.clone());
        if self.position(&id).is_none() {
            return false;
        }
        match &goal.anchor {
            Some(anchor) => self.anchor = anchor.clone(),
            None => {
                self.anchor = Anchor::At { id: id.clone(), line: 0, byte: 0 };
                self.scroll(-(view.height as isize / 3), view);
                self.selected = Some(id);
            }
        }
        true
    }

    fn anchor_at(&mut self, at: At, view: View) -> Anchor {
        let above = self.kinds(at.entry, view).iter().take_while(|k| !k.is_text()).count();
        let line = at.row as isize - above as isize;
        match self.get(at.entry) {
            Some(entry) => Anchor::At {
                id: entry.id.clone(),
                line,
                byte: entry.line_start(line.max(0) as usize),
            },
            None => Anchor::Bottom,
        }
    }

    /// The first row in view.
    fn top(&mut self, view: View) -> At {
        let bottom = self.bottom(view);
        let Anchor::At { id, line, byte } = self.anchor.clone() else { return bottom };
        let Some(entry) = self.position(&id) else { return bottom };
        let kinds = self.kinds(entry, view);
        let above = kinds.iter().take_while(|k| !k.is_text()).count();
        let row = match usize::try_from(line) {
            Err(_) => above.saturating_sub(line.unsigned_abs()),
            Ok(line) => {
                let shown = self.get(entry).map_or(0, |e| e.line_of(byte));
                let lines = kinds.iter().filter(|k| k.is_text()).count();
                // A line past the text is the failure below it.
                above + if line >= lines && shown + 1 == lines { lines } else { shown }
            }
        };
        At { entry, row: row.min(kinds.len().saturating_sub(1)) }.min(bottom)
    }

    /// The first row in view when the end is.
    fn bottom(&mut self, view: View) -> At {
        let end = At { entry: self.len(), row: 0 };
        self.step(end, -(view.height as isize), view)
    }

    fn step(&mut self, from: At, rows: isize, view: View) -> At {
        let mut at = from;
        let mut left = rows.unsigned_abs();
        if rows < 0 {
            while left > at.row && at.entry > 0 {
                left -= at.row;
                at.entry -= 1;
                at.row = self.kinds(at.entry, view).len();
            }
            at.row = at.row.saturating_sub(left);
            return at;
        }
        while at.entry < self.len() {
            let here = self.kinds(at.entry, view).len() - at.row;
            if left < here {
                at.row += left;
                break;
            }
            left -= here;
            at = At { entry: at.entry + 1, row: 0 };
        }
        at
    }

    /// The rows of one message.
    fn kinds(&mut self, index: usize, view: View) -> Vec<Kind> {
        let lines = self.get_mut(index).map_or(0, |e| e.lay_out(view.width));
        let Some(entry) = self.get(index).filter(|e| !e.changes_another()) else {
            return Vec::new();
        };
        let before = self.shown_before(index);
        let new_day = before.is_none_or(|b| b.day() != entry.day());
        let read_to_here = self.is_first_unread(index);
        let grouped = before.is_some_and(|b| {
            b.sender == entry.sender
                && b.passing.is_empty()
                && (0..GROUP).contains(&(entry.local - b.local))
        });
        let first = new_day || read_to_here || !grouped;
        let mut kinds = Vec::with_capacity(lines + 1);
        if new_day {
            kinds.push(Kind::Day);
        }
        if read_to_here {
            kinds.push(Kind::ReadLine);
        }
        let beside = view.head != Head::Above;
        if first && !beside {
            kinds.push(Kind::Header);
        }
        if entry.reply_to.is_some() {
            kinds.push(Kind::Quote);
        }
        let tag = crate::text::cells(entry.tag());
        let fits = entry.line_cells(lines.saturating_sub(1)) + 1 + tag <= view.width;
        let text = |line| {
            let tagged = tag > 0 && fits && line + 1 == lines;
            Kind::Text { line, first: first && beside, tagged }
        };
        kinds.extend((0..lines).map(text));
        if tag > 0 && !fits {
            kinds.push(Kind::Tag);
        }
        if let Some(reason) = entry.failure() {
            let lines = wrap(reason, view.width).len();
            kinds.extend((0..lines).map(|line| Kind::Failed { line }));
        }
        if !entry.reactions().is_empty() {
            kinds.push(Kind::Reactions);
        }
        if !entry.passing.is_empty() {
            kinds.push(Kind::Passing);
        }
        kinds
    }

    fn shown_before(&self, index: usize) -> Option<&Entry> {
        (0..index).rev().filter_map(|i| self.get(i)).find(|e| !e.changes_another())
    }

    /// What was read ends with the shown message before this one, or with a row between them.
    fn is_first_unread(&self, index: usize) -> bool {
        let Some((line, entry)) = self.read_line.as_ref().zip(self.get(index)) else {
            return false;
        };
        if !matches!(entry.id, EntryId::Message(_)) || entry.own {
            return false;
        }
        let mut before = (0..index).rev().filter_map(|i| self.get(i));
        let mut first = entry;
        loop {
            match before.next() {
                None => return first.prev.as_ref() == Some(line),
                Some(row) if matches!(&row.id, EntryId::Message(id) if id == line) => return true,
                Some(row) if row.changes_another() => first = row,
                Some(_) => return false,
            }
        }
    }
}

impl Kind {
    fn is_text(self) -> bool {
        matches!(self, Self::Text { .. })
    }
}

fn who(entry: &Entry) -> Who<'_> {
    let (hour, minute) = entry.clock();
    let name = entry.sender.as_ref();
    let unnamed = if entry.own { "me" } else { "" };
    Who {
        hour,
        minute,
        name: name.map_or(unnamed, |n| n.as_str()),
        hue: name.map_or(0, |n| hue(n.folded())),
        own: entry.own,
    }
}

/// FNV-1a: stable across runs and machines.
pub fn hue(folded_name: &str) -> u32 {
    folded_name.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

fn date(local: i64) -> Option<Date> {
    let stamp = jiff::Timestamp::from_second(local).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(stamp).date())
}
