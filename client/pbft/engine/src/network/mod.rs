//! The members' network: one notification protocol for messages, one request-response protocol for blocks.
//!
//! A substream opens with a [`hello::Hello`], in which the peer proves that it holds a member's vote key. Other peers
//! are not admitted, so they can neither send votes nor take the slots of members.

pub mod admitted_keys;
pub mod asking;
pub mod blocks;
pub mod body;
mod budget;
mod compact;
pub mod contacts;
pub mod fetch;
pub mod hello;
pub mod peers;
mod protocol_names;
pub mod reserved;
pub mod serving;
mod shares;
#[cfg(test)]
pub(crate) mod testing;
mod wire;

pub use budget::Budget;
pub(crate) use compact::Compact;
pub use protocol_names::{protocol_name, ProtocolNames};
pub use wire::{is_body_of, Wire, INLINE_BYTES};

use sc_network::{
	config::{NonReservedPeerMode, NotificationHandshake, SetConfig},
	service::{traits::NetworkBackend, NotificationMetrics},
	NotificationService,
};
use serving::Requests;
use sp_core::H256;
use std::sync::Arc;
use tp_core::Block;
use tp_pbft::MAX_MEMBERS;

/// Largest notification: a new view of the largest committee, with a prepared certificate in each view change. A
/// proposal beyond [`wire::INLINE_BYTES`] is sent without its body.
const MAX_NOTIFICATION_BYTES: u64 = 4 * 1024 * 1024;

/// Substreams in each direction: one per member, and one more while a member reconnects.
const MAX_PEERS: u32 = 2 * MAX_MEMBERS;

/// The engine's side of the protocols.
pub struct PbftNetwork {
	/// The names of the protocols.
	pub names: ProtocolNames,
	/// The notification protocol for messages.
	pub notifications: Box<dyn NotificationService>,
	/// The requests of peers for blocks.
	pub block_requests: Requests,
	/// Whether the node is a validator.
	pub takes_part: bool,
}

/// Adds the protocols to the configuration of a network. A node that is not an authority opens no substreams.
pub fn configure<N: NetworkBackend<Block, H256>>(
	config: &mut sc_network::config::FullNetworkConfiguration<Block, H256, N>,
	names: ProtocolNames,
	hello: Vec<u8>,
	is_authority: bool,
	metrics: NotificationMetrics,
) -> PbftNetwork {
	// Only authorities take part. Other nodes follow by block sync, and must not take the slots of members.
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
	PbftNetwork { names, notifications, block_requests, takes_part: is_authority }
}
