//! The methods.

use jsonrpsee::{
	core::{RpcResult, SubscriptionResult},
	proc_macros::rpc,
};
use sp_core::Bytes;
use tc_lattice_rpc_types::{
	AccountReport, ChainedUnit, InfoReport, SubmittedUnits, TableReport, UnitDetails, UnitReport, VerifyReport,
	WatchOptions,
};
use tc_routing_rpc_types::ProofLevel;
use tp_core::AccountId;
use tp_lattice::UnitHash;

/// Methods of the unit lane.
#[rpc(client, server, namespace = "lattice")]
pub trait LatticeApi {
	/// Returns the rules for units of this ledger.
	#[method(name = "info")]
	fn info(&self) -> RpcResult<InfoReport>;

	/// Submits units. Returns the status of each, in order, once its signature is verified.
	#[method(name = "submit")]
	async fn submit(&self, units: SubmittedUnits) -> RpcResult<Vec<UnitReport>>;

	/// Submits units and sends the statuses of each until all have an end: one by one, or in lists if the options say so.
	#[subscription(name = "submitAndWatch" => "unitStatus", unsubscribe = "unwatch", item = UnitReport)]
	async fn submit_and_watch(&self, units: SubmittedUnits, options: Option<WatchOptions>) -> SubscriptionResult;

	/// Returns an account with the height and the parent of its next unit. An account that does not exist has the height
	/// with which it would begin in the next block.
	#[method(name = "account")]
	async fn account(&self, account: AccountId) -> RpcResult<AccountReport>;

	/// Returns the newest applied units of an account's chain, newest first. With `before`, returns those below that
	/// height.
	#[method(name = "units")]
	async fn units(&self, account: AccountId, before: Option<u32>, limit: Option<u32>) -> RpcResult<Vec<ChainedUnit>>;

	/// Returns a unit of the pool or of the chain, or null if neither has it.
	#[method(name = "unit")]
	async fn unit(&self, hash: UnitHash) -> RpcResult<Option<UnitDetails>>;

	/// Returns the receipt of a final unit. With the level `sealed` or `credited`, returns that of the first message by which the unit
	/// pays another ledger: SCALE of `MessageReceipt`.
	#[method(name = "prove")]
	async fn prove(&self, hash: UnitHash, level: Option<ProofLevel>) -> RpcResult<Bytes>;

	/// Checks a receipt against the committee that this node knows.
	#[method(name = "verify")]
	async fn verify(&self, receipt: Bytes) -> RpcResult<VerifyReport>;

	/// Returns the newest link of a table's chain.
	#[method(name = "table")]
	async fn table(&self, table: u8) -> RpcResult<TableReport>;
}
