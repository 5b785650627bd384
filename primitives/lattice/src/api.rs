//! What the node asks of a runtime with the lattice.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::{Account, BlockRecord, Context, Domain, TableHead, TableId};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::AccountId;

/// What a pool judges units by, besides accounts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolContext {
	/// What the units of the next block are judged by; its time is that of the newest block.
	pub context: Context,
	/// Bytes that a block's batch may have.
	pub max_batch_bytes: u32,
	/// What the units of a block may cost together, in picoseconds of reference time.
	pub max_batch_compute: u64,
}

sp_api::decl_runtime_apis! {
	/// The lattice of a ledger.
	pub trait LatticeApi {
		/// What units are signed for; `None` if the ledger takes none.
		fn domain() -> Option<Domain>;
		/// What the units of the next block are judged by; `None` if the ledger takes none.
		fn pool_context() -> Option<PoolContext>;
		/// An account; `None` if it does not exist.
		fn account(id: AccountId) -> Option<Account>;
		/// The newest link of a table's chain.
		fn table_head(table: TableId) -> TableHead;
		/// What the units of this block did; `None` if it had none.
		fn block_record() -> Option<BlockRecord>;
	}
}
