//! Ports of the nodes of a network.

use anyhow::{bail, Context};
use rand::Rng;
use std::{
	io,
	net::{Ipv4Addr, TcpListener},
	ops::Range,
};

/// The range of free ports: below the range from which systems take the ports of outgoing connections.
const FREE_PORT_RANGE: Range<u16> = 15_000..32_000;

/// The ports of one node, all TCP on the loopback interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodePorts {
	/// JSON-RPC, by WebSocket and HTTP.
	pub rpc: u16,
	/// The network of nodes.
	pub p2p: u16,
	/// Prometheus metrics.
	pub prometheus: u16,
}

impl NodePorts {
	fn all(&self) -> [(&'static str, u16); 3] {
		[("RPC", self.rpc), ("p2p", self.p2p), ("Prometheus", self.prometheus)]
	}
}

/// The ports of the first node; each further node takes the next ones.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct PortBases {
	/// JSON-RPC port of the first node; the others take the following ones.
	#[arg(long, value_name = "PORT", default_value_t = 9944)]
	pub rpc_port_base: u16,
	/// Network port of the first node.
	#[arg(long, value_name = "PORT", default_value_t = 30333)]
	pub p2p_port_base: u16,
	/// Prometheus port of the first node.
	#[arg(long, value_name = "PORT", default_value_t = 9615)]
	pub prometheus_port_base: u16,
}

impl PortBases {
	/// Returns the ports of `count` nodes.
	///
	/// # Errors
	/// If they exceed the last port, or two nodes would use one port.
	pub fn ports(&self, count: u16) -> anyhow::Result<Vec<NodePorts>> {
		let port = |base: u16, offset: u16| {
			base.checked_add(offset)
				.filter(|port| *port > 0)
				.with_context(|| format!("{count} nodes do not fit between port {base} and the last one, {}", u16::MAX))
		};
		let ports = (0..count)
			.map(|offset| {
				Ok(NodePorts {
					rpc: port(self.rpc_port_base, offset)?,
					p2p: port(self.p2p_port_base, offset)?,
					prometheus: port(self.prometheus_port_base, offset)?,
				})
			})
			.collect::<anyhow::Result<Vec<_>>>()?;
		let mut all: Vec<u16> = ports.iter().flat_map(|ports| ports.all().map(|(_, port)| port)).collect();
		all.sort_unstable();
		if let Some(twice) = all.windows(2).find(|pair| pair[0] == pair[1]) {
			bail!("two nodes would use the port {}; set the port bases further apart", twice[0]);
		}
		Ok(ports)
	}
}

impl NodePorts {
	/// Finds free ports for `count` nodes.
	///
	/// # Errors
	/// If too few ports are free.
	pub fn free(count: u16) -> anyhow::Result<Vec<Self>> {
		let wanted = usize::from(count) * 3;
		// A random start keeps networks apart that are prepared at the same time.
		let start = rand::thread_rng().gen_range(FREE_PORT_RANGE);
		let candidates = (start..FREE_PORT_RANGE.end).chain(FREE_PORT_RANGE.start..start);
		let free: Vec<u16> = candidates.filter(|port| listen(*port).is_ok()).take(wanted).collect();
		if free.len() < wanted {
			bail!("{wanted} free ports are needed, {} were found", free.len());
		}
		Ok(free.chunks_exact(3).map(|ports| Self { rpc: ports[0], p2p: ports[1], prometheus: ports[2] }).collect())
	}
}

/// Checks that all ports are free.
///
/// # Errors
/// If ports are in use; the error names all of them.
pub(crate) fn ensure_free(ports: &[NodePorts]) -> anyhow::Result<()> {
	let taken: Vec<String> = ports
		.iter()
		.flat_map(|ports| ports.all())
		.filter(|(_, port)| listen(*port).is_err())
		.map(|(service, port)| format!("{port} ({service})"))
		.collect();
	if !taken.is_empty() {
		bail!(
			"these ports are in use or not allowed: {}; stop what listens there, or choose others by --rpc-port-base, \
			 --p2p-port-base and --prometheus-port-base",
			taken.join(", ")
		);
	}
	Ok(())
}

fn listen(port: u16) -> io::Result<TcpListener> {
	TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ports_count_up_from_their_bases() {
		let bases = PortBases { rpc_port_base: 9944, p2p_port_base: 30333, prometheus_port_base: 9615 };
		let ports = bases.ports(4).unwrap();
		assert_eq!(ports.len(), 4);
		assert_eq!(ports[3], NodePorts { rpc: 9947, p2p: 30336, prometheus: 9618 });
	}

	#[test]
	fn bases_too_close_or_too_high_are_refused() {
		let bases = PortBases { rpc_port_base: 9944, p2p_port_base: 9946, prometheus_port_base: 9615 };
		assert!(bases.ports(2).is_ok());
		assert!(bases.ports(3).unwrap_err().to_string().contains("9946"));
		let bases = PortBases { rpc_port_base: 65_534, p2p_port_base: 30333, prometheus_port_base: 9615 };
		assert!(bases.ports(2).is_ok());
		assert!(bases.ports(3).is_err());
	}

	#[test]
	fn a_taken_port_is_named() {
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let port = taken.local_addr().unwrap().port();
		let mut ports = NodePorts::free(2).unwrap();
		assert!(ensure_free(&ports).is_ok());
		ports[1].prometheus = port;
		let error = ensure_free(&ports).unwrap_err().to_string();
		assert!(error.contains(&format!("{port} (Prometheus)")), "{error}");
	}
}
