//! The main chain's runtime: accounts, nodes and stake, committees, offences, rewards, referenda, payments to and from zones.
//!
//! ```text
//! lib.rs       the version and the pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets: `development`, `local`, `local-fast`, `rotation`, `drawn`, `governed` and `production`
//! apis.rs      the runtime APIs: those of every ledger, those of nodes and their duties, and those of routers
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

#[cfg(not(feature = "next-spec-version"))]
top_runtime_common::runtime_version!("top-main", 5);
// The same runtime with a raised version, to test upgrades.
#[cfg(feature = "next-spec-version")]
top_runtime_common::runtime_version!("top-main", 6);

top_runtime_common::governed_runtime! {
	/// The runtime of the main chain.
	pub struct Runtime;

	// Nodes find the news of ledgers in a block by this index: `tp_beacon::UPDATE_CALL`.
	#[runtime::pallet_index(8)]
	pub type Beacon = pallet_beacon;
	// After the beacon: its inherent needs the headers that the beacon's brings.
	#[runtime::pallet_index(9)]
	pub type Mailbox = pallet_mailbox;

	// At the genesis each of these pallets calls those below it, so their order matters.
	#[runtime::pallet_index(30)]
	pub type ComprehensiveStake = pallet_comprehensive_stake;
	#[runtime::pallet_index(31)]
	pub type ComputingPower = pallet_computing_power;
	#[runtime::pallet_index(32)]
	pub type ShardAssignment = pallet_shard_assignment;
	#[runtime::pallet_index(33)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(34)]
	pub type Rewards = pallet_rewards;
	#[runtime::pallet_index(35)]
	pub type Council = pallet_collective::Pallet<Runtime, Instance1>;
}

// What must hold between two blocks, for tests and tools.
top_runtime_common::try_main_state! {
	stake: TimeSlots ComprehensiveStake ComputingPower ShardAssignment Offences Rewards;
	others: Committee Quota Lives Beacon Mailbox;
	outside: pallet_mailbox::OutsideAccounts<Runtime>;
}
