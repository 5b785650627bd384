//! Proofs of accounts on chains that keep them in a store beside the trie.
//!
//! ```text
//! api.rs    the methods
//! server.rs lattice_accountProof: an account, by the store
//! trie.rs   state_getReadProof: all else, by the trie
//! error.rs  why they fail
//! ```
//!
//! The trie of such a chain has a valid proof that an account does not exist, of every account that does. So there
//! [`TrieProver`] replaces the SDK's `state_getReadProof`, and refuses keys of accounts.

mod api;
mod error;
mod server;
#[cfg(test)]
pub(crate) mod tests;
mod trie;

pub use api::{AccountProofApiServer, AccountProofReport, ReadProofApiServer, StoreReport};
pub use error::AccountProofError;
pub use server::AccountProver;
pub use trie::TrieProver;

use tp_account_store::{AccountKey, AccountProof};
use tp_core::Hash;

/// Proves accounts of a chain that keeps them in a store beside the trie.
pub trait AccountProofs: Send + Sync {
	/// Proves the value of an account after a block, or its absence. It may wait for the disk.
	///
	/// # Errors
	/// In words, if the block does not exist, its state is gone, or the store cannot be read.
	fn account_proof(&self, at: Hash, key: &AccountKey) -> Result<AccountProof, String>;
}
