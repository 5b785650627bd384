//! Why the store cannot do what it was asked for.

use std::io;
use tp_account_store::Hash;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The file system failed. A fault of this node.
	#[error(
		"the account store's file {file} cannot be used: {source}. Check that the disk has space and the folder is writable"
	)]
	Io {
		/// The file, or the folder.
		file: String,
		/// The file system's error.
		#[source]
		source: io::Error,
	},
	/// Hashes of many inputs differ from those of each alone. A fault of the processor or of the build.
	#[error(
		"the account store's hashes are wrong on this processor. Nothing was changed. Use the published build of the node, on \
		 another machine if it is that already, and report the kind of the processor"
	)]
	WrongHashes,
	/// The folder has no complete store.
	#[error("the account store was not created. Create it from the genesis state, or by state sync")]
	Missing,
	/// The folder has a store already.
	#[error("the folder has an account store already. Remove it first if it shall be created again")]
	Exists,
	/// A file is of another version, or foreign.
	#[error("{0} is not a file of this version of the account store. Use the version of the node that wrote it")]
	Foreign(String),
	/// The store belongs to another chain.
	#[error("{0} belongs to the account store of another chain. Use another base path")]
	OtherChain(String),
	/// Synced data is damaged. A fault of this node's disk.
	#[error(
		"the account store is damaged: {what} ({file}, byte {offset}). Nothing was changed. Remove the chain's database and \
		 its account store, keep the vote log and the keys, and synchronize the state from other nodes"
	)]
	Damaged {
		/// The file.
		file: String,
		/// The first damaged byte.
		offset: u64,
		/// What is damaged.
		what: String,
	},
	/// An earlier write or sync failed, so it is unknown what is on disk.
	#[error("the account store stopped after a failed write or sync. Restart the node when the disk works again")]
	Stopped,
	/// The root was not computed on the newest version, or too long ago.
	#[error("no changes with this root are pending on version {head}. Compute the root of the block again")]
	UnknownRoot {
		/// The root.
		root: Hash,
		/// The newest version.
		head: u64,
	},
	/// The version is not kept.
	#[error("version {version} of the accounts is not kept any more. The oldest is {oldest}")]
	VersionGone {
		/// The version.
		version: u64,
		/// The oldest that is kept.
		oldest: u64,
	},
	/// The version does not exist yet.
	#[error("version {version} of the accounts does not exist yet. The newest is {head}")]
	NotYet {
		/// The version.
		version: u64,
		/// The newest.
		head: u64,
	},
	/// The value is too large.
	#[error("an account of {0} bytes is too large for the account store")]
	ValueTooLarge(usize),
	/// The commit is too large to be logged.
	#[error("the changes of a block take {0} bytes, which is too large for the account store's log")]
	CommitTooLarge(usize),
	/// The accounts with which a store was to be created are not in order.
	#[error("the accounts of table {0} do not ascend, or belong to another table")]
	Unsorted(u8),
}

impl StoreError {
	/// Makes an error of a file from an error of the file system.
	pub(crate) fn io(file: &str) -> impl FnOnce(io::Error) -> Self + '_ {
		move |source| Self::Io { file: file.into(), source }
	}

	/// Makes an error of a damaged file.
	pub(crate) fn damaged(file: &str, offset: u64, what: impl Into<String>) -> Self {
		Self::Damaged { file: file.into(), offset, what: what.into() }
	}

	/// Tells whether synced data is damaged, so that only synchronizing from other nodes helps.
	pub fn is_damage(&self) -> bool {
		matches!(self, Self::Damaged { .. })
	}
}
