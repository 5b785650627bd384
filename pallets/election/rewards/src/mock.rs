//! A runtime with balances and rewards. Nodes, votes and the time are doubles.

use crate as pallet_rewards;
use frame_support::{derive_impl, parameter_types, traits::ConstU128, weights::constants::ParityDbWeight, PalletId};
use frame_system::mocking::MockBlock;
use pallet_testkit::{ManualClock, Registry, RootOrCouncil};
use tp_core::{Balance, TOP};
#[cfg(feature = "runtime-benchmarks")]
use {
	pallet_testkit::{keys, Now, Registered},
	tp_stake::OnVotesChange,
};

frame_support::construct_runtime!(
	pub enum Test { System: frame_system, Balances: pallet_balances, Rewards: pallet_rewards }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = ParityDbWeight;
}

/// The existential deposit.
pub const DEPOSIT: Balance = TOP / 1_000;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<DEPOSIT>;
	type AccountStore = System;
}

/// The account of the treasury.
pub const TREASURY: u64 = 250;

parameter_types! {
	pub const Pot: PalletId = PalletId(*b"top/rewd");
	pub const Treasury: u64 = TREASURY;
}

#[derive_impl(pallet_rewards::config_preludes::MainChainDefaultConfig<Test>)]
impl pallet_rewards::Config for Test {
	type Currency = Balances;
	type Voters = Registry;
	type Time = ManualClock;
	type Treasury = Treasury;
	type PalletId = Pot;
	type AdminOrigin = RootOrCouncil<u64>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = VotesHelper;
}

/// Sets up votes and the time for benchmarks, on the doubles of the testkit.
#[cfg(feature = "runtime-benchmarks")]
pub struct VotesHelper;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_rewards::BenchmarkHelper<u64> for VotesHelper {
	fn make_votes(holder: &u64, nodes: u32) -> Vec<u64> {
		let nodes: Vec<u64> = (0..nodes).map(|at| frame_benchmarking::account("node", at, 0)).collect();
		for node in &nodes {
			let dividend = sp_runtime::Perbill::from_percent(30);
			Registry::register(node, Registered { dividend, ..Registered::new(keys(0)) });
			Rewards::before_change(holder, node, 0, 1_000);
			Registry::set_votes(holder, node, 1_000);
		}
		nodes
	}

	fn set_time(now_ms: u64) {
		Now::set(now_ms);
	}
}
