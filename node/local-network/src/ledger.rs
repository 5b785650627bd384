//! The ledgers of a node, and where it serves them.

use crate::ports::NodePorts;
use anyhow::Context;
use top_sdk::{Error, RpcClient};
use tp_core::ChainTag;

/// A ledger as one node serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeLedger {
	/// The ledger.
	pub chain: ChainTag,
	/// Its ports in this node.
	pub ports: NodePorts,
}

impl NodeLedger {
	/// Returns the URL of its JSON-RPC endpoint.
	pub fn rpc_url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.ports.rpc)
	}

	/// Connects to its RPC.
	///
	/// # Errors
	/// If the node does not serve it.
	pub async fn rpc(&self) -> Result<RpcClient, Error> {
		RpcClient::connect(&self.rpc_url()).await
	}
}

/// Returns the zone of a node and its shards, none without shards. The n-th shard has the incarnation n, from 0.
pub(crate) fn shards(ports: NodePorts, count: u16) -> anyhow::Result<Vec<NodeLedger>> {
	if count == 0 {
		return Ok(Vec::new());
	}
	let exceed = "the ports of a shard exceed the last port";
	let zone = NodeLedger { chain: ChainTag::Zone(0), ports: ports.of_zone().context(exceed)? };
	let shard = |number: u16| {
		let ports = ports.of_shard(number).context(exceed)?;
		Ok(NodeLedger { chain: ChainTag::Shard { zone: 0, incarnation: number.into() }, ports })
	};
	[Ok(zone)].into_iter().chain((0..count).map(shard)).collect()
}

/// Returns the ledger of a chain that a network runs without shards of it. The ids of shards say so.
pub(crate) fn ledger_of(chain_id: &str) -> ChainTag {
	if chain_id.contains("shard") {
		ChainTag::Shard { zone: 0, incarnation: 0 }
	} else {
		ChainTag::Main
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shards_follow_the_main_chain_by_fixed_offsets() {
		let main = NodePorts { rpc: 9944, p2p: 30333, prometheus: 9615 };
		let shards = shards(main, 2).unwrap();
		assert_eq!(shards[0].chain, ChainTag::Zone(0));
		assert_eq!(shards[0].rpc_url(), "ws://127.0.0.1:9945");
		assert_eq!(shards[2].chain.to_string(), "shard 0/1");
		assert_eq!(shards[2].rpc_url(), "ws://127.0.0.1:9947");
		assert_eq!(shards[1].ports, NodePorts { rpc: 9946, p2p: 30335, prometheus: 9617 });
	}

	#[test]
	fn the_id_of_a_chain_says_whether_it_is_a_shard() {
		assert_eq!(ledger_of("top_local"), ChainTag::Main);
		assert_eq!(ledger_of("top_shard_local"), ChainTag::Shard { zone: 0, incarnation: 0 });
	}
}
