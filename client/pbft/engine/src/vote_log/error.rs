//! Why the vote log cannot be used.

use std::path::PathBuf;
use tp_pbft::{Height, MessageKind, View};

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

/// Votes of this node are missing from its log, so it could contradict them. It runs, and does not vote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LostVotes {
	/// The log has no entry, although the database has blocks.
	#[error("the vote log {0} is empty, and the database is not")]
	Empty(PathBuf),
	/// A segment is missing.
	#[error("segment {missing} of the vote log {folder} is missing")]
	Gap {
		/// The folder of the log.
		folder: PathBuf,
		/// The number of the first segment that is missing.
		missing: u64,
	},
	/// Another process votes with this node's key.
	#[error("another process votes with this node's key: it sent a {kind:?} at height {height} in view {view}")]
	KeyUsed {
		/// The height of the message.
		height: Height,
		/// The view of the message.
		view: View,
		/// The kind of the message.
		kind: MessageKind,
	},
}

impl VoteLogError {
	/// Returns true: the variants are faults of this node alone.
	pub fn is_local(&self) -> bool {
		true
	}
}
