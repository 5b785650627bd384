//! The runtime of a shard: accounts with chains of units, and the pallets that wallets expect.
//!
//! ```text
//! lib.rs       the version and the pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets `shard-development` and `shard-local`
//! apis.rs      the runtime APIs: those of every ledger, LatticeApi, and those of routers
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

top_runtime_common::runtime_version!("top-shard", 5);

top_runtime_common::ledger_runtime! {
	/// The runtime of a shard.
	pub struct Runtime;

	// Nodes find the units of a block by this index: `tp_lattice::APPLY_CALL`.
	#[runtime::pallet_index(6)]
	pub type Lattice = pallet_lattice;

	// Nodes find what a block includes of other ledgers by this index: `tp_beacon::UPDATE_CALL`.
	#[runtime::pallet_index(8)]
	pub type Beacon = pallet_beacon;
	// After the beacon: its inherent needs the headers that the beacon's brings.
	#[runtime::pallet_index(9)]
	pub type Mailbox = pallet_mailbox;
}

// What must hold between two blocks, for tests and tools.
top_runtime_common::try_state!(try_state: Committee Quota Lives Lattice Beacon Mailbox);
