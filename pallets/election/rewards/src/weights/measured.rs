//! What `scripts/weights.sh` measured of `pallet_rewards`: run it, and change nothing by hand.
//!
//! 2026-11-25, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `Rewards::Reports` (r:1 w:1)
	// Proof: `Rewards::Reports` (`max_values`: None, `max_size`: Some(5145), added: 7620, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentParameters` (r:1 w:0)
	// Proof: `Rewards::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(34), added: 529, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CounterForReports` (r:1 w:1)
	// Proof: `Rewards::CounterForReports` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn on_participation(n: u32) -> Weight {
		// 13_040 ns at least.
		Weight::from_parts(12_939_964, 0)
			.saturating_add(Weight::from_parts(43_767, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	// Storage: `Rewards::CurrentParameters` (r:1 w:0)
	// Proof: `Rewards::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(34), added: 529, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::PaidUntil` (r:1 w:1)
	// Proof: `Rewards::PaidUntil` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentYear` (r:1 w:1)
	// Proof: `Rewards::CurrentYear` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Reserve` (r:1 w:1)
	// Proof: `Rewards::Reserve` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Reports` (r:257 w:256)
	// Proof: `Rewards::Reports` (`max_values`: None, `max_size`: Some(5145), added: 7620, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CounterForReports` (r:1 w:1)
	// Proof: `Rewards::CounterForReports` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:193 w:0)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Offers` (r:130 w:0)
	// Proof: `ComprehensiveStake::Offers` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:64 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentTotals` (r:1 w:1)
	// Proof: `Rewards::CurrentTotals` (`max_values`: Some(1), `max_size`: Some(64), added: 559, mode: `MaxEncodedLen`)
	// Storage: `Rewards::PotDeposit` (r:1 w:1)
	// Proof: `Rewards::PotDeposit` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Quota::Rules` (r:1 w:0)
	// Proof: `Quota::Rules` (`max_values`: Some(1), `max_size`: Some(49), added: 544, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Claimable` (r:129 w:129)
	// Proof: `Rewards::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Rewards::DueQueue` (r:1 w:1)
	// Proof: `Rewards::DueQueue` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PastPools` (r:128 w:0)
	// Proof: `ComprehensiveStake::PastPools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Quota::Quotas` (r:0 w:2)
	// Proof: `Quota::Quotas` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	// Storage: `Rewards::History` (r:0 w:1)
	// Proof: `Rewards::History` (`max_values`: None, `max_size`: Some(132), added: 2607, mode: `MaxEncodedLen`)
	// Storage: `Rewards::DueChunks` (r:0 w:257)
	// Proof: `Rewards::DueChunks` (`max_values`: None, `max_size`: Some(8206), added: 10681, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:1 w:1)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Measured for `r` from 1 to 256.
	// Measured for `v` from 1 to 64.
	fn on_epoch_end(r: u32, v: u32) -> Weight {
		// 2_347_175 ns at least.
		Weight::from_parts(564_407_376, 0)
			.saturating_add(Weight::from_parts(65_768_414, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(19_564_124, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads_writes(389, 155))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(r.into())))
	}
	// Storage: `Rewards::DueQueue` (r:1 w:1)
	// Proof: `Rewards::DueQueue` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Rewards::DueChunks` (r:1 w:1)
	// Proof: `Rewards::DueChunks` (`max_values`: None, `max_size`: Some(8206), added: 10681, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:127 w:0)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:127 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Claimable` (r:127 w:127)
	// Proof: `Rewards::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:127 w:127)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::PaidUntil` (r:1 w:1)
	// Proof: `Rewards::PaidUntil` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 128.
	fn pay_dues(n: u32) -> Weight {
		// 33_530 ns at least.
		Weight::from_parts(3_847_047, 0)
			.saturating_add(Weight::from_parts(16_458_609, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 3))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
	// Storage: `ComprehensiveStake::Weights` (r:64 w:0)
	// Proof: `ComprehensiveStake::Weights` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:64 w:64)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:64 w:64)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Claimable` (r:1 w:1)
	// Proof: `Rewards::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Rewards::CurrentTotals` (r:1 w:1)
	// Proof: `Rewards::CurrentTotals` (`max_values`: Some(1), `max_size`: Some(64), added: 559, mode: `MaxEncodedLen`)
	// Measured for `n` from 1 to 64.
	fn claim(n: u32) -> Weight {
		// 86_168 ns at least.
		Weight::from_parts(49_851_787, 0)
			.saturating_add(Weight::from_parts(21_361_676, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(3, 3))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
	// Storage: `Rewards::CurrentParameters` (r:0 w:1)
	// Proof: `Rewards::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(34), added: 529, mode: `MaxEncodedLen`)
	fn set_parameters() -> Weight {
		// 5_548 ns at least.
		Weight::from_parts(6_039_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `Rewards::VoterPots` (r:1 w:1)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:1 w:1)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Claimable` (r:1 w:1)
	// Proof: `Rewards::Claimable` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:0)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn votes_change() -> Weight {
		// 28_813 ns at least.
		Weight::from_parts(29_695_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
}
