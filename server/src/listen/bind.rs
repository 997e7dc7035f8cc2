//! One listening socket. Without `SO_REUSEPORT`, so that a second server finds the address in use.

use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};

/// Connections that the kernel completes before we accept them.
const BACKLOG: i32 = 4096;

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
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}
