//! What `scripts/weights.sh` measured of `pallet_comprehensive_stake`: run it, and change nothing by hand.
//!
//! 2026-11-25, AMD EPYC; wasm: Compiled; 20 steps, 10 repetitions.

use super::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// The measured weights, with a runtime's storage costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PbftOwner` (r:1 w:1)
	// Proof: `ComprehensiveStake::PbftOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::VrfOwner` (r:1 w:1)
	// Proof: `ComprehensiveStake::VrfOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:0)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PastPools` (r:1 w:0)
	// Proof: `ComprehensiveStake::PastPools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Offers` (r:0 w:4)
	// Proof: `ComprehensiveStake::Offers` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// 199_257 ns at least.
		Weight::from_parts(210_012_000, 0).saturating_add(T::DbWeight::get().reads_writes(9, 9))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PbftOwner` (r:1 w:1)
	// Proof: `ComprehensiveStake::PbftOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::VrfOwner` (r:1 w:1)
	// Proof: `ComprehensiveStake::VrfOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	fn set_keys() -> Weight {
		// 160_599 ns at least.
		Weight::from_parts(164_676_000, 0).saturating_add(T::DbWeight::get().reads_writes(5, 3))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	fn set_network_id() -> Weight {
		// 19_429 ns at least.
		Weight::from_parts(24_316_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	fn set_dividend() -> Weight {
		// 18_317 ns at least.
		Weight::from_parts(20_231_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	fn add_deposit() -> Weight {
		// 70_935 ns at least.
		Weight::from_parts(75_653_000, 0).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Offers` (r:0 w:4)
	// Proof: `ComprehensiveStake::Offers` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn set_roles() -> Weight {
		// 37_096 ns at least.
		Weight::from_parts(40_210_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 5))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `Committee::CurrentCommittee` (r:1 w:0)
	// Proof: `Committee::CurrentCommittee` (`max_values`: Some(1), `max_size`: Some(9226), added: 9721, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Offers` (r:0 w:4)
	// Proof: `ComprehensiveStake::Offers` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// 33_169 ns at least.
		Weight::from_parts(36_605_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 5))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Offers` (r:0 w:4)
	// Proof: `ComprehensiveStake::Offers` (`max_values`: None, `max_size`: Some(57), added: 2532, mode: `MaxEncodedLen`)
	fn return_to_service() -> Weight {
		// 27_881 ns at least.
		Weight::from_parts(30_765_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 5))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:1 w:1)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:1)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PbftOwner` (r:0 w:10)
	// Proof: `ComprehensiveStake::PbftOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::VrfOwner` (r:0 w:10)
	// Proof: `ComprehensiveStake::VrfOwner` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::PastPools` (r:0 w:1)
	// Proof: `ComprehensiveStake::PastPools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn withdraw_deposit() -> Weight {
		// 105_507 ns at least.
		Weight::from_parts(106_999_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 25))
	}
	// Storage: `ComprehensiveStake::CurrentParameters` (r:1 w:0)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:1)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Weights` (r:1 w:1)
	// Proof: `ComprehensiveStake::Weights` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:1 w:0)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:1 w:1)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::NextVote` (r:1 w:1)
	// Proof: `ComprehensiveStake::NextVote` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Votes` (r:0 w:1)
	// Proof: `ComprehensiveStake::Votes` (`max_values`: None, `max_size`: Some(156), added: 2631, mode: `MaxEncodedLen`)
	fn vote() -> Weight {
		// 115_932 ns at least.
		Weight::from_parts(119_458_000, 0).saturating_add(T::DbWeight::get().reads_writes(11, 8))
	}
	// Storage: `ComprehensiveStake::Votes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Votes` (`max_values`: None, `max_size`: Some(156), added: 2631, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `Timestamp::Now` (r:1 w:0)
	// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:1)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Weights` (r:1 w:1)
	// Proof: `ComprehensiveStake::Weights` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:1 w:0)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:1 w:1)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:2 w:2)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn withdraw_vote() -> Weight {
		// 110_694 ns at least.
		Weight::from_parts(112_608_000, 0).saturating_add(T::DbWeight::get().reads_writes(10, 7))
	}
	// Storage: `ComprehensiveStake::Votes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Votes` (`max_values`: None, `max_size`: Some(156), added: 2631, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:2 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:2 w:2)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Weights` (r:2 w:2)
	// Proof: `ComprehensiveStake::Weights` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:2 w:0)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:2 w:2)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn move_vote() -> Weight {
		// 92_938 ns at least.
		Weight::from_parts(99_989_000, 0).saturating_add(T::DbWeight::get().reads_writes(11, 7))
	}
	// Storage: `ComprehensiveStake::Votes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Votes` (`max_values`: None, `max_size`: Some(156), added: 2631, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:1 w:1)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Weights` (r:1 w:1)
	// Proof: `ComprehensiveStake::Weights` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `Rewards::VoterPots` (r:1 w:0)
	// Proof: `Rewards::VoterPots` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	// Storage: `Rewards::Checkpoints` (r:1 w:1)
	// Proof: `Rewards::Checkpoints` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:0)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	fn settle_vote() -> Weight {
		// 53_419 ns at least.
		Weight::from_parts(55_773_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 4))
	}
	// Storage: `ComprehensiveStake::CurrentParameters` (r:0 w:1)
	// Proof: `ComprehensiveStake::CurrentParameters` (`max_values`: Some(1), `max_size`: Some(104), added: 599, mode: `MaxEncodedLen`)
	fn set_parameters() -> Weight {
		// 6_019 ns at least.
		Weight::from_parts(7_041_000, 0).saturating_add(T::DbWeight::get().reads_writes(0, 1))
	}
	// Storage: `ComprehensiveStake::Slashes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Slashes` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:1 w:1)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	fn cancel_slash() -> Weight {
		// 21_141 ns at least.
		Weight::from_parts(23_125_000, 0).saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}
	// Storage: `ComprehensiveStake::Nodes` (r:127 w:127)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:0)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Measured for `m` from 1 to 128.
	fn on_participation(m: u32) -> Weight {
		// 11_818 ns at least.
		Weight::from_parts(5_108_005, 0)
			.saturating_add(Weight::from_parts(7_226_689, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 0))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(m.into())))
	}
	// Storage: `ComprehensiveStake::EpochsOver` (r:1 w:1)
	// Proof: `ComprehensiveStake::EpochsOver` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::FirstSlash` (r:1 w:1)
	// Proof: `ComprehensiveStake::FirstSlash` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::NextSlash` (r:1 w:0)
	// Proof: `ComprehensiveStake::NextSlash` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Slashes` (r:32 w:32)
	// Proof: `ComprehensiveStake::Slashes` (`max_values`: None, `max_size`: Some(97), added: 2572, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Nodes` (r:32 w:32)
	// Proof: `ComprehensiveStake::Nodes` (`max_values`: None, `max_size`: Some(967), added: 3442, mode: `MaxEncodedLen`)
	// Storage: `Balances::Holds` (r:33 w:33)
	// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(175), added: 2650, mode: `MaxEncodedLen`)
	// Storage: `System::Account` (r:34 w:34)
	// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	// Storage: `ComprehensiveStake::Pools` (r:32 w:32)
	// Proof: `ComprehensiveStake::Pools` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	// Measured for `s` from 0 to 32.
	fn on_epoch_end(s: u32) -> Weight {
		// 5_338 ns at least.
		Weight::from_parts(26_427_091, 0)
			.saturating_add(Weight::from_parts(153_815_210, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(5, 4))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(s.into())))
	}
}
