//! The methods, and what they return.

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use sc_rpc::state::ReadProof;
use serde::{Deserialize, Serialize};
use sp_core::{storage::StorageKey, Bytes};
use tp_core::{AccountId, Hash};

/// Where the accounts of a chain are, if not in the trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoreReport {
	/// In the memory of its nodes: `tc-account-store`.
	Memory,
}

/// Result of `lattice_accountProof`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountProofReport {
	/// The block after whose execution the account has the value.
	pub block: Hash,
	/// What proves it.
	pub store: StoreReport,
	/// SCALE of a [`tp_account_store::AccountProof`]. It leads to the root that the trie has under `:account_store_root`.
	pub proof: Bytes,
}

/// Proofs by the store.
#[rpc(server)]
pub trait AccountProofApi {
	/// Proves the value of an account after a block (the newest one if left out), or that it does not exist.
	#[method(name = "lattice_accountProof")]
	async fn account_proof(&self, account: AccountId, at: Option<Hash>) -> RpcResult<AccountProofReport>;
}

/// Proofs by the trie, as `sc-rpc` declares them.
#[rpc(server)]
pub trait ReadProofApi {
	/// Proves entries of the trie after a block (the newest one if left out). Refuses keys of accounts.
	#[method(name = "state_getReadProof", blocking)]
	fn read_proof(&self, keys: Vec<StorageKey>, hash: Option<Hash>) -> RpcResult<ReadProof<Hash>>;
}
