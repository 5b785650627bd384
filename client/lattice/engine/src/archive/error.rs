//! Why the archive does not answer.

use crate::chain::ChainError;
use tc_lattice_index::IndexError;
use tp_core::{BlockNumber, Hash};

/// Why the archive does not answer.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
	/// The index does not answer.
	#[error(transparent)]
	Index(#[from] IndexError),
	/// The database or the runtime does not answer.
	#[error("the chain cannot be read: {0}")]
	Chain(#[from] ChainError),
	/// The chain has no block at a height.
	#[error("the chain has no block {0}")]
	NoBlock(BlockNumber),
	/// The block is there, but not the outcome of its units.
	#[error("block {0} was imported without the record of its units: rebuild the database")]
	NoRecord(BlockNumber),
	/// The block is there, but not its certificate.
	#[error("block {0:?} has no certificate: rebuild the database")]
	NoCertificate(Hash),
	/// The node keeps no index.
	#[error(
		"this node keeps no index of units, without which it finds no unit of the past: ask another node, or start this one with \
		 --unit-index=on"
	)]
	NoIndex,
	/// The system gives no thread for the indexer.
	#[error("no thread for the unit index: {0}")]
	Thread(std::io::Error),
}

impl ArchiveError {
	/// Returns whether this node is at fault (database, index), rather than a request for a block that does not exist.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Index(error) => error.is_local(),
			Self::Chain(error) => error.is_local(),
			Self::NoBlock(_) | Self::NoIndex => false,
			Self::NoRecord(_) | Self::NoCertificate(_) | Self::Thread(_) => true,
		}
	}
}
