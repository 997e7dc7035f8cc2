//! What stands between the core and the person: the whole screen, or lines.

use crate::app::{self, State};
use crate::plain::{Plain, Typed};
use crate::term::Screen;
use crate::view::view;
use std::future::pending;
use std::io;

/// What lines are laid out for; the linear front end does not look at it.
const NO_SCREEN: (u16, u16) = (80, 24);

pub(super) enum Front {
    Full(Box<Screen>),
    Plain(Plain),
}

impl Front {
    pub fn enter(plain: bool) -> io::Result<Self> {
        if plain {
            return Ok(Self::Plain(Plain::start()));
        }
        Ok(Self::Full(Box::new(Screen::enter()?)))
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        match self {
            Self::Full(screen) => screen.size(),
            Self::Plain(_) => Ok(NO_SCREEN),
        }
    }

    pub fn paint(&mut self, state: &mut State) -> io::Result<()> {
        app::arrange(state);
        match self {
            Self::Full(screen) => screen.draw(|frame| view(state, frame)),
            Self::Plain(plain) => plain.show(state),
        }
    }

    /// The next line that was typed, where lines are; `None` at their end.
    pub async fn typed(&mut self) -> Option<Typed> {
        match self {
            Self::Full(_) => pending().await,
            Self::Plain(plain) => plain.typed().await,
        }
    }

    /// Where there is a whole screen.
    pub fn screen(&mut self) -> Option<&mut Screen> {
        match self {
            Self::Full(screen) => Some(screen),
            Self::Plain(_) => None,
        }
    }

    pub fn bell(&mut self) -> io::Result<()> {
        match self {
            Self::Full(screen) => screen.bell(),
            Self::Plain(plain) => plain.bell(),
        }
    }
}
