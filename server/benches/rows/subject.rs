//! Who is measured: our server, another build of it, the floor, or a server that runs already.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// On the disk of the build: the directory for temporary files may be in memory.
const DATA: &str = env!("CARGO_TARGET_TMPDIR");
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub struct Subject {
    pub name: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Ours { program: String, flags: Vec<String>, tcp: bool },
    Floor { program: String, flags: Vec<String>, tcp: bool },
    Running { url: String, pid: u32, options: Vec<String> },
}

/// A subject that takes connections; it ends when this is dropped.
pub struct Running {
    pub url: String,
    pub pid: u32,
    /// What `stompload` needs for it.
    pub options: Vec<String>,
    /// From the start of the process until it listens; of ours only.
    pub start_took: Duration,
    tcp: Option<SocketAddr>,
    child: Option<Child>,
    data: Option<TempDir>,
}

impl Subject {
    pub fn ours(name: &str, program: &str, flags: &[&str]) -> Self {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self {
            name: name.to_owned(),
            kind: Kind::Ours { program: program.to_owned(), flags, tcp: false },
        }
    }

    pub fn floor(name: &str, stompload: &str, flags: &[&str]) -> Self {
        let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let program = stompload.to_owned();
        Self { name: name.to_owned(), kind: Kind::Floor { program, flags, tcp: false } }
    }

    /// `NAME|URL|PID|OPTIONS`
    pub fn running(line: &str) -> Self {
        let parts: Vec<_> = line.splitn(4, '|').collect();
        let [name, url, pid, options] = parts[..] else { panic!("--peer 'NAME|URL|PID|OPTIONS'") };
        let options = options.split_whitespace().map(str::to_owned).collect();
        let kind = Kind::Running { url: url.to_owned(), pid: pid.parse().expect("a PID"), options };
        Self { name: name.to_owned(), kind }
    }

    /// The same over plain TCP.
    pub fn over_tcp(mut self) -> Self {
        match &mut self.kind {
            Kind::Ours { tcp, .. } | Kind::Floor { tcp, .. } => *tcp = true,
            Kind::Running { .. } => {}
        }
        self
    }

    pub fn start(&self) -> Running {
        match &self.kind {
            Kind::Ours { .. } => self.serve(tempfile::tempdir_in(DATA).unwrap()),
            Kind::Floor { program, flags, tcp } => {
                let at = free_port();
                let mut command = Command::new(program);
                command.args(["floor", "--listen", &at.to_string()]).args(flags);
                let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                let end = Instant::now() + PATIENCE;
                while TcpStream::connect(at).is_err() {
                    assert!(Instant::now() < end, "the floor does not listen");
                    std::thread::park_timeout(Duration::from_millis(5));
                }
                let url = if *tcp { format!("tcp://{at}") } else { format!("ws://{at}/ws") };
                Running {
                    url,
                    pid: child.id(),
                    options: receipts(),
                    start_took: Duration::ZERO,
                    tcp: None,
                    child: Some(child),
                    data: None,
                }
            }
            Kind::Running { url, pid, options } => Running {
                url: url.clone(),
                pid: *pid,
                options: options.clone(),
                start_took: Duration::ZERO,
                tcp: None,
                child: None,
                data: None,
            },
        }
    }
}

impl Subject {
    /// Our server on this store.
    fn serve(&self, data: TempDir) -> Running {
        let Kind::Ours { program, flags, tcp } = &self.kind else { unreachable!("only ours") };
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--stomp-listen", "127.0.0.1:0"]);
        command.arg("--data-dir").arg(data.path()).args(flags);
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (ws, raw) = addresses(&mut child);
        Running {
            url: if *tcp { format!("tcp://{raw}") } else { format!("ws://{ws}/ws") },
            pid: child.id(),
            options: receipts(),
            start_took: began.elapsed(),
            tcp: Some(raw),
            child: Some(child),
            data: Some(data),
        }
    }
}

fn receipts() -> Vec<String> {
    vec!["--sub-receipt".to_owned()]
}

impl Running {
    /// Where our server takes STOMP without WebSocket.
    pub fn tcp(&self) -> SocketAddr {
        self.tcp.expect("our server")
    }

    /// Killed, and begun again on the same store.
    pub fn restart(mut self, subject: &Subject) -> Self {
        let data = self.data.take().expect("our server");
        drop(self);
        subject.serve(data)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What our server prints at its start; the rest of it is read and dropped.
fn addresses(child: &mut Child) -> (SocketAddr, SocketAddr) {
    let mut out = BufReader::new(child.stdout.take().expect("stdout"));
    let (mut ws, mut tcp) = (None, None);
    while ws.is_none() || tcp.is_none() {
        let mut line = String::new();
        assert!(out.read_line(&mut line).expect("readable") > 0, "the server did not come up");
        let after = |mark: &str| {
            let rest = line.split_once(mark)?.1;
            rest[..rest.find(['/', ' ', '\n']).unwrap_or(rest.len())].parse().ok()
        };
        ws = ws.or_else(|| after("ws://"));
        tcp = tcp.or_else(|| after("STOMP over TCP on "));
    }
    std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
    (ws.expect("found"), tcp.expect("found"))
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port")
}
