//! What `scripts/weights.sh` measured of `pallet_offences`: run it, and change nothing by hand.
//!
//! 2026-11-25, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `Offences::OldestKept` (r:1 w:0)
	// Proof: `Offences::OldestKept` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Offences::Reported` (r:1 w:1)
	// Proof: `Offences::Reported` (`max_values`: None, `max_size`: Some(801), added: 3276, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Committees` (r:1 w:0)
	// Proof: `ShardAssignment::Committees` (`max_values`: None, `max_size`: Some(14513), added: 16988, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:2 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::NextSlash` (r:1 w:1)
	// Proof: `ComprehensiveStake::NextSlash` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:0)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Slashes` (r:0 w:1)
	// Proof: `ComprehensiveStake::Slashes` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	fn report() -> Weight {
		// 290_883 ns at least.
		Weight::from_parts(321_038_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 4))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `Offences::OldestKept` (r:1 w:0)
	// Proof: `Offences::OldestKept` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Offences::Reported` (r:1 w:0)
	// Proof: `Offences::Reported` (`max_values`: None, `max_size`: Some(801), added: 3276, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Committees` (r:1 w:0)
	// Proof: `ShardAssignment::Committees` (`max_values`: None, `max_size`: Some(14513), added: 16988, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	fn authorize_report() -> Weight {
		// 216_232 ns at least.
		Weight::from_parts(224_955_000, 0).saturating_add(T::DbWeight::get().reads_writes(7, 0))
	}
	// Storage: `Offences::OldestKept` (r:1 w:1)
	// Proof: `Offences::OldestKept` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `Offences::Reported` (r:32 w:32)
	// Proof: `Offences::Reported` (`max_values`: None, `max_size`: Some(801), added: 3276, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 32.
	fn prune(n: u32) -> Weight {
		// 15_243 ns at least.
		Weight::from_parts(14_677_201, 0)
			.saturating_add(Weight::from_parts(1_042_553, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 1))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
}
