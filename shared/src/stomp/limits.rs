//! Bounds a decoder keeps.

/// What one frame may take. All sizes in bytes as they are on the wire, escapes and EOLs included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A whole frame: command, headers and body.
    pub frame: usize,
    /// Number of distinct header lines; repetitions of a name do not count.
    pub headers: usize,
    /// One header line.
    pub header_line: usize,
    /// The command line.
    pub command: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { frame: 64 * 1024, headers: 64, header_line: 4096, command: 16 }
    }
}
