//! The one pane beside the timeline: what it shows, and how much room that wants.

use chat_protocol::chat::MessageId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SidePane {
    /// Who is in the selected room.
    Members,
    /// A message of the selected room, and what answers it.
    Thread(MessageId),
    /// What is searched for and was found: `State::search`.
    Search,
}

/// How wide a side pane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaneWidth {
    /// A column of names, wherever the timeline can spare it; else it is not shown.
    Narrow,
    /// Text to read: beside the timeline from 100 columns on, and over everything above the status
    /// line on smaller screens.
    Wide,
}

impl SidePane {
    pub fn width(&self) -> PaneWidth {
        match self {
            Self::Members => PaneWidth::Narrow,
            Self::Thread(_) => PaneWidth::Wide,
            Self::Search => PaneWidth::Wide,
        }
    }
}
