//! A main chain of the stake and assignment pallets, whose epochs the simulation ends.

use frame_support::{
	construct_runtime, derive_impl,
	traits::ConstU128,
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use frame_system::limits::BlockWeights;
use pallet_testkit::ManualClock;
use sp_core::H160;
use sp_runtime::traits::IdentityLookup;
use tp_core::{Balance, TOP};

pub type AccountId = H160;

construct_runtime! {
	pub enum Runtime {
		System: frame_system,
		Balances: pallet_balances,
		Stake: pallet_comprehensive_stake,
		Assignment: pallet_shard_assignment,
	}
}

frame_support::parameter_types! {
	pub Block2s: BlockWeights = BlockWeights::simple_max(Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX));
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = frame_system::mocking::MockBlock<Runtime>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = Block2s;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<{ TOP / 1_000 }>;
}

#[derive_impl(pallet_comprehensive_stake::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_comprehensive_stake::Config for Runtime {
	type Currency = Balances;
	type Clock = ManualClock;
	type IsDealing = pallet_shard_assignment::IsDealing<Runtime>;
	type Time = ManualClock;
}

#[derive_impl(pallet_shard_assignment::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_shard_assignment::Config for Runtime {
	type Clock = ManualClock;
	type Nodes = Stake;
	type OnParticipation = Stake;
}
