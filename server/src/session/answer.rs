//! What a frame waits for before it is answered: the store.

use super::durable::Durably;
use crate::broker::queue_broker::Stored;
use crate::log::{AppendError, Appended};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

/// What a frame waits for.
pub(super) enum Answer {
    /// A message to a room.
    Posted(oneshot::Receiver<Result<Appended, AppendError>>),
    /// How far somebody has read.
    Marked(oneshot::Receiver<Result<(), AppendError>>),
    /// Anything else that is stored first.
    Stored(Stored, Option<Box<Durably>>),
}

/// What became of it; the place of a message to a room.
pub(super) type Decided = Result<Option<Appended>, AppendError>;

impl Answer {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Decided> {
        match self {
            Self::Posted(answer) => Pin::new(answer)
                .poll(cx)
                .map(|decided| decided.unwrap_or(Err(AppendError::Failed)).map(Some)),
            Self::Marked(stored) | Self::Stored(stored, _) => Pin::new(stored)
                .poll(cx)
                .map(|decided| decided.unwrap_or(Err(AppendError::Failed)).map(|()| None)),
        }
    }

    /// What there is already.
    pub(super) fn look(&mut self) -> Option<Decided> {
        let looked = match self {
            Self::Posted(answer) => answer.try_recv().map(|decided| decided.map(Some)),
            Self::Marked(stored) | Self::Stored(stored, _) => {
                stored.try_recv().map(|decided| decided.map(|()| None))
            }
        };
        match looked {
            Ok(decided) => Some(decided),
            Err(TryRecvError::Closed) => Some(Err(AppendError::Failed)),
            Err(TryRecvError::Empty) => None,
        }
    }
}
