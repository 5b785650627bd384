//! The names of the engine's protocols.

use sc_network::ProtocolName;
use sp_core::H256;

/// Names of the protocols of one ledger.
#[derive(Clone, Debug)]
pub struct ProtocolNames {
	/// The notification protocol for messages.
	pub messages: ProtocolName,
	/// The request-response protocol for blocks by hash.
	pub blocks: ProtocolName,
}

impl ProtocolNames {
	/// Returns `/<genesis>/<fork>/pbft/2` and `/<genesis>/<fork>/pbft/block/2`; without a fork id, that part is left
	/// out.
	pub fn new(genesis: H256, fork_id: Option<&str>) -> Self {
		let name = |protocol| protocol_name(genesis, fork_id, protocol);
		Self { messages: name("pbft/2"), blocks: name("pbft/block/2") }
	}
}

/// Returns the name of a protocol of a ledger: `/<genesis>/<fork>/<protocol>`, or without the fork.
pub fn protocol_name(genesis: H256, fork_id: Option<&str>, protocol: &str) -> ProtocolName {
	let genesis = sp_core::bytes::to_hex(genesis.as_bytes(), false);
	let genesis = genesis.trim_start_matches("0x");
	let fork = fork_id.map(|fork| format!("{fork}/")).unwrap_or_default();
	format!("/{genesis}/{fork}{protocol}").into()
}
