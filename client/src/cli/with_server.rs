//! `--with-server`: starts the bundled server in the background when nothing answers. It outlives
//! this client and leaves by itself when everybody has gone.

use super::exit::{CliError, Exit};
use crate::config::Config;
use crate::store;
use chat_protocol::text::PeerStr;
use std::fs::OpenOptions;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = "chat-server";
/// One attempt to connect to a loopback address.
const PROBE: Duration = Duration::from_millis(500);
/// Between two attempts while the server starts.
const PAUSE: Duration = Duration::from_millis(20);
/// How `chat-server` ends when another holds the address or the data directory: then that one
/// will answer.
const OTHERS_WON: [i32; 2] = [69, DATA_HELD];
const DATA_HELD: i32 = 73;
/// For the one that won to answer.
const OTHERS_PATIENCE: Duration = Duration::from_secs(5);

/// Returns when somebody listens at the configured address, with a line about it when that needed a
/// server to be started.
pub fn ensure(config: &Config, patience: Duration) -> Result<Option<String>, CliError> {
    let Some(address) = config.server.loopback() else {
        let what = "--with-server starts a server on this machine only; leave it out, or give a \
                    --server such as ws://127.0.0.1:7878/ws";
        return Err(CliError::usage(what));
    };
    if answers(address) {
        return Ok(None);
    }
    let log = config.data_dir.join("server.log");
    let mut child = start(&find()?, address, config, &log)?;
    let ours = wait(&mut child, address, &log, patience)?;
    let line = || format!("started {PROGRAM} at {address}; it writes to {}", log.display());
    Ok(ours.then(|| PeerStr::new(&line()).line().into_string()))
}

fn answers(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, PROBE).is_ok()
}

/// Beside our own binary, else on PATH.
fn find() -> Result<PathBuf, CliError> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = beside.into_iter().chain(std::env::split_paths(&path));
    places.find_map(|dir| Some(dir.join(&name)).filter(|p| p.is_file())).ok_or_else(|| {
        let what = format!(
            "there is no {PROGRAM} beside chat-tui or on PATH; build it with `cargo build --release`"
        );
        CliError::new(Exit::Unreachable, what)
    })
}

fn start(
    program: &Path,
    address: SocketAddr,
    config: &Config,
    log: &Path,
) -> Result<Child, CliError> {
    let failed = |what: &Path, e: std::io::Error| {
        CliError::new(Exit::LocalIo, format!("cannot use {}: {e}", what.display()))
    };
    store::make_dir(&config.data_dir).map_err(|e| failed(&config.data_dir, e))?;
    let out = OpenOptions::new().create(true).append(true).open(log).map_err(|e| failed(log, e))?;
    let err = out.try_clone().map_err(|e| failed(log, e))?;
    let mut command = Command::new(program);
    command
        .arg("serve")
        .args(["--listen", &address.to_string()])
        .args(["--exit-when-idle", &format!("{}ms", config.with_server_idle.as_millis())])
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err);
    // A group of its own: Ctrl-C in this terminal is not for the server.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(|e| failed(program, e))
}

/// Whether it is ours that answers: of two that start one at the same moment, one has not.
fn wait(
    child: &mut Child,
    address: SocketAddr,
    log: &Path,
    patience: Duration,
) -> Result<bool, CliError> {
    let mut deadline = Instant::now() + patience;
    let mut lost = None;
    while Instant::now() < deadline {
        if answers(address) {
            return Ok(lost.is_none());
        }
        if lost.is_none()
            && let Ok(Some(status)) = child.try_wait()
        {
            lost = status.code().filter(|code| OTHERS_WON.contains(code));
            if lost.is_none() {
                let what = format!("{PROGRAM} did not start ({status}); see {}", log.display());
                return Err(CliError::new(Exit::Unreachable, what));
            }
            deadline = deadline.min(Instant::now() + OTHERS_PATIENCE);
        }
        std::thread::sleep(PAUSE);
    }
    let log = log.display();
    let what = match lost {
        Some(DATA_HELD) => format!(
            "another {PROGRAM} has the data directory and does not listen at {address}; name its \
             address with --server, or stop it; see {log}"
        ),
        _ => format!("{PROGRAM} did not answer at {address}; see {log}"),
    };
    Err(CliError::new(Exit::Unreachable, what))
}
