//! Errors of the index, and what to do about them.

use std::path::PathBuf;
use tp_core::{BlockNumber, Hash};

/// Why the index does not answer, or refuses a block.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
	/// The folder has other contents.
	#[error("{path} is no unit index ({reason}): give it its own folder")]
	Foreign {
		/// The folder.
		path: PathBuf,
		/// The contents that are wrong.
		reason: String,
	},
	/// Another process has the index open.
	#[error("the unit index {path} is in use by another process: stop that one first")]
	InUse {
		/// The folder.
		path: PathBuf,
	},
	/// Another version of the node wrote the index.
	#[error("the unit index {path} has format {found}, this node writes {expected}: rebuild it")]
	Format {
		/// The folder.
		path: PathBuf,
		/// Format of the index.
		found: u32,
		/// Format that this node writes.
		expected: u32,
	},
	/// Blocks before the one to be inserted are missing.
	#[error(
		"block {found} does not follow block {newest}, the newest in the unit index: insert the blocks between them first"
	)]
	Gap {
		/// The newest block of the index.
		newest: BlockNumber,
		/// The block to be inserted.
		found: BlockNumber,
	},
	/// The index begins with a later block.
	#[error("the unit index begins with block {first}, after block {found}: rebuild it to begin earlier")]
	BeforeFirst {
		/// The first block of the index.
		first: BlockNumber,
		/// The block to be inserted.
		found: BlockNumber,
	},
	/// The index belongs to another chain.
	#[error(
		"the unit index has block {indexed:?} at height {number}, not {found:?}: it belongs to another chain, rebuild it"
	)]
	OtherChain {
		/// The height at which they differ.
		number: BlockNumber,
		/// The block in the index.
		indexed: Hash,
		/// The block at that height in the chain of the block to be inserted.
		found: Hash,
	},
	/// Batch and outcome belong to two blocks: a fault of the caller.
	#[error("the outcome has {outcome} units, the batch {batch}: they belong to different blocks")]
	OtherOutcome {
		/// Units of the outcome.
		outcome: u32,
		/// Units of the batch.
		batch: usize,
	},
	/// An entry is missing or unreadable.
	#[error("the unit index is damaged ({0}): rebuild it")]
	Damaged(&'static str),
	/// The database failed.
	#[error("the database of the unit index failed: {0}; if it fails again, rebuild it")]
	Database(#[from] parity_db::Error),
	/// The folder could not be removed.
	#[error("the unit index {path} cannot be removed: {source}")]
	Remove {
		/// The folder.
		path: PathBuf,
		/// The system's error.
		source: std::io::Error,
	},
}

impl IndexError {
	/// Returns whether this node is at fault (folder, database), rather than the block to be inserted.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Foreign { .. }
			| Self::InUse { .. }
			| Self::Format { .. }
			| Self::Damaged(_)
			| Self::Database(_)
			| Self::Remove { .. } => true,
			Self::Gap { .. } | Self::BeforeFirst { .. } | Self::OtherChain { .. } | Self::OtherOutcome { .. } => false,
		}
	}
}
