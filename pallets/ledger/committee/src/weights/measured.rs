//! What `scripts/weights.sh` measured of `pallet_committee`: run it, and change nothing by hand.
//!
//! 2026-11-25, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Committee::CurrentActivity` (r:1 w:1)
	// Proof: `Committee::CurrentActivity` (`max_values`: Some(1), `max_size`: Some(2066), added: 2561, mode: `MaxEncodedLen`)
	// Storage: `Committee::NextSeed` (r:1 w:1)
	// Proof: `Committee::NextSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochStart` (r:1 w:0)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::LastAuthorship` (r:0 w:1)
	// Proof: `Committee::LastAuthorship` (`max_values`: Some(1), `max_size`: Some(38), added: 533, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn block(n: u32) -> Weight {
		// 11_087 ns at least.
		Weight::from_parts(15_811_397, 0)
			.saturating_add(Weight::from_parts(34_758, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `Committee::NextSeed` (r:1 w:0)
	// Proof: `Committee::NextSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn later_view(n: u32) -> Weight {
		// 5_098 ns at least.
		Weight::from_parts(5_208_000, 0)
			.saturating_add(Weight::from_parts(1_888_078, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 0))
	}
	// Storage: `Committee::EpochStart` (r:1 w:1)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochLength` (r:1 w:0)
	// Proof: `Committee::EpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:1)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `Committee::QueuedCommittee` (r:1 w:0)
	// Proof: `Committee::QueuedCommittee` (`max_values`: Some(1), `max_size`: Some(9218), added: 9713, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Ledgers` (r:1 w:0)
	// Proof: `ShardAssignment::Ledgers` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochSeed` (r:1 w:1)
	// Proof: `Committee::EpochSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::AllowBoth` (r:1 w:0)
	// Proof: `ShardAssignment::AllowBoth` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Tickets` (r:2 w:0)
	// Proof: `ShardAssignment::Tickets` (`max_values`: None, `max_size`: Some(57355), added: 59830, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::History` (r:1 w:0)
	// Proof: `ShardAssignment::History` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentActivity` (r:1 w:1)
	// Proof: `Committee::CurrentActivity` (`max_values`: Some(1), `max_size`: Some(2066), added: 2561, mode: `MaxEncodedLen`)
	// Storage: `Committee::NextSeed` (r:1 w:0)
	// Proof: `Committee::NextSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `Committee::QueuedEpochLength` (r:1 w:0)
	// Proof: `Committee::QueuedEpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::PreviousActivity` (r:0 w:1)
	// Proof: `Committee::PreviousActivity` (`max_values`: Some(1), `max_size`: Some(2066), added: 2561, mode: `MaxEncodedLen`)
	// Storage: `Committee::PreviousCommittee` (r:0 w:1)
	// Proof: `Committee::PreviousCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Seated` (r:0 w:2)
	// Proof: `ShardAssignment::Seated` (`max_values`: None, `max_size`: Some(32779), added: 35254, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn end_epoch(n: u32) -> Weight {
		// 44_767 ns at least.
		Weight::from_parts(85_340_577, 0)
			.saturating_add(Weight::from_parts(492_817, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(13, 8))
	}
	// Storage: `Committee::EpochStart` (r:1 w:0)
	// Proof: `Committee::EpochStart` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `System::ParentHash` (r:1 w:0)
	// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	// Storage: `Committee::LastAuthorship` (r:1 w:0)
	// Proof: `Committee::LastAuthorship` (`max_values`: Some(1), `max_size`: Some(38), added: 533, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentActivity` (r:1 w:1)
	// Proof: `Committee::CurrentActivity` (`max_values`: Some(1), `max_size`: Some(2066), added: 2561, mode: `MaxEncodedLen`)
	// Measured for `s` from 1 to 128.
	fn note_parent(s: u32) -> Weight {
		// 74_621 ns at least.
		Weight::from_parts(107_624_641, 0)
			.saturating_add(Weight::from_parts(39_386_377, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(6, 1))
	}
	// Storage: `Committee::QueuedCommittee` (r:0 w:1)
	// Proof: `Committee::QueuedCommittee` (`max_values`: Some(1), `max_size`: Some(9218), added: 9713, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn set_next_committee(n: u32) -> Weight {
		// 7_371 ns at least.
		Weight::from_parts(32_740_683, 0)
			.saturating_add(Weight::from_parts(262_863, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Committee::CurrentPace` (r:0 w:1)
	// Proof: `Committee::CurrentPace` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	fn set_pace() -> Weight {
		// 5_638 ns at least.
		Weight::from_parts(6_639_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Committee::QueuedEpochLength` (r:0 w:1)
	// Proof: `Committee::QueuedEpochLength` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn set_epoch_length() -> Weight {
		// 5_428 ns at least.
		Weight::from_parts(6_470_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
}
