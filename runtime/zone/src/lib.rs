//! The runtime of a zone: it holds the heads of its shards, which its routers have audited, and puts them into one tree. Messages
//! between shards are proved below it.
//!
//! ```text
//! lib.rs       the version and the pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets `zone-development` and `zone-local`
//! apis.rs      the runtime APIs: those of every ledger, and those of routers
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

top_runtime_common::runtime_version!("top-zone", 2);

top_runtime_common::ledger_runtime! {
	/// The runtime of a zone.
	pub struct Runtime;

	// Nodes find the news of ledgers in a block by this index: `tp_beacon::UPDATE_CALL`.
	#[runtime::pallet_index(8)]
	pub type Beacon = pallet_beacon;
	// After the beacon: its inherent needs the headers that the beacon's brings.
	#[runtime::pallet_index(9)]
	pub type Mailbox = pallet_mailbox;
}

// What must hold between two blocks, for tests and tools.
top_runtime_common::try_state!(try_state: Committee Quota Lives Beacon Mailbox);
