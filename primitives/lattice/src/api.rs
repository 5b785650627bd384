//! The runtime API of the lattice.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::{Account, BlockRecord, Context, Domain, Room, TableHead, TableId};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::AccountId;

/// The context in which a pool validates units, besides accounts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolContext {
	/// The context of the next block, with the time of the newest block.
	pub context: Context,
	/// The most bytes of a block's batch.
	pub max_batch_bytes: u32,
	/// The most that the units of a block may cost together, in picoseconds of reference time.
	pub max_batch_compute: u64,
	/// Whether the next block takes no units. [`LatticeApi::is_paused`] tells it, since version 4.
	#[codec(skip)]
	pub is_paused: bool,
}

sp_api::decl_runtime_apis! {
	/// The lattice of a ledger. Version 2 has the accounts and the context of version 4 of the host function, version 3 the room of
	/// version 5. Since version 4 a ledger can take no units for a while.
	#[api_version(2)]
	pub trait LatticeApi {
		/// Returns the domain for which units are signed, or `None` if the ledger takes none.
		fn domain() -> Option<Domain>;
		/// Returns the context in which the units of the next block are validated, or `None` if the ledger takes none.
		fn pool_context() -> Option<PoolContext>;
		/// Returns an account, or `None` if it does not exist.
		fn account(id: AccountId) -> Option<Account>;
		/// Returns the newest link of a table's chain.
		fn table_head(table: TableId) -> TableHead;
		/// Returns the effects of this block's units, or `None` if it had none.
		fn block_record() -> Option<BlockRecord>;
		/// Returns the room that payments of the next block's units to other shards have, or `None` if the zone has no other shard.
		#[api_version(3)]
		fn room() -> Option<Room>;
		/// Whether the next block takes no units, because the zone has not sealed the ledger for too long.
		#[api_version(4)]
		fn is_paused() -> bool;
	}
}
