//! While the person's editor has the terminal: nothing is painted and nothing is read, the
//! connection lives on, and signals of keys are the editor's.

use super::{Failure, Runtime};
use crate::app::Msg;
use crate::editor::{EditError, Editor};
use crossterm::event::EventStream;
use std::future::pending;

impl Runtime {
    /// Gives the terminal to an editor.
    pub(super) async fn edit(&mut self, text: &str) -> Result<(), Failure> {
        let Some(screen) = self.front.screen() else {
            return self.edited(Err(EditError::NoScreen)).await;
        };
        // What reads the terminal stops before the editor begins.
        self.input = None;
        screen.suspend();
        self.edits += 1;
        match Editor::start(text, &format!("{}-{}", self.nonce, self.edits)) {
            Ok(editor) => self.editor = Some(editor),
            Err(e) => self.edited(Err(e)).await?,
        }
        Ok(())
    }

    /// Takes the terminal back, and what was written.
    pub(super) async fn edited(&mut self, end: Result<String, EditError>) -> Result<(), Failure> {
        self.editor = None;
        if let Some(screen) = self.front.screen() {
            screen.resume()?;
            self.input = Some(EventStream::new());
        }
        let (width, height) = self.front.size()?;
        Box::pin(self.update(Msg::Resize { width, height })).await?;
        Box::pin(self.update(Msg::Edited(end.map_err(|e| e.to_string())))).await?;
        Ok(self.paint()?)
    }
}

/// The end of the editor that has the terminal, if one has.
pub(super) async fn end(editor: &mut Option<Editor>) -> Result<String, EditError> {
    match editor {
        Some(editor) => editor.ended().await,
        None => pending().await,
    }
}
