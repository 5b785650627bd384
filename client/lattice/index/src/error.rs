//! What can go wrong with an index, and what to do then.

use std::path::PathBuf;
use tp_core::{BlockNumber, Hash};

/// Why the index does not answer, or takes no block.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
	/// The folder is something else.
	#[error("{path} is no unit index ({reason}): give it a folder of its own")]
	Foreign {
		/// The folder.
		path: PathBuf,
		/// What is wrong with it.
		reason: String,
	},
	/// Another process has it open.
	#[error("the unit index {path} is in use by another process: stop that one first")]
	InUse {
		/// The folder.
		path: PathBuf,
	},
	/// Written by another version of the node.
	#[error("the unit index {path} has format {found}, this node writes {expected}: rebuild it")]
	Format {
		/// The folder.
		path: PathBuf,
		/// Its format.
		found: u32,
		/// That of this node.
		expected: u32,
	},
	/// Blocks in between are missing.
	#[error(
		"block {found} does not follow block {newest}, the newest in the unit index: insert those in between first"
	)]
	Gap {
		/// The newest block of the index.
		newest: BlockNumber,
		/// The block to be inserted.
		found: BlockNumber,
	},
	/// The index begins later.
	#[error("the unit index begins with block {first}, after block {found}: rebuild it to have it begin earlier")]
	BeforeFirst {
		/// The first block of the index.
		first: BlockNumber,
		/// The block to be inserted.
		found: BlockNumber,
	},
	/// The index is of another chain.
	#[error(
		"the unit index has block {indexed:?} at height {number}, not {found:?}: it is of another chain, rebuild it"
	)]
	OtherChain {
		/// The height at which they differ.
		number: BlockNumber,
		/// The block in the index.
		indexed: Hash,
		/// The block there, as the one to be inserted has it.
		found: Hash,
	},
	/// Batch and outcome are of two blocks: a fault of the caller.
	#[error("the outcome is of {outcome} units, the batch has {batch}: they are not of one block")]
	OtherOutcome {
		/// Units that the outcome tells of.
		outcome: u32,
		/// Units of the batch.
		batch: usize,
	},
	/// An entry is missing or unreadable.
	#[error("the unit index is damaged ({0}): rebuild it")]
	Damaged(&'static str),
	/// The database failed.
	#[error("the database of the unit index failed: {0}; if it does so again, rebuild it")]
	Database(#[from] parity_db::Error),
	/// The folder could not be removed.
	#[error("the unit index {path} cannot be removed: {source}")]
	Remove {
		/// The folder.
		path: PathBuf,
		/// What the system says.
		source: std::io::Error,
	},
}
