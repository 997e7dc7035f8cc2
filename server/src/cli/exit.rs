//! From an error to an exit code and one sentence with its cause and its fix. The codes are those of
//! sysexits.h, and a promise.

use crate::config::ConfigError;
use crate::listen::BindError;
use crate::log::open::OpenError;

pub const USAGE: u8 = 64;
pub const ADDRESS_IN_USE: u8 = 69;
pub const SYSTEM: u8 = 71;
pub const CONFIG: u8 = 78;

/// Why the program ends with another code than 0.
#[derive(Debug)]
pub struct Failure {
    pub code: u8,
    pub sentence: String,
}

impl Failure {
    pub fn new(code: u8, sentence: impl ToString) -> Self {
        Self { code, sentence: sentence.to_string() }
    }
}

impl From<ConfigError> for Failure {
    fn from(e: ConfigError) -> Self {
        Self::new(if e.is_usage() { USAGE } else { CONFIG }, e)
    }
}

impl From<BindError> for Failure {
    fn from(e: BindError) -> Self {
        let code = match e {
            BindError::InUse(..) => ADDRESS_IN_USE,
            BindError::Other(..) => CONFIG,
        };
        Self::new(code, e)
    }
}

impl From<OpenError> for Failure {
    fn from(e: OpenError) -> Self {
        Self::new(e.exit_code(), e)
    }
}
