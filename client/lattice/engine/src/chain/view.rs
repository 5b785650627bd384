//! The chain as the unit lane reads it.

use super::error::ChainError;
use sp_runtime::OpaqueExtrinsic;
use tc_lattice_pool::Accounts;
use tp_core::{AccountId, BlockNumber, Hash, Header, Nonce};
use tp_lattice::{BlockRecord, PoolContext, TableHead, TableId};
use tp_pbft::{Certificate, Committee, Domain};

/// Prefix of the keys of block records in the backend's auxiliary store.
const RECORD_PREFIX: &[u8] = b"lattice-record-";

/// Read access to a chain.
pub trait ChainView: Send + Sync {
	/// Returns the newest block.
	fn newest(&self) -> (BlockNumber, Hash);
	/// Returns the block with whose state the node began: 0 if it has executed all blocks. There are no records of earlier ones.
	fn first_state(&self) -> Result<BlockNumber, ChainError>;
	/// Returns the rules for units of the block after `at`, or `None` if the ledger takes no units.
	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, ChainError>;
	/// Returns the accounts in the state of a block.
	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, ChainError>;
	/// Returns the tombstone of an account that ended, in the state of a block.
	fn tombstone(&self, at: Hash, id: &AccountId) -> Result<Option<Nonce>, ChainError>;
	/// Returns the newest link of a table's chain.
	fn table_head(&self, at: Hash, table: TableId) -> Result<TableHead, ChainError>;
	/// Returns the block of the chain at a height.
	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, ChainError>;
	/// Returns header and extrinsics of a block.
	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, ChainError>;
	/// Returns the certificate of a block.
	fn certificate(&self, hash: Hash) -> Result<Option<Certificate>, ChainError>;
	/// Returns the record of a block's units, written with the block, or `None` if the block has no units.
	fn record(&self, hash: Hash) -> Result<Option<BlockRecord>, ChainError>;
	/// Returns the committee that decides on the block after `parent`, and the domain of its signatures. The seed of an
	/// old block is not known, and zero.
	fn committee(&self, parent: Hash) -> Result<(Committee, Domain), ChainError>;
}

/// Returns the key of a block's record in the auxiliary store.
pub fn record_key(hash: &Hash) -> Vec<u8> {
	[RECORD_PREFIX, hash.as_bytes()].concat()
}
