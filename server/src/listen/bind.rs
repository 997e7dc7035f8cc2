//! One listening socket. Without `SO_REUSEPORT`, so that a second server finds the address in use.

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// Connections that the kernel completes before we accept them.
const BACKLOG: i32 = 4096;
/// A stalled reader then pins this much of the kernel's memory instead of megabytes.
#[cfg(target_os = "linux")]
const NOTSENT_LOWAT: u32 = 64 * 1024;
const KEEPALIVE: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "{0} is in use by another program, perhaps by a server that runs already; stop it or name \
         another address with --{1}"
    )]
    InUse(SocketAddr, &'static str),
    #[error("cannot listen on {0}, {2}; name another address with --{1}")]
    Other(SocketAddr, &'static str, io::Error),
}

/// `flag` is named in the error's sentence.
pub fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, BindError> {
    try_bind(address).map_err(|e| match e.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address, flag),
        _ => BindError::Other(address, flag, e),
    })
}

fn try_bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // On Unix this only lets a restarted server pass the old one's closing connections; on Windows
    // it would allow to share the address.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    set_options(&SockRef::from(&socket));
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Every accepted socket inherits these, which saves four system calls each. Where the system lacks one
/// of them connections work without it.
pub fn set_options(listener: &SockRef<'_>) {
    let _ = listener.set_tcp_nodelay(true);
    // Finds out about a peer that owes no heart-beats and has gone without a word.
    let _ = listener.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE));
    #[cfg(target_os = "linux")]
    let _ = listener.set_tcp_notsent_lowat(NOTSENT_LOWAT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, TcpStream};

    #[test]
    fn what_is_accepted_has_the_options_of_the_listener() {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into(), "listen").unwrap();
        listener.set_nonblocking(false).unwrap();
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        let accepted = SockRef::from(&accepted);
        assert!(accepted.tcp_nodelay().unwrap() && accepted.keepalive().unwrap());
        assert_eq!(accepted.tcp_keepalive_time().unwrap(), KEEPALIVE);
        #[cfg(target_os = "linux")]
        assert_eq!(accepted.tcp_notsent_lowat().unwrap(), NOTSENT_LOWAT);
    }
}
