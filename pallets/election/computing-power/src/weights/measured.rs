//! What `scripts/weights.sh` measured of `pallet_computing_power`: run it, and change nothing by hand.
//!
//! 2026-11-25, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `ComputingPower::QueuedParameters` (r:1 w:1)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Draws` (r:1 w:1)
	// Proof: `ComputingPower::Draws` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `Committee::NextSeed` (r:1 w:0)
	// Proof: `Committee::NextSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::OldestEpoch` (r:1 w:1)
	// Proof: `ComputingPower::OldestEpoch` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Proved` (r:64 w:64)
	// Proof: `ComputingPower::Proved` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::CurrentParameters` (r:0 w:1)
	// Proof: `ComputingPower::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Measured for `n` from 0 to 64.
	fn on_initialize(n: u32) -> Weight {
		// 24_186 ns at least.
		Weight::from_parts(27_111_438, 0)
			.saturating_add(Weight::from_parts(1_055_166, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 4))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::QueuedParameters` (r:1 w:0)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::CurrentParameters` (r:1 w:0)
	// Proof: `ComputingPower::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochStart` (r:1 w:0)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Commitments` (r:1 w:1)
	// Proof: `ComputingPower::Commitments` (`max_values`: None, `max_size`: Some(108), added: 2583, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Draws` (r:0 w:1)
	// Proof: `ComputingPower::Draws` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// 87_500 ns at least.
		Weight::from_parts(97_565_000, 0).saturating_add(T::DbWeight::get().reads_writes(8, 2))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::QueuedParameters` (r:1 w:0)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::CurrentParameters` (r:1 w:0)
	// Proof: `ComputingPower::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochStart` (r:1 w:0)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Commitments` (r:1 w:0)
	// Proof: `ComputingPower::Commitments` (`max_values`: None, `max_size`: Some(108), added: 2583, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_commit() -> Weight {
		// 75_582 ns at least.
		Weight::from_parts(78_497_000, 0).saturating_add(T::DbWeight::get().reads_writes(8, 0))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Commitments` (r:1 w:0)
	// Proof: `ComputingPower::Commitments` (`max_values`: None, `max_size`: Some(108), added: 2583, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Proved` (r:1 w:1)
	// Proof: `ComputingPower::Proved` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Draws` (r:1 w:0)
	// Proof: `ComputingPower::Draws` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::QueuedParameters` (r:1 w:0)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::CurrentParameters` (r:1 w:0)
	// Proof: `ComputingPower::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochSeed` (r:1 w:0)
	// Proof: `Committee::EpochSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	fn reveal() -> Weight {
		// 2_681_353 ns at least.
		Weight::from_parts(2_746_340_000, 0).saturating_add(T::DbWeight::get().reads_writes(9, 1))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Commitments` (r:1 w:0)
	// Proof: `ComputingPower::Commitments` (`max_values`: None, `max_size`: Some(108), added: 2583, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Proved` (r:1 w:0)
	// Proof: `ComputingPower::Proved` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Draws` (r:1 w:0)
	// Proof: `ComputingPower::Draws` (`max_values`: None, `max_size`: Some(61), added: 2536, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::QueuedParameters` (r:1 w:0)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::CurrentParameters` (r:1 w:0)
	// Proof: `ComputingPower::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochSeed` (r:1 w:0)
	// Proof: `Committee::EpochSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochStart` (r:1 w:0)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_reveal() -> Weight {
		// 2_659_731 ns at least.
		Weight::from_parts(2_707_002_000, 0).saturating_add(T::DbWeight::get().reads_writes(11, 0))
	}
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::QueuedParameters` (r:0 w:1)
	// Proof: `ComputingPower::QueuedParameters` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	fn set_parameters() -> Weight {
		// 10_916 ns at least.
		Weight::from_parts(11_417_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}
}
