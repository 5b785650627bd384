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
	/// Returns `/<genesis>/<fork>/pbft/1` and `/<genesis>/<fork>/pbft/block/1`; without a fork id, that part is left
	/// out.
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
