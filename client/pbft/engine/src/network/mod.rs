//! How members talk: one notification protocol for messages, one request-response protocol for blocks.
//!
//! A substream opens with a [`hello::Hello`], in which the peer proves that it holds a member's vote key. Only peers
//! that do are let in, so strangers can neither send votes nor take the members' places.

pub mod blocks;
mod budget;
pub mod hello;
pub mod peers;
pub mod reserved;
mod wire;

pub use wire::{is_block_of, is_body_of, Wire};

use blocks::BlockRequestQueue;
use sc_network::{
	config::{NonReservedPeerMode, NotificationHandshake, SetConfig},
	service::{traits::NetworkBackend, NotificationMetrics},
	NotificationService, PeerId, ProtocolName,
};
use sp_core::H256;
use std::sync::Arc;
use tp_core::Block;
use tp_pbft::MAX_MEMBERS;

/// Largest notification. A proposal beyond [`wire::INLINE_BYTES`] goes without its body; a new view of the largest
/// committee, with a prepared certificate in each view change, is what needs the room.
const MAX_NOTIFICATION_BYTES: u64 = 4 * 1024 * 1024;

/// Substreams to and from peers: every member, each with a spare for reconnecting.
const MAX_PEERS: u32 = 2 * MAX_MEMBERS;

/// Names of the protocols of one ledger.
#[derive(Clone, Debug)]
pub struct ProtocolNames {
	/// Messages.
	pub messages: ProtocolName,
	/// Blocks by hash.
	pub blocks: ProtocolName,
}

impl ProtocolNames {
	/// `/<genesis>/<fork>/pbft/1`, the fork left out where there is none.
	pub fn new(genesis: H256, fork_id: Option<&str>) -> Self {
		let genesis = sp_core::bytes::to_hex(genesis.as_bytes(), false);
		let genesis = genesis.trim_start_matches("0x");
		let base = match fork_id {
			Some(fork) => format!("/{genesis}/{fork}/pbft"),
			None => format!("/{genesis}/pbft"),
		};
		Self { messages: format!("{base}/1").into(), blocks: format!("{base}/block/1").into() }
	}
}

/// What the engine gets to talk with.
pub struct PbftNetwork {
	/// Names of the protocols.
	pub names: ProtocolNames,
	/// Messages.
	pub notifications: Box<dyn NotificationService>,
	/// Requests of others for blocks.
	pub block_requests: BlockRequestQueue,
}

/// Adds the protocols to a network that is about to be built. A node that is no authority opens no substreams.
pub fn configure<N: NetworkBackend<Block, H256>>(
	config: &mut sc_network::config::FullNetworkConfiguration<Block, H256, N>,
	names: ProtocolNames,
	hello: Vec<u8>,
	is_authority: bool,
	metrics: NotificationMetrics,
) -> PbftNetwork {
	let (set_config, handshake) = if is_authority {
		let set = SetConfig {
			in_peers: MAX_PEERS,
			out_peers: MAX_PEERS,
			reserved_nodes: Vec::new(),
			non_reserved_mode: NonReservedPeerMode::Accept,
		};
		(set, hello)
	} else {
		let set = SetConfig {
			in_peers: 0,
			out_peers: 0,
			reserved_nodes: Vec::new(),
			non_reserved_mode: NonReservedPeerMode::Deny,
		};
		(set, Vec::new())
	};
	let peer_store = config.peer_store_handle();
	let (notification_config, notifications) = N::notification_config(
		names.messages.clone(),
		Vec::new(),
		MAX_NOTIFICATION_BYTES,
		Some(NotificationHandshake::from_bytes(handshake)),
		set_config,
		metrics,
		Arc::clone(&peer_store),
	);
	config.add_notification_protocol(notification_config);
	let (block_requests, request_config) = blocks::configure::<N>(&names);
	config.add_request_response_protocol(request_config);
	PbftNetwork { names, notifications, block_requests }
}

/// A peer as an opaque number, for bounds per link in the core's inbox.
pub fn link_of(peer: &PeerId) -> u64 {
	let hash = sp_crypto_hashing::twox_64(&peer.to_bytes());
	u64::from_le_bytes(hash)
}
