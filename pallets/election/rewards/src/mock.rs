//! A runtime with balances and rewards. Nodes, votes and the time are doubles.

use crate as pallet_rewards;
use frame_support::{derive_impl, parameter_types, traits::ConstU128, weights::constants::ParityDbWeight, PalletId};
use frame_system::mocking::MockBlock;
use pallet_testkit::{ManualClock, Registry};
use tp_core::{Balance, TOP};

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

#[derive_impl(pallet_rewards::config_preludes::TestDefaultConfig)]
impl pallet_rewards::Config for Test {
	type Currency = Balances;
	type Voters = Registry;
	type Nodes = Registry;
	type Time = ManualClock;
	type Treasury = Treasury;
	type PalletId = Pot;
	type WeightInfo = crate::weights::SubstrateWeight<Test>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarking::TestHelper;
}
