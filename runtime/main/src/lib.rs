//! The main chain's runtime: accounts and TOP, nodes and their stake, committees and their election, offences, rewards,
//! governance by referenda, and the pallets that wallets expect.
//!
//! ```text
//! lib.rs       the version and the pallets
//! configs.rs   the configuration of each pallet
//! genesis.rs   the presets: `development`, `local`, `local-fast`, `rotation`, `governed` and `production`
//! apis.rs      the runtime APIs: those of every ledger, and those of nodes and their duties
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
top_runtime_common::runtime_version!("top-main", 3);
// The same runtime with a raised version, to test upgrades.
#[cfg(feature = "next-spec-version")]
top_runtime_common::runtime_version!("top-main", 4);

top_runtime_common::governed_runtime! {
	/// The runtime of the main chain.
	pub struct Runtime;

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

// What must hold between two blocks, for tests and tools: of nodes, votes, committees and rewards, and of the others.
top_runtime_common::try_state!(try_stake_state: TimeSlots ComprehensiveStake ComputingPower ShardAssignment Offences Rewards);
top_runtime_common::try_state!(try_ledger_state: Committee Quota Lives);

/// Checks the invariants of all pallets of this repository between two blocks, and that the balances are the issuance.
#[cfg(feature = "std")]
pub fn try_state() -> Result<(), sp_runtime::TryRuntimeError> {
	try_stake_state().and_then(|()| try_ledger_state())?;
	top_runtime_common::try_issuance::<Runtime>()
}
