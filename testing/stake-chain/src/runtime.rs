//! The runtime.

use frame_support::{
	construct_runtime, derive_impl, parameter_types,
	traits::ConstU128,
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		Weight,
	},
};
use frame_system::{limits::BlockWeights, EnsureRoot};
use pallet_testkit::BlockClock;
use sp_core::H160;
use sp_runtime::traits::IdentityLookup;
use tp_core::{Balance, ChainTag, TOP};

/// An account id of 20 bytes.
pub type AccountId = H160;

construct_runtime! {
	pub enum Runtime {
		System: frame_system,
		Balances: pallet_balances,
		Committee: pallet_committee,
		Stake: pallet_comprehensive_stake,
		Assignment: pallet_shard_assignment,
	}
}

parameter_types! {
	pub const Tag: ChainTag = ChainTag::Main;
	/// Two seconds, as on the main chain: a draw may take a quarter of a block.
	pub Block2s: BlockWeights = BlockWeights::simple_max(Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX));
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
	// Block numbers of 64 bits.
	type Block = frame_system::mocking::MockBlock<Runtime>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = Block2s;
	type DbWeight = ParityDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<{ TOP / 1_000 }>;
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Tag;
	type Time = BlockClock<Runtime>;
	type Election = Assignment;
}

#[derive_impl(pallet_comprehensive_stake::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_comprehensive_stake::Config for Runtime {
	type Currency = Balances;
	type Clock = Committee;
	type IsDealing = pallet_shard_assignment::IsDealing<Runtime>;
	type Time = BlockClock<Runtime>;
}

impl pallet_shard_assignment::Config for Runtime {
	type Clock = Committee;
	type Nodes = Stake;
	// No proofs of computing power: all nodes have the minimum.
	type Power = ();
	type OnParticipation = Stake;
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_shard_assignment::weights::SubstrateWeight<Runtime>;
}

pallet_testkit::impl_ledger_runtime!(Runtime, AllPalletsWithSystem, Committee);
