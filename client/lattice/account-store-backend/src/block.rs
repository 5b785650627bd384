//! A block, and accounts, on their way through an operation.

use crate::state::MemoryAccounts;
use sp_runtime::{traits::Block as BlockT, Justifications};
use tc_account_store::StoreBuilder;

/// A block of an operation.
pub(crate) struct PendingBlock<Block: BlockT> {
	pub header: Block::Header,
	pub body: Option<Vec<Block::Extrinsic>>,
	pub justifications: Option<Justifications>,
}

/// Accounts that an operation creates a store with.
pub(crate) struct NewAccounts {
	pub builder: StoreBuilder,
	pub time_ms: u64,
	/// The accounts themselves, if they stay in memory.
	pub memory: Option<MemoryAccounts>,
}
