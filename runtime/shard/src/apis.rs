//! The runtime APIs.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::*;

top_runtime_common::runtime_apis! {
	impl tp_lattice::LatticeApi<Block> for Runtime {
		fn domain() -> Option<tp_lattice::Domain> {
			pallet_lattice::SigningDomain::<Runtime>::get()
		}

		fn pool_context() -> Option<tp_lattice::PoolContext> {
			Lattice::pool_context()
		}

		fn account(id: AccountId) -> Option<tp_lattice::Account> {
			Lattice::account(&id)
		}

		fn table_head(table: tp_lattice::TableId) -> tp_lattice::TableHead {
			pallet_lattice::TableHeads::<Runtime>::get(table)
		}

		fn block_record() -> Option<tp_lattice::BlockRecord> {
			pallet_lattice::LastBlock::<Runtime>::get()
		}
	}
}
