//! Registered nodes, as the ledger reports them.

use anyhow::Context;
use top_sdk::RpcClient;
use tp_core::AccountId;
use tp_stake::NodeInfo;

/// Explains why a ledger has no nodes.
pub const NO_NODES: &str = "this chain registers no nodes: the main chain does";

/// Returns the node of a controller; `None` if it controls none.
///
/// # Errors
/// If the ledger registers no nodes, or the node at the RPC endpoint does not answer.
pub async fn node_info(client: &RpcClient, controller: &AccountId) -> anyhow::Result<Option<NodeInfo>> {
	let info = client.runtime_call("StakeApi_node", controller, None).await;
	info.context(NO_NODES)
}
