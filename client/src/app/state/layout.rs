//! Where everything stands on the screen. Computed from the size and from what is shown, by the core,
//! because scrolling and wrapping depend on it; the view draws into these areas and decides no sizes.

use super::side::PaneWidth;

/// Cells of the screen, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// How a message's first line says when and who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Head {
    /// A line of its own above: `Row::Header`.
    #[default]
    Above,
    /// Columns left of the text: `HH:MM `, the nick right-aligned in `nick` cells, ` │ `.
    Beside { nick: u16 },
}

impl Head {
    /// Cells left of the text.
    pub fn gutter(self) -> u16 {
        match self {
            Self::Above => 1,
            Self::Beside { nick } => 6 + nick + 3,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// Without its border, which is the column right of it; absent under 60 columns.
    pub rooms: Option<Area>,
    /// One line above the timeline, where the room has a topic.
    pub topic: Option<Area>,
    /// Rows of the timeline, gutter included.
    pub timeline: Area,
    pub head: Head,
    /// The side pane, without its border, which is the column left of it.
    pub side: Option<Area>,
    /// The side pane lies over the timeline and the room list, without a border.
    pub side_covers: bool,
    /// One line, when there is something to say.
    pub notice: Option<Area>,
    pub status: Area,
    /// The whole of the composer, [`PROMPT`] cells of prompt at the left included.
    pub composer: Area,
}

/// Cells of the composer's prompt (`> `).
pub const PROMPT: u16 = 2;
const ROOMS_FROM: u16 = 60;
const ROOMS: u16 = 20;
const NARROW: u16 = 16;
/// A wide pane stands beside the timeline from this many columns on.
const WIDE_FROM: u16 = 100;
/// The timeline keeps at least this much beside a narrow pane.
const TIMELINE_MIN: u16 = 24;
const BESIDE_FROM: u16 = 50;
const COMPOSER_MAX: u16 = 8;
/// Lower screens keep their rows for messages.
const TOPIC_FROM: u16 = 10;

/// What of the state the layout depends on.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub size: (u16, u16),
    pub side: Option<PaneWidth>,
    pub notice: bool,
    pub topic: bool,
    pub composer_lines: usize,
}

impl Layout {
    pub fn new(wanted: Wanted) -> Self {
        let (width, height) = wanted.size;
        let lines = u16::try_from(wanted.composer_lines).unwrap_or(COMPOSER_MAX);
        // The timeline keeps a line whatever is typed, as long as there are three.
        let composer_height = lines.clamp(1, COMPOSER_MAX).min(height.saturating_sub(2).max(1));
        let composer_y = height.saturating_sub(composer_height);
        let status_height = composer_y.min(1);
        let status_y = composer_y - status_height;
        let notice_height = u16::from(wanted.notice && status_y > 1);
        let top = status_y - notice_height;

        let side_covers = wanted.side == Some(PaneWidth::Wide) && width < WIDE_FROM;
        let wanted_side = match wanted.side {
            None => 0,
            Some(PaneWidth::Narrow) => NARROW,
            Some(PaneWidth::Wide) if side_covers => 0,
            Some(PaneWidth::Wide) => (width * 2 / 5).min(60),
        };
        // Who asks for a pane gets it: rather the room list goes.
        let both_fit = width > ROOMS + 1 + TIMELINE_MIN + wanted_side;
        let rooms_fit = width >= ROOMS_FROM && (both_fit || wanted_side == 0);
        let rooms_width = if rooms_fit { ROOMS } else { 0 };
        let left = if rooms_width > 0 { rooms_width + 1 } else { 0 };
        let side_width = if width > left + TIMELINE_MIN + wanted_side { wanted_side } else { 0 };
        let right = if side_width > 0 { side_width + 1 } else { 0 };
        let timeline_width = width - left - right;
        let line = |y, height| Area { x: 0, y, width, height };
        let topic_height = u16::from(wanted.topic && height >= TOPIC_FROM && top > 1);
        let column = |x, width| Area { x, y: 0, width, height: top };
        let timeline = column(left, timeline_width);
        Self {
            rooms: (rooms_width > 0).then(|| column(0, rooms_width)),
            topic: (topic_height > 0).then_some(Area { height: topic_height, ..timeline }),
            timeline: Area { y: topic_height, height: top - topic_height, ..timeline },
            head: match timeline_width {
                w if w >= 80 => Head::Beside { nick: 16 },
                w if w >= BESIDE_FROM => Head::Beside { nick: 10 },
                _ => Head::Above,
            },
            side: if side_covers {
                Some(column(0, width))
            } else {
                (side_width > 0).then(|| column(width - side_width, side_width))
            },
            side_covers,
            notice: (notice_height > 0).then(|| line(status_y - 1, 1)),
            status: line(status_y, status_height),
            composer: line(composer_y, composer_height),
        }
    }

    /// Cells that a message's text wraps to.
    pub fn text_width(&self) -> usize {
        usize::from(self.timeline.width.saturating_sub(self.head.gutter()))
    }
}

/// Cells that the draft wraps to on a screen of this width: one less than there are, for the caret.
pub fn composer_width(width: u16) -> usize {
    usize::from(width.saturating_sub(PROMPT + 1))
}
