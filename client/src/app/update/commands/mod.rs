//! The commands that are typed: `/name arguments`. One file each; this one finds them.

/// A command, for the parser, the completion and the help.
pub struct Command {
    /// The first one is shown.
    pub names: &'static [&'static str],
    pub arguments: &'static str,
    pub help: &'static str,
}

impl Command {
    pub fn usage(&self) -> String {
        let name = self.names.first().copied().unwrap_or_default();
        format!("/{name} {}", self.arguments).trim_end().to_owned()
    }
}

pub const TABLE: &[Command] = &[];
