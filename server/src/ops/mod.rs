//! Running the process: logging, panics, signals and the reasons to stop. Knows nothing of chat.

pub mod logging;
pub mod memory;
pub mod panic;
pub mod stop;
