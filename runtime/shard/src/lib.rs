//! The runtime of a shard: accounts with chains of units, and the pallets that wallets expect.
//!
//! ```text
//! lib.rs       the version and the pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets `shard-development` and `shard-local`
//! apis.rs      the runtime APIs: those of every ledger, and LatticeApi
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
// `frame_support::runtime` does a lot of recursion.
#![recursion_limit = "256"]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benches;
pub mod configs;
pub mod genesis;

pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};

top_runtime_common::runtime_version!("top-shard", 2);

top_runtime_common::ledger_runtime! {
	/// The runtime of a shard.
	pub struct Runtime;

	// Nodes find the units of a block by this index: `tp_lattice::APPLY_CALL`.
	#[runtime::pallet_index(6)]
	pub type Lattice = pallet_lattice;
}

// What must hold between two blocks, for tests and tools.
top_runtime_common::try_state!(try_state: Committee Quota Lives Lattice);
