//! Why the vote log cannot be used.

use std::path::PathBuf;

/// The vote log cannot be used. Always a fault of this node.
#[derive(Debug, thiserror::Error)]
pub enum VoteLogError {
	/// The file system failed.
	#[error("the vote log {path} cannot be used: {source}. Check that the disk has space and the folder is writable")]
	Io {
		/// The file or folder.
		path: PathBuf,
		/// The file system's error.
		#[source]
		source: std::io::Error,
	},
	/// The file is not a vote log, or one of another version.
	#[error(
		"{0} is not a vote log of this version. Use the version of the node that wrote it, or move a foreign file away"
	)]
	Foreign(PathBuf),
	/// The log belongs to another chain.
	#[error("the vote log {0} belongs to another chain (its genesis differs). Move it away, or use another base path")]
	OtherChain(PathBuf),
	/// The log is damaged.
	#[error(
		"the vote log {path} is damaged at byte {offset}. Votes may be missing, and voting without them could sign two \
		 conflicting messages. Nothing was changed. Do not restore an older copy, because it lacks votes too. Delete \
		 the folder, and give this node new keys or wait until the other members have made a block beyond its newest"
	)]
	Corrupted {
		/// The segment.
		path: PathBuf,
		/// The first damaged byte.
		offset: u64,
	},
	/// The entry is too large to be written.
	#[error("a vote log entry of {0} bytes is too large. Lower the chain's block size limit")]
	TooLarge(usize),
}

impl VoteLogError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}
