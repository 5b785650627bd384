//! The notification protocol, as the network is configured with it.

use super::message::MAX_MESSAGE_BYTES;
use sc_network::{
	config::{FullNetworkConfiguration, NonReservedPeerMode, SetConfig},
	service::{traits::NetworkBackend, NotificationMetrics},
	NotificationService, ProtocolName,
};
use tp_core::{Block, Hash};

/// The protocol, registered with the network and not running yet.
pub struct Gossip {
	pub(super) name: ProtocolName,
	pub(super) notifications: Box<dyn NotificationService>,
}

/// Adds the protocol to the configuration of a network.
pub fn configure<N: NetworkBackend<Block, Hash>>(
	config: &mut FullNetworkConfiguration<Block, Hash, N>,
	genesis: Hash,
	fork_id: Option<&str>,
	metrics: NotificationMetrics,
) -> Gossip {
	let genesis = sp_core::bytes::to_hex(genesis.as_bytes(), false);
	let genesis = genesis.trim_start_matches("0x");
	let name: ProtocolName = match fork_id {
		Some(fork) => format!("/{genesis}/{fork}/units/2"),
		None => format!("/{genesis}/units/2"),
	}
	.into();
	let set = SetConfig {
		in_peers: 0,
		out_peers: 0,
		reserved_nodes: Vec::new(),
		non_reserved_mode: NonReservedPeerMode::Deny,
	};
	let peer_store = config.peer_store_handle();
	let (protocol, notifications) =
		N::notification_config(name.clone(), Vec::new(), MAX_MESSAGE_BYTES, None, set, metrics, peer_store);
	config.add_notification_protocol(protocol);
	Gossip { name, notifications }
}
