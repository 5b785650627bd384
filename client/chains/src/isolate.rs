//! Keeps the chains of one node apart: each has its own folder, ports and metrics. Node key and keystore are those of the
//! main chain.
//!
//! The ports of a further chain are those of the main chain plus an offset, also those of its boot nodes, reserved nodes and
//! public addresses: all nodes of a network use the same offsets, so an operator names one set of ports.

use sc_chain_spec::ChainSpec;
use sc_network::{
	config::{MultiaddrWithPeerId, NetworkConfiguration, TransportConfig},
	multiaddr::{Multiaddr, Protocol},
};
use sc_service::{
	config::{DatabaseSource, PrometheusConfig, RpcConfiguration},
	Configuration,
};
use std::{net::SocketAddr, path::Path};

/// Folder of the network's files below that of the chain, as the SDK names it.
const NETWORK_FOLDER: &str = "network";

/// Returns the configuration of a further chain in a node with this one. `None` if one of its ports would exceed the last one.
///
/// It finds no peers by mDNS: those of another chain have the same identities at other ports.
pub fn further(main: &Configuration, chain_spec: Box<dyn ChainSpec>, offset: u16) -> Option<Configuration> {
	let folder = main.base_path.config_dir(chain_spec.id());
	let main_folder = main.base_path.config_dir(main.chain_spec.id());
	let prometheus_config = match &main.prometheus_config {
		Some(PrometheusConfig { port, .. }) => {
			let port = shifted_socket(*port, offset)?;
			Some(PrometheusConfig::new_with_default_registry(port, chain_spec.id().into()))
		},
		None => None,
	};
	Some(Configuration {
		impl_name: main.impl_name.clone(),
		impl_version: main.impl_version.clone(),
		role: main.role,
		tokio_handle: main.tokio_handle.clone(),
		transaction_pool: main.transaction_pool.clone(),
		network: network(&main.network, &folder, offset)?,
		keystore: main.keystore.clone(),
		database: database(&main.database, &main_folder, &folder),
		trie_cache_maximum_size: main.trie_cache_maximum_size,
		warm_up_trie_cache: main.warm_up_trie_cache,
		state_pruning: main.state_pruning.clone(),
		blocks_pruning: main.blocks_pruning,
		chain_spec,
		executor: main.executor.clone(),
		wasm_runtime_overrides: main.wasm_runtime_overrides.clone(),
		rpc: rpc(&main.rpc, offset)?,
		prometheus_config,
		telemetry_endpoints: main.telemetry_endpoints.clone(),
		offchain_worker: main.offchain_worker.clone(),
		force_authoring: main.force_authoring,
		disable_grandpa: main.disable_grandpa,
		dev_key_seed: main.dev_key_seed.clone(),
		tracing_targets: main.tracing_targets.clone(),
		tracing_receiver: main.tracing_receiver.clone(),
		announce_block: main.announce_block,
		data_path: folder,
		base_path: main.base_path.clone(),
	})
}

/// Returns a port of a further chain. 0, which means any free port, stays. `None` if there is no such port.
pub fn shifted(port: u16, offset: u16) -> Option<u16> {
	match port {
		0 => Some(0),
		port => port.checked_add(offset),
	}
}

fn shifted_socket(address: SocketAddr, offset: u16) -> Option<SocketAddr> {
	Some(SocketAddr::new(address.ip(), shifted(address.port(), offset)?))
}

/// Returns a multiaddress with its TCP and UDP ports shifted.
fn shifted_address(address: &Multiaddr, offset: u16) -> Option<Multiaddr> {
	let mut moved = Multiaddr::empty();
	for part in address.iter() {
		moved.push(match part {
			Protocol::Tcp(port) => Protocol::Tcp(shifted(port, offset)?),
			Protocol::Udp(port) => Protocol::Udp(shifted(port, offset)?),
			other => other,
		});
	}
	Some(moved)
}

fn shifted_node(node: &MultiaddrWithPeerId, offset: u16) -> Option<MultiaddrWithPeerId> {
	Some(MultiaddrWithPeerId { multiaddr: shifted_address(&node.multiaddr, offset)?, peer_id: node.peer_id })
}

fn network(main: &NetworkConfiguration, folder: &Path, offset: u16) -> Option<NetworkConfiguration> {
	let mut network = main.clone();
	network.net_config_path = Some(folder.join(NETWORK_FOLDER));
	for addresses in [&mut network.listen_addresses, &mut network.public_addresses] {
		*addresses = addresses.iter().map(|address| shifted_address(address, offset)).collect::<Option<_>>()?;
	}
	for nodes in [&mut network.boot_nodes, &mut network.default_peers_set.reserved_nodes] {
		*nodes = nodes.iter().map(|node| shifted_node(node, offset)).collect::<Option<_>>()?;
	}
	if let TransportConfig::Normal { enable_mdns, .. } = &mut network.transport {
		*enable_mdns = false;
	}
	Some(network)
}

fn rpc(main: &RpcConfiguration, offset: u16) -> Option<RpcConfiguration> {
	let addr = match &main.addr {
		Some(endpoints) => {
			let mut endpoints = endpoints.clone();
			for endpoint in &mut endpoints {
				endpoint.listen_addr = shifted_socket(endpoint.listen_addr, offset)?;
			}
			Some(endpoints)
		},
		None => None,
	};
	Some(RpcConfiguration {
		addr,
		max_connections: main.max_connections,
		cors: main.cors.clone(),
		methods: main.methods,
		max_request_size: main.max_request_size,
		max_response_size: main.max_response_size,
		// The node sets none: ids are random.
		id_provider: None,
		max_subs_per_conn: main.max_subs_per_conn,
		port: shifted(main.port, offset)?,
		message_buffer_capacity: main.message_buffer_capacity,
		batch_config: main.batch_config,
		rate_limit: main.rate_limit,
		rate_limit_whitelisted_ips: main.rate_limit_whitelisted_ips.clone(),
		rate_limit_trust_proxy_headers: main.rate_limit_trust_proxy_headers,
		request_logger_limit: main.request_logger_limit,
	})
}

/// Returns the database at the same place below the folder of another chain.
fn database(main: &DatabaseSource, main_folder: &Path, folder: &Path) -> DatabaseSource {
	let mut database = main.clone();
	let below = main.path().and_then(|path| path.strip_prefix(main_folder).ok());
	if let Some(below) = below {
		database.set_path(&folder.join(below));
	}
	database
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn addresses_are_shifted_with_their_identities() {
		let id = "12D3KooWQCkBm1BYtkHpocxCwMgR8yjitEeHGx8spzcDLGt2gkBm";
		let node: MultiaddrWithPeerId = format!("/ip4/127.0.0.1/tcp/30333/ws/p2p/{id}").parse().unwrap();
		let moved = shifted_node(&node, 3).unwrap();
		assert_eq!(moved.to_string(), format!("/ip4/127.0.0.1/tcp/30336/ws/p2p/{id}"));
		let any = shifted_address(&"/ip6/::/tcp/0".parse().unwrap(), 3).unwrap();
		assert_eq!(any, "/ip6/::/tcp/0".parse().unwrap());
		assert_eq!(shifted_address(&"/ip4/127.0.0.1/tcp/65534".parse().unwrap(), 3), None);
	}

	#[test]
	fn databases_of_two_chains_have_different_folders() {
		let main = DatabaseSource::ParityDb { path: "/base/chains/main/paritydb/full".into() };
		let moved = database(&main, Path::new("/base/chains/main"), Path::new("/base/chains/shard"));
		assert_eq!(moved.path(), Some(Path::new("/base/chains/shard/paritydb/full")));
	}
}
