//! Benchmarks of the weights. `scripts/weights.sh` runs them.

use crate::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::{fungible::Inspect, EnsureOrigin};
use frame_system::RawOrigin;
use tp_core::ChainTag;
use tp_pbft::{Epoch, MemberActivity, MAX_MEMBERS};
use tp_stake::{OnParticipation, OnVotesChange, Participation, Voters};

/// Creates the state that the benchmarks need.
pub trait BenchmarkHelper<AccountId> {
	/// Creates `nodes` nodes with a dividend, and votes of the holder for each of them.
	fn make_votes(holder: &AccountId, nodes: u32) -> Vec<AccountId>;
	/// Sets the time, in milliseconds since 1970.
	fn set_time(now_ms: u64);
}

const NOW_MS: u64 = 1_800_000_000_000;

fn participation<AccountId: codec::Decode>(shard: u32, members: u32) -> Participation<AccountId> {
	let activity = MemberActivity { signed: 1_000, authored: 10, turns_lost: 0, extra_signatures: 300 };
	Participation {
		chain: ChainTag::Shard { zone: 0, incarnation: shard },
		epoch: 1,
		certified: 1_000,
		members: (0..members).map(|at| (account("member", shard, at), activity)).collect(),
	}
}

/// Ends an epoch in which each node had as much work as the others, so that all have something to settle.
fn pay<T: Config>(nodes: Vec<T::AccountId>) {
	T::BenchmarkHelper::set_time(NOW_MS);
	Pallet::<T>::start_clock();
	let activity = MemberActivity { signed: 1_000, authored: 10, turns_lost: 0, extra_signatures: 300 };
	let members = nodes.into_iter().map(|node| (node, activity)).collect();
	Pallet::<T>::on_participation(&Participation { chain: ChainTag::Main, epoch: 1, certified: 1_000, members });
	T::BenchmarkHelper::set_time(NOW_MS + 3_600_000);
	Pallet::<T>::on_epoch_end(1);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn on_participation(n: Linear<1, MAX_MEMBERS>) {
		// The members have earnings of an ended period, which become amounts.
		let participation = participation::<T::AccountId>(0, n);
		pay::<T>(participation.members.iter().map(|(node, _)| node.clone()).collect());

		#[block]
		{
			Pallet::<T>::on_participation(&participation);
		}

		assert_eq!(Reports::<T>::count(), 1);
	}

	#[benchmark]
	fn on_epoch_end(r: Linear<1, MAX_REPORTS>) {
		T::BenchmarkHelper::set_time(NOW_MS);
		Pallet::<T>::start_clock();
		for shard in 0..r {
			Pallet::<T>::on_participation(&participation(shard, 4));
		}
		T::BenchmarkHelper::set_time(NOW_MS + 3_600_000);
		let epoch: Epoch = 1;

		#[block]
		{
			Pallet::<T>::on_epoch_end(epoch);
		}

		assert!(CurrentTotals::<T>::get().issued > 0);
	}

	#[benchmark]
	fn claim(n: Linear<1, MAX_CLAIM_NODES>) {
		let holder: T::AccountId = whitelisted_caller();
		let nodes = T::BenchmarkHelper::make_votes(&holder, n);
		pay::<T>(nodes.clone());
		let before = T::Currency::balance(&holder);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder.clone()), nodes);

		assert!(T::Currency::balance(&holder) > before);
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = Parameters { points_per_proposal: 7, ..Parameters::default() };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		assert_eq!(CurrentParameters::<T>::get(), parameters);
		Ok(())
	}

	#[benchmark]
	fn votes_change() -> Result<(), BenchmarkError> {
		let holder: T::AccountId = whitelisted_caller();
		let node = T::BenchmarkHelper::make_votes(&holder, 1).pop().ok_or("a node was made")?;
		pay::<T>(alloc::vec![node.clone()]);
		let weight = T::Voters::weight_by(&holder, &node);

		#[block]
		{
			Pallet::<T>::before_change(&holder, &node, weight, 0);
		}

		assert!(Claimable::<T>::get(&holder) > 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::tests::bare(), crate::mock::Test);
}
