//! The configuration, read anew when its file has changed. The file is looked at when somebody does
//! something here, and not by itself: an idle client does not wake up for it.

use super::{Failure, Runtime};
use crate::app::{Configured, Msg};
use crate::config::{Surroundings, Watch};
use std::time::Duration;
use tokio::time::Instant;

/// Between two looks at the file.
const EVERY: Duration = Duration::from_secs(1);

/// Where the configuration comes from.
pub struct Source {
    pub watch: Watch,
    pub around: Surroundings<'static>,
}

pub(super) struct Reloader {
    source: Source,
    looked: Instant,
}

impl Reloader {
    pub(super) fn new(source: Source) -> Self {
        Self { source, looked: Instant::now() }
    }

    fn is_due(&mut self) -> bool {
        if self.looked.elapsed() < EVERY {
            return false;
        }
        self.looked = Instant::now();
        self.source.watch.is_new()
    }
}

impl Runtime {
    /// Somebody is here.
    pub(super) async fn reload_if_changed(&mut self) -> Result<(), Failure> {
        if self.reloader.is_due() { self.reload().await } else { Ok(()) }
    }

    pub(super) async fn reload(&mut self) -> Result<(), Failure> {
        let Source { watch, around } = &mut self.reloader.source;
        let read = watch.read(around).map_err(|e| e.message);
        let read = read.map(|reading| Configured {
            settings: Box::new(reading.config.settings),
            needs_restart: reading.needs_restart,
        });
        Box::pin(self.update(Msg::Configured(read))).await
    }
}
