//! What the benches need of the node's runtimes.

use anyhow::Context;
use serde_json::Value;
use sp_version::RuntimeVersion;
use std::{path::PathBuf, sync::Arc};
use top_local_network::Chain;
use top_sdk::Keypair;
use tp_core::{AccountId, Balance, Hash, Nonce};

/// Signs a transfer that keeps the sender alive: sender, nonce, destination, amount. Returns the encoded extrinsic.
pub type SignTransfer = Arc<dyn Fn(&Keypair, Nonce, &AccountId, Balance) -> Vec<u8> + Send + Sync>;

/// The ledgers that are measured, each with a genesis preset of four validators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ledger {
	/// The main chain.
	Main,
	/// A shard.
	Shard,
}

/// Access to the runtimes. The node implements it: only the node names runtimes.
pub trait Ledgers {
	/// Returns the path of the node's binary: by default the running one.
	///
	/// # Errors
	/// If the system does not tell.
	fn binary(&self) -> anyhow::Result<PathBuf> {
		std::env::current_exe().context("cannot find the path of this binary")
	}

	/// Returns the genesis of a ledger's preset, as JSON.
	///
	/// # Errors
	/// If the runtime does not give it.
	fn genesis(&self, ledger: Ledger) -> anyhow::Result<Value>;

	/// Returns a chain of a ledger with a new id. Each entry of `changes` replaces that of the preset's genesis.
	///
	/// # Errors
	/// If the runtime refuses the genesis.
	fn chain(&self, ledger: Ledger, id: &str, changes: Value) -> anyhow::Result<Chain>;

	/// Returns a function that signs transfers for a chain, valid until they are in a block.
	///
	/// # Errors
	/// If the chain's transactions have a format that this binary does not know.
	fn transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer>;

	/// Returns a function that signs transfers from a shard to an account of another one, valid until they are in a block.
	///
	/// # Errors
	/// As [`Self::transfers`].
	fn remote_transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer>;

	/// Counts the transfers among the encoded events of a block.
	///
	/// # Errors
	/// If the events do not decode.
	fn transfers_among(&self, events: &[u8]) -> anyhow::Result<u64>;
}
