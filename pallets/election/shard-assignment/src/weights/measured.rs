//! What `scripts/weights.sh` measured of `pallet_shard_assignment`: run it, and change nothing by hand.
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
	// Storage: `ShardAssignment::RoleSeats` (r:1 w:0)
	// Proof: `ShardAssignment::RoleSeats` (`max_values`: None, `max_size`: Some(13), added: 2488, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Seated` (r:1 w:0)
	// Proof: `ShardAssignment::Seated` (`max_values`: None, `max_size`: Some(32779), added: 35254, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Tickets` (r:1 w:1)
	// Proof: `ShardAssignment::Tickets` (`max_values`: None, `max_size`: Some(57355), added: 59830, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:0)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PastPools` (r:1 w:0)
	// Proof: `ComprehensiveStake::PastPools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Proved` (r:1 w:0)
	// Proof: `ComputingPower::Proved` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:0)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochSeed` (r:1 w:0)
	// Proof: `Committee::EpochSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	fn submit_ticket() -> Weight {
		// 646_733 ns at least.
		Weight::from_parts(680_534_000, 0).saturating_add(T::DbWeight::get().reads_writes(11, 1))
	}
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::RoleSeats` (r:1 w:0)
	// Proof: `ShardAssignment::RoleSeats` (`max_values`: None, `max_size`: Some(13), added: 2488, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Seated` (r:1 w:0)
	// Proof: `ShardAssignment::Seated` (`max_values`: None, `max_size`: Some(32779), added: 35254, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Tickets` (r:1 w:0)
	// Proof: `ShardAssignment::Tickets` (`max_values`: None, `max_size`: Some(57355), added: 59830, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:0)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PastPools` (r:1 w:0)
	// Proof: `ComprehensiveStake::PastPools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComputingPower::Proved` (r:1 w:0)
	// Proof: `ComputingPower::Proved` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:0)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Committee::EpochSeed` (r:1 w:0)
	// Proof: `Committee::EpochSeed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	fn authorize_submit_ticket() -> Weight {
		// 574_656 ns at least.
		Weight::from_parts(590_490_000, 0).saturating_add(T::DbWeight::get().reads_writes(11, 0))
	}
	// Storage: `ShardAssignment::Ledgers` (r:1 w:1)
	// Proof: `ShardAssignment::Ledgers` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Retired` (r:1 w:0)
	// Proof: `ShardAssignment::Retired` (`max_values`: None, `max_size`: Some(63), added: 2538, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::CounterForLedgers` (r:1 w:1)
	// Proof: `ShardAssignment::CounterForLedgers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::CounterForRetired` (r:1 w:0)
	// Proof: `ShardAssignment::CounterForRetired` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::RoleSeats` (r:2 w:1)
	// Proof: `ShardAssignment::RoleSeats` (`max_values`: None, `max_size`: Some(13), added: 2488, mode: `MaxEncodedLen`)
	fn register_ledger() -> Weight {
		// 27_811 ns at least.
		Weight::from_parts(36_203_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 3))
	}
	// Storage: `ShardAssignment::Ledgers` (r:1 w:1)
	// Proof: `ShardAssignment::Ledgers` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::RoleSeats` (r:2 w:1)
	// Proof: `ShardAssignment::RoleSeats` (`max_values`: None, `max_size`: Some(13), added: 2488, mode: `MaxEncodedLen`)
	fn set_seats() -> Weight {
		// 24_556 ns at least.
		Weight::from_parts(26_049_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	// Storage: `ShardAssignment::Ledgers` (r:1 w:1)
	// Proof: `ShardAssignment::Ledgers` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::CounterForLedgers` (r:1 w:1)
	// Proof: `ShardAssignment::CounterForLedgers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::RoleSeats` (r:1 w:1)
	// Proof: `ShardAssignment::RoleSeats` (`max_values`: None, `max_size`: Some(13), added: 2488, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Retired` (r:1 w:1)
	// Proof: `ShardAssignment::Retired` (`max_values`: None, `max_size`: Some(63), added: 2538, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::CounterForRetired` (r:1 w:1)
	// Proof: `ShardAssignment::CounterForRetired` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ShardAssignment::Committees` (r:0 w:1)
	// Proof: `ShardAssignment::Committees` (`max_values`: None, `max_size`: Some(14513), added: 16988, mode: `MaxEncodedLen`)
	fn remove_ledger() -> Weight {
		// 27_440 ns at least.
		Weight::from_parts(28_052_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 6))
	}
	// Estimated by the draw that it replaces, until the machine measures it.
	fn next_committees(s: u32, l: u32) -> Weight {
		Weight::from_parts(5_000_000_000, 0)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(8, 4))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(l.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(l.into())))
	}
	// Estimated by the draw that it replaces, until the machine measures it.
	fn deal(n: u32) -> Weight {
		Weight::from_parts(5_000_000_000, 0)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(140, 4))
			.saturating_add(T::DbWeight::get().reads((12_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	// Estimated by the draw that it replaces, until the machine measures it.
	fn order_candidates() -> Weight {
		Weight::from_parts(40_000_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(170, 100))
	}
	// Storage: `ShardAssignment::Committees` (r:1 w:0)
	// Proof: `ShardAssignment::Committees` (`max_values`: None, `max_size`: Some(14513), added: 16988, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PbftOwner` (r:127 w:0)
	// Proof: `ComprehensiveStake::PbftOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Reports` (r:2 w:1)
	// Proof: `Rewards::Reports` (`max_values`: None, `max_size`: Some(5145), added: 7620, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentParameters` (r:1 w:0)
	// Proof: `Rewards::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(34), added: 529, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CounterForReports` (r:1 w:1)
	// Proof: `Rewards::CounterForReports` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:1)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::FirstSlash` (r:1 w:1)
	// Proof: `ComprehensiveStake::FirstSlash` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::NextSlash` (r:1 w:0)
	// Proof: `ComprehensiveStake::NextSlash` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::PaidUntil` (r:1 w:1)
	// Proof: `Rewards::PaidUntil` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentYear` (r:1 w:1)
	// Proof: `Rewards::CurrentYear` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Reserve` (r:1 w:0)
	// Proof: `Rewards::Reserve` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Rewards::DueQueue` (r:1 w:0)
	// Proof: `Rewards::DueQueue` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Claimable` (r:1 w:0)
	// Proof: `Rewards::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentTotals` (r:1 w:0)
	// Proof: `Rewards::CurrentTotals` (`max_values`: Some(1), `max_size`: Some(64), added: 559, mode: `MaxEncodedLen`)
	// Storage: `Rewards::History` (r:0 w:1)
	// Proof: `Rewards::History` (`max_values`: None, `max_size`: Some(132), added: 2607, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn epoch_ended(n: u32) -> Weight {
		// 55_382 ns at least.
		Weight::from_parts(59_027_302, 0)
			.saturating_add(Weight::from_parts(2_046_887, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(15, 7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
	}
}
