//! Why a chain's services cannot be built.

use sc_service::error::Error as ServiceError;
use std::{io, path::PathBuf};
use tc_lattice::{ArchiveError, OpenError};

/// Why a chain's services cannot be built. Each cause is a fault of this node or of its configuration.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
	/// The session keys of a development seed cannot be made.
	#[error("the development keys cannot be made: {0}")]
	DevelopmentKeys(#[source] sp_api::ApiError),
	/// The key of the node's network identity cannot be used.
	#[error("the node key cannot be used: {0}")]
	NodeKey(#[source] io::Error),
	/// The configuration names a network stack that the node does not have.
	#[error("this node has one network stack, litep2p: leave out --network-backend")]
	NetworkBackend,
	/// Something that is kept beside the database has no folder.
	#[error("{0} needs a database on disk")]
	NoFolder(&'static str),
	/// The folder of the account store cannot be opened.
	#[error("the account store cannot be opened: {}: {source}", path.display())]
	AccountStore {
		/// The folder.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// A code substitute of the chain specification names no block.
	#[error("the chain specification has a code substitute for {0:?}, which is not a block number")]
	Substitute(String),
	/// A block that the account store lacks cannot be executed again.
	#[error(
		"the account store lacks block {0}, and the database has no body of it. Remove the chain's database, keep the vote log \
		 and the keys, and synchronize again"
	)]
	CatchUp(u64),
	/// A state that other nodes sent has no root of accounts.
	#[error("the state has no root of accounts, and this chain has them in a store: it is of another chain")]
	NoAccountsRoot,
	/// The ledger's tag cannot be read.
	#[error("the tag of the ledger cannot be read: {0}")]
	Ledger(#[source] sp_api::ApiError),
	/// The committees of old heights cannot be opened.
	#[error("the committees cannot be read: {0}")]
	Committees(#[source] tc_pbft::LedgerError),
	/// The unit pool cannot be opened.
	#[error("the unit lane cannot be opened: {0}")]
	UnitPool(#[from] OpenError),
	/// The archive of units cannot be opened.
	#[error("the unit lane cannot be opened: {0}")]
	Archive(#[from] ArchiveError),
	/// The chain's runtime has no unit lane.
	#[error("this chain has no units, hence no index of them")]
	NoUnits,
	/// The unit index does not follow the chain.
	#[error("the unit index does not follow the chain: {0}")]
	IndexStopped(String),
}

impl From<BuildError> for ServiceError {
	fn from(error: BuildError) -> Self {
		Self::Application(Box::new(error))
	}
}
