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

/// The offset of the zone's ports from those of the node's main chain.
pub const ZONE_OFFSET: u16 = 1;
/// The offset of the first shard's ports from those of the node's main chain.
const FIRST_SHARD_OFFSET: u16 = 2;
/// The most shards of a node. More in one process are a typing error.
pub const MAX_SHARDS: u16 = 16;

/// Returns the offset of a shard's ports from those of the node's main chain. Shards count from 0.
pub fn shard_offset(shard: u16) -> u16 {
	FIRST_SHARD_OFFSET.saturating_add(shard)
}

/// Returns how many ports of each kind a node takes, one behind the other.
fn ports_of_node(shards: u16) -> u16 {
	match shards {
		0 => 1,
		shards => shard_offset(shards),
	}
}

/// The ports of one node's main chain, all TCP on the loopback interface.
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

	/// Returns the ports of a shard in the same node. `None` if they exceed the last port.
	pub fn of_shard(&self, shard: u16) -> Option<Self> {
		self.moved(shard_offset(shard))
	}

	/// Returns the ports of the zone in the same node. `None` if they exceed the last port.
	pub fn of_zone(&self) -> Option<Self> {
		self.moved(ZONE_OFFSET)
	}

	fn moved(&self, offset: u16) -> Option<Self> {
		let moved = |port: u16| port.checked_add(offset);
		Some(Self { rpc: moved(self.rpc)?, p2p: moved(self.p2p)?, prometheus: moved(self.prometheus)? })
	}

	/// Returns the ports of the main chain, and of shards with their zone.
	fn with_shards(&self, shards: u16) -> impl Iterator<Item = Self> + '_ {
		let zone = if shards > 0 { self.of_zone() } else { None };
		[*self].into_iter().chain(zone).chain((0..shards).filter_map(|shard| self.of_shard(shard)))
	}
}

/// The ports of the first node; each further node takes the next ones, behind those of the shards before it.
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
	/// Returns the ports of `count` nodes with some shards each.
	///
	/// # Errors
	/// If they exceed the last port, or two ledgers would use one port.
	pub fn ports(&self, count: u16, shards: u16) -> anyhow::Result<Vec<NodePorts>> {
		let of_node = ports_of_node(shards);
		let port = |base: u16, node: u16| {
			node.checked_mul(of_node)
				.and_then(|offset| base.checked_add(offset))
				// Also the last of the node's ports.
				.filter(|port| *port > 0 && port.checked_add(of_node - 1).is_some())
				.with_context(|| format!("{count} nodes do not fit between port {base} and the last one, {}", u16::MAX))
		};
		let ports = (0..count)
			.map(|node| {
				Ok(NodePorts {
					rpc: port(self.rpc_port_base, node)?,
					p2p: port(self.p2p_port_base, node)?,
					prometheus: port(self.prometheus_port_base, node)?,
				})
			})
			.collect::<anyhow::Result<Vec<_>>>()?;
		let ledgers = ports.iter().flat_map(|ports| ports.with_shards(shards));
		let mut all: Vec<u16> = ledgers.flat_map(|ports| ports.all().map(|(_, port)| port)).collect();
		all.sort_unstable();
		if let Some(twice) = all.windows(2).find(|pair| pair[0] == pair[1]) {
			bail!("two ledgers would use the port {}; set the port bases further apart", twice[0]);
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
		Self::free_with_shards(count, 0)
	}

	/// Finds free ports for `count` nodes with some shards each.
	///
	/// # Errors
	/// If too few ports are free.
	pub fn free_with_shards(count: u16, shards: u16) -> anyhow::Result<Vec<Self>> {
		let wanted = usize::from(count) * 3;
		let of_node = ports_of_node(shards);
		// A random start keeps networks apart that are prepared at the same time.
		let start = rand::thread_rng().gen_range(FREE_PORT_RANGE);
		let candidates = (start..FREE_PORT_RANGE.end).chain(FREE_PORT_RANGE.start..start);
		let mut free: Vec<u16> = Vec::new();
		// The ports of one kind in one node follow each other.
		let (mut first, mut in_row) = (0, 0);
		for port in candidates {
			let follows = in_row > 0 && first + in_row == port;
			if listen(port).is_err() {
				in_row = 0;
				continue;
			}
			(first, in_row) = if follows { (first, in_row + 1) } else { (port, 1) };
			if in_row == of_node {
				free.push(first);
				in_row = 0;
			}
			if free.len() == wanted {
				break;
			}
		}
		if free.len() < wanted {
			bail!("{wanted} times {of_node} free ports are needed, {} were found", free.len());
		}
		Ok(free.chunks_exact(3).map(|ports| Self { rpc: ports[0], p2p: ports[1], prometheus: ports[2] }).collect())
	}
}

/// Checks that all ports of nodes with some shards each are free.
///
/// # Errors
/// If ports are in use; the error names all of them.
pub(crate) fn ensure_free(ports: &[NodePorts], shards: u16) -> anyhow::Result<()> {
	let taken: Vec<String> = ports
		.iter()
		.flat_map(|ports| ports.with_shards(shards))
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
		let ports = bases.ports(4, 0).unwrap();
		assert_eq!(ports.len(), 4);
		assert_eq!(ports[3], NodePorts { rpc: 9947, p2p: 30336, prometheus: 9618 });
	}

	#[test]
	fn a_node_with_shards_takes_ports_in_a_row() {
		let bases = PortBases { rpc_port_base: 9944, p2p_port_base: 30333, prometheus_port_base: 9615 };
		let ports = bases.ports(4, 2).unwrap();
		let rpc: Vec<Vec<u16>> =
			ports.iter().map(|ports| ports.with_shards(2).map(|ports| ports.rpc).collect()).collect();
		assert_eq!(rpc[..2], [vec![9944, 9945, 9946, 9947], vec![9948, 9949, 9950, 9951]]);
		assert_eq!(ports[3].of_shard(1), Some(NodePorts { rpc: 9959, p2p: 30348, prometheus: 9630 }));
		assert_eq!(NodePorts { rpc: 65_534, p2p: 1, prometheus: 1 }.of_shard(0), None);
		let found = NodePorts::free_with_shards(3, 2).unwrap();
		assert!(ensure_free(&found, 2).is_ok());
	}

	#[test]
	fn bases_too_close_or_too_high_are_refused() {
		let bases = PortBases { rpc_port_base: 9944, p2p_port_base: 9946, prometheus_port_base: 9615 };
		assert!(bases.ports(2, 0).is_ok());
		assert!(bases.ports(3, 0).unwrap_err().to_string().contains("9946"));
		let bases = PortBases { rpc_port_base: 65_534, p2p_port_base: 30333, prometheus_port_base: 9615 };
		assert!(bases.ports(2, 0).is_ok());
		assert!(bases.ports(2, 1).is_err(), "the last shard has no port");
		assert!(bases.ports(3, 0).is_err());
	}

	#[test]
	fn a_taken_port_is_named() {
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let port = taken.local_addr().unwrap().port();
		let mut ports = NodePorts::free(2).unwrap();
		assert!(ensure_free(&ports, 0).is_ok());
		ports[1].prometheus = port;
		let error = ensure_free(&ports, 0).unwrap_err().to_string();
		assert!(error.contains(&format!("{port} (Prometheus)")), "{error}");
	}
}
