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
			// Estimated: the sums, and for each member its earnings, votes and dividend.
			.saturating_add(T::DbWeight::get().reads_writes(2, 2))
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(n.into()))
	}
	// Estimated, not measured: parameters, time, year, reserve, sums, the treasury's account, and the reports.
	fn on_epoch_end(r: u32) -> Weight {
		Weight::from_parts(200_000_000, 0)
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads_writes(16, 16))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(r.into()))
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
			// Estimated: the settlement of the sender and of each node.
			.saturating_add(Weight::from_parts(20_000_000, 0).saturating_mul(u64::from(n).saturating_add(1)))
			.saturating_add(T::DbWeight::get().reads_writes(9, 6).saturating_mul(u64::from(n).saturating_add(1)))
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
		// Estimated: the settlement of the node.
		let settlement = Weight::from_parts(20_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(9, 6));
		Weight::from_parts(29_695_000, 0)
			.saturating_add(T::DbWeight::get().reads_writes(4, 3))
			.saturating_add(settlement)
	}
}
