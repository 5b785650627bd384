//! Errors of the methods, and their codes.

use jsonrpsee::types::{ErrorObject, ErrorObjectOwned};
use tc_account_store_backend::NotInTrie;
use tc_lattice::ReadError;
use tc_lattice_rpc_types::{ERROR_BUSY, ERROR_INTERNAL, ERROR_IN_TRIE, ERROR_NOT_IN_TRIE};
use tp_core::Hash;

/// Why nothing is proved.
#[derive(Debug, thiserror::Error)]
pub enum AccountProofError {
	/// The chain has no store.
	#[error("the accounts of this chain are in its trie, which proves them: ask for state_getReadProof")]
	InTrie,
	/// The trie does not have what was asked for.
	#[error(transparent)]
	NotInTrie(#[from] NotInTrie),
	/// The node does not read what was asked for.
	#[error(transparent)]
	Read(#[from] ReadError),
	/// The store does not have the state, or cannot be read.
	#[error("the accounts after block {block:?} cannot be proved here: {reason}")]
	Store {
		/// The block.
		block: Hash,
		/// What the store says.
		reason: String,
	},
}

impl From<AccountProofError> for ErrorObjectOwned {
	fn from(error: AccountProofError) -> Self {
		let code = match error {
			AccountProofError::InTrie => ERROR_IN_TRIE,
			AccountProofError::NotInTrie(_) => ERROR_NOT_IN_TRIE,
			AccountProofError::Read(_) => ERROR_BUSY,
			AccountProofError::Store { .. } => ERROR_INTERNAL,
		};
		ErrorObject::owned(code, error.to_string(), None::<()>)
	}
}
