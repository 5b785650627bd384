//! The methods, as `sc-rpc` and `sc-rpc-spec-v2` declare them.

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sp_core::Bytes;
use tp_core::Hash;

/// Methods that submit transactions.
#[rpc(server)]
pub trait TransactionsApi {
	/// Submits a transaction. Returns its hash.
	#[method(name = "author_submitExtrinsic")]
	async fn submit(&self, extrinsic: Bytes) -> RpcResult<Hash>;

	/// Submits a transaction and sends its status until it is final.
	#[subscription(
		name = "author_submitAndWatchExtrinsic" => "author_extrinsicUpdate",
		unsubscribe = "author_unwatchExtrinsic",
		item = sc_transaction_pool_api::TransactionStatus<Hash, Hash>,
	)]
	fn submit_and_watch(&self, bytes: Bytes);

	/// Submits a transaction and sends its events until it is final.
	#[subscription(
		name = "transactionWatch_v1_submitAndWatch" => "transactionWatch_v1_watchEvent",
		unsubscribe = "transactionWatch_v1_unwatch",
		item = sc_rpc_spec_v2::transaction::TransactionEvent<Hash>,
	)]
	fn submit_and_watch_v1(&self, bytes: Bytes);
}
