//! Why a chain does not answer.

use tp_core::Hash;

/// Why a chain does not answer.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
	/// The database cannot be read.
	#[error("the database cannot be read: {0}")]
	Database(#[from] sp_blockchain::Error),
	/// The runtime does not answer.
	#[error("the runtime does not answer: {0}")]
	Runtime(#[from] sp_api::ApiError),
	/// The record of a block's units does not decode.
	#[error("the record of the units of block {0:?} does not decode: rebuild the database")]
	Record(Hash),
	/// The certificate of a block cannot be read.
	#[error("the certificate of block {block:?} cannot be read: {reason}")]
	Certificate {
		/// The block.
		block: Hash,
		/// What the database says.
		reason: String,
	},
	/// The committee of the block after `parent` cannot be read.
	#[error("the committee of the block after {parent:?} is not known: {reason}")]
	Committee {
		/// The block before.
		parent: Hash,
		/// What the runtime or the database says.
		reason: String,
	},
	/// Blocks are imported faster than accounts are read.
	#[error("the accounts of the newest block cannot be read before the next block: the database is too slow")]
	TooSlow,
	/// The chain has no such block.
	#[error("block {0:?} is not in the chain")]
	UnknownBlock(Hash),
}

impl ChainError {
	/// Returns whether this node is at fault (database, runtime), rather than a request for a block that does not
	/// exist.
	pub fn is_local(&self) -> bool {
		!matches!(self, Self::UnknownBlock(_))
	}
}
