//! Listening, before a node does anything else: a taken port must end the start.

use std::{
	io,
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

/// Why the page cannot be served at a port.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
	/// Another program listens there.
	#[error("the port {} of the explorer is in use at {}", .0.port(), .0.ip())]
	InUse(SocketAddr),
	/// The system refuses it.
	#[error("the explorer cannot listen at {0}: {1}")]
	Refused(SocketAddr, #[source] io::Error),
}

/// Listens at a port: on the loopback interface, or on all if `external`. Port 0 is any free port.
///
/// A host may have no IPv6, so that is optional, as for the SDK's RPC.
///
/// # Errors
/// If the port is taken or not allowed.
pub fn listen(port: u16, external: bool) -> Result<Vec<TcpListener>, ListenError> {
	if external {
		// On most systems the IPv6 socket takes IPv4 as well, and then the second one is refused.
		let Ok(all) = bind(Ipv6Addr::UNSPECIFIED.into(), port) else {
			return Ok(vec![bind(Ipv4Addr::UNSPECIFIED.into(), port)?]);
		};
		let port = port_of(&all, port);
		return Ok([Some(all), bind(Ipv4Addr::UNSPECIFIED.into(), port).ok()].into_iter().flatten().collect());
	}
	let first = bind(Ipv4Addr::LOCALHOST.into(), port)?;
	let port = port_of(&first, port);
	Ok([Some(first), bind(Ipv6Addr::LOCALHOST.into(), port).ok()].into_iter().flatten().collect())
}

fn port_of(listener: &TcpListener, otherwise: u16) -> u16 {
	listener.local_addr().map_or(otherwise, |address| address.port())
}

fn bind(ip: IpAddr, port: u16) -> Result<TcpListener, ListenError> {
	let address = SocketAddr::new(ip, port);
	let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
		io::ErrorKind::AddrInUse => ListenError::InUse(address),
		_ => ListenError::Refused(address, error),
	})?;
	// The runtime, which takes it later, asks for this.
	listener.set_nonblocking(true).map_err(|error| ListenError::Refused(address, error))?;
	Ok(listener)
}
