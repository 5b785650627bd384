//! Why the two databases of a chain do not fit each other.

use tc_account_store::StoreError;

/// An error of the backend. All are faults of this node or of its files.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
	/// The store failed.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The SDK's database has a state, and there is no account store.
	#[error(
		"the database has the state of block {0}, and its account store is missing. Remove the chain's database, keep the \
		 vote log and the keys, and synchronize the state from other nodes"
	)]
	StoreMissing(u64),
	/// The chain's specification says that accounts are in the trie, and the database has them in a store.
	#[error(
		"this database keeps its accounts in an account store, and the chain specification says trie. Use the specification \
		 that the database was made with, or remove the database"
	)]
	AccountsApart,
	/// The chain's specification says that accounts are in a store, and the database has them in its trie.
	#[error(
		"this database keeps its accounts in the trie, and the chain specification says memory. Use the specification that \
		 the database was made with, or remove the database"
	)]
	AccountsInTrie,
	/// The log of the store does not lead from the database to the store's head.
	#[error(
		"the database ends at block {database} and the account store at block {store}, and the log in between is incomplete. \
		 Remove the chain's database, keep the vote log and the keys, and synchronize from other nodes"
	)]
	Apart {
		/// The newest block of the database.
		database: u64,
		/// The newest block of the store.
		store: u64,
	},
	/// The block is of a chain that has no accounts yet.
	#[error("there is no account store yet: the state of the chain was not synchronized")]
	NoStore,
	/// Another block is committed at the height.
	#[error("block {number} is committed with another hash. Final blocks do not change: the databases are of different chains")]
	OtherBlock {
		/// The number of the block.
		number: u64,
	},
	/// A block does not follow the newest one of the store.
	#[error("block {number} does not follow block {head}, the newest one of the account store")]
	NotNext {
		/// The number of the block.
		number: u64,
		/// The newest one of the store.
		head: u64,
	},
	/// The changes of a block do not lead to its root.
	#[error(
		"the changes of block {0} do not lead to the root that its execution computed. This is an error of the node"
	)]
	OtherRoot(u64),
	/// The state that is taken over lacks the accounts.
	#[error("the state was taken over without its accounts, or with others. Synchronize the tables of accounts first")]
	AccountsMissing,
	/// A record of the log is of another version, or damaged.
	#[error("the account store's record of block {0} cannot be read. Use the version of the node that wrote it")]
	Record(u64),
	/// Blocks were to be reverted.
	#[error("an account store only goes forward. To go back, remove the chain's database and synchronize again")]
	NoRevert,
}

impl From<BackendError> for sp_blockchain::Error {
	fn from(error: BackendError) -> Self {
		match error {
			BackendError::Store(error @ (StoreError::VersionGone { .. } | StoreError::NotYet { .. })) => {
				Self::UnknownBlock(error.to_string())
			},
			error => Self::Backend(error.to_string()),
		}
	}
}
