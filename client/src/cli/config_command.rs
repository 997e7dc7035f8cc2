//! `config`: what can be configured, and whether the file can be used.

use super::args::{Common, ConfigCommand};
use super::exit::{CliError, Exit};
use super::{around, flags};
use crate::config::{self, Flags};
use std::io::Write;

pub fn run(what: ConfigCommand) -> Result<(), CliError> {
    match what {
        ConfigCommand::Check(common) => check(&common),
        ConfigCommand::Default => print(&config::docs::default_file()),
        ConfigCommand::Path(common) => {
            let path = config::path(&flags(&common), &around());
            let (path, _) = path.ok_or_else(|| {
                CliError::new(Exit::Config, "there is no home directory; give --config FILE")
            })?;
            print(&format!("{}\n", path.display()))
        }
    }
}

/// Every profile is put together as it would be used.
fn check(common: &Common) -> Result<(), CliError> {
    let (flags, around) = (flags(common), around());
    let Some((path, required)) = config::path(&flags, &around) else {
        return print("there is no configuration file; everything has its default\n");
    };
    let file = config::File::read(&path, required)?;
    config::put_together(&file, &flags, &around)?;
    let profiles: Vec<&str> = file.profiles().collect();
    for profile in &profiles {
        let flags = Flags { profile: Some((*profile).to_owned()), ..flags.clone() };
        config::put_together(&file, &flags, &around).map_err(|e| {
            let profile = chat_protocol::text::PeerStr::new(profile).line();
            CliError::new(Exit::Config, format!("with --profile {profile}: {e}"))
        })?;
    }
    let path = path.display();
    let mut said = match (file.is_there(), file.settings()) {
        (false, _) => format!("{path} does not exist; everything has its default"),
        (true, 1) => format!("{path} is good: 1 setting"),
        (true, n) => format!("{path} is good: {n} settings"),
    };
    if !profiles.is_empty() {
        said.push_str(&format!(", profiles: {}", profiles.join(", ")));
    }
    print(&format!("{}\n", chat_protocol::text::PeerStr::new(&said).line()))
}

fn print(text: &str) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Nobody reads any more: that is no failure.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(e) => Err(CliError::stdout(&e)),
        Ok(()) => Ok(()),
    }
}
