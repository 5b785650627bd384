//! The methods.

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use tc_routing_rpc_types::{HeadsReport, LedgerReport, LevelReport, LocationReport};
use tp_core::AccountId;

/// Methods about the zone of a node. Each ledger of the node answers them alike.
#[rpc(client, server, namespace = "zone")]
pub trait ZoneApi {
	/// Returns the ledgers of this node, with the addresses of their RPC.
	#[method(name = "ledgers")]
	async fn ledgers(&self) -> RpcResult<Vec<LedgerReport>>;

	/// Returns the shard in which an account of the zone lives.
	#[method(name = "locate")]
	async fn locate(&self, account: AccountId) -> RpcResult<LocationReport>;

	/// Returns the newest block of the zone, with the heads that it seals.
	#[method(name = "heads")]
	async fn heads(&self) -> RpcResult<HeadsReport>;

	/// Returns the load of each shard of this node.
	#[method(name = "levels")]
	async fn levels(&self) -> RpcResult<Vec<LevelReport>>;
}
