//! Entering, drawing, leaving.

use super::background;
use super::notice::{Sequence, sequence};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// In the alternate screen the wheel sends arrow keys, and selecting text stays the terminal's own.
const WHEEL_AS_ARROWS: &str = "\x1b[?1007h";
const WHEEL_PLAIN: &str = "\x1b[?1007l";
/// Presses and the wheel, with coordinates of any size; no movement.
const MOUSE_OURS: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_PLAIN: &str = "\x1b[?1006l\x1b[?1000l";

static ENTERED: AtomicBool = AtomicBool::new(false);
static PANIC_HOOK: Once = Once::new();

/// The terminal while the client has it. Dropping it gives the terminal back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    is_stale: bool,
    has_mouse: bool,
}

impl Screen {
    /// Raw mode, alternate screen, bracketed paste. A panic from here on restores the terminal before
    /// it is reported.
    pub fn enter() -> io::Result<Self> {
        PANIC_HOOK.call_once(|| {
            let report = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                restore();
                report(info);
            }));
        });
        let entered = take();
        let terminal = entered.and_then(|()| {
            // One frame is one write: what a full screen takes fits the buffer.
            Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(128 * 1024, stdout())))
        });
        match terminal {
            Ok(terminal) => Ok(Self { terminal, is_stale: false, has_mouse: false }),
            Err(e) => {
                restore();
                Err(e)
            }
        }
    }

    /// Gives the terminal to another program, until [`resume`](Self::resume).
    pub fn suspend(&mut self) {
        restore();
    }

    /// Takes the terminal again; the next frame paints everything.
    pub fn resume(&mut self) -> io::Result<()> {
        self.is_stale = true;
        take()?;
        self.mouse(self.has_mouse)
    }

    /// Takes presses and the wheel, or leaves them to the terminal.
    pub fn mouse(&mut self, ours: bool) -> io::Result<()> {
        self.has_mouse = ours;
        let mode = if ours { MOUSE_OURS } else { MOUSE_PLAIN };
        queue!(self.terminal.backend_mut(), Print(mode))?;
        self.terminal.backend_mut().flush()
    }

    /// One synchronized frame: the terminal shows it whole or not at all (mode 2026).
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        if std::mem::take(&mut self.is_stale) {
            // Not `clear`, which asks the terminal where its cursor is and waits for the answer.
            let size = self.terminal.size()?;
            self.terminal.resize(size.into())?;
        }
        self.terminal.draw(view)?;
        queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.terminal.backend_mut().flush()
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Everything is painted anew with the next frame.
    pub fn redraw(&mut self) {
        self.is_stale = true;
    }

    /// Asks what the background is; the answer comes among the keys.
    pub fn ask_background(&mut self) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), Print(background::QUESTION))?;
        self.terminal.backend_mut().flush()
    }

    /// Puts `text` into the clipboard where the terminal lets programs do so (OSC 52).
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))?;
        self.terminal.backend_mut().flush()
    }

    /// Has the terminal show a notification.
    pub fn notify(&mut self, kind: Sequence, title: &str, body: &str) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), Print(sequence(kind, title, body)))?;
        self.terminal.backend_mut().flush()
    }

    pub fn bell(&mut self) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), Print('\x07'))?;
        self.terminal.backend_mut().flush()
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    execute!(
        stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        Print(WHEEL_AS_ARROWS)
    )
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back, once, however often it is called. Errors are of no use here: the terminal
/// may be gone.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        Print(MOUSE_PLAIN),
        Print(WHEEL_PLAIN),
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}
