//! The methods.

use jsonrpsee::{
	core::{RpcResult, SubscriptionResult},
	proc_macros::rpc,
};
use sp_core::Bytes;
use tc_routing_rpc_types::{LanesReport, MessageReport, ProofLevel, SentReport};
use tp_core::Hash;

/// Methods about the mailbox of a ledger.
#[rpc(client, server, namespace = "mailbox")]
pub trait MailboxApi {
	/// Returns the lanes of this ledger.
	#[method(name = "lanes")]
	async fn lanes(&self) -> RpcResult<LanesReport>;

	/// Returns the messages that a block of this ledger sent.
	#[method(name = "sent")]
	async fn sent(&self, block: Hash) -> RpcResult<Vec<SentReport>>;

	/// Returns how far a message of a ledger of this node has come.
	#[method(name = "message")]
	async fn message(&self, id: Bytes) -> RpcResult<MessageReport>;

	/// Sends how far a message has come, whenever that changes, until it is confirmed or returns.
	#[subscription(name = "watchMessage" => "messageStage", unsubscribe = "unwatchMessage", item = MessageReport)]
	async fn watch_message(&self, id: Bytes) -> SubscriptionResult;

	/// Returns the receipt of a message: SCALE of `MessageReceipt`.
	#[method(name = "prove")]
	async fn prove(&self, id: Bytes, level: Option<ProofLevel>) -> RpcResult<Bytes>;
}
