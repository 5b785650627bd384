//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{derive_impl, parameter_types};
use pallet_quota::{StoredQuotas, WithQuotas};
use sp_version::RuntimeVersion;
use top_runtime_common::{preludes, BlockTime};
use tp_core::ChainTag;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const Chain: ChainTag = ChainTag::Main;
}

#[derive_impl(preludes::System<Runtime> as frame_system::DefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnNewAccount = StoredQuotas<Runtime>;
	type OnKilledAccount = (StoredQuotas<Runtime>, Lives);
	type SingleBlockMigrations = (
		pallet_quota::migrations::V0ToV1<Runtime>,
		pallet_committee::migrations::V0ToV1<Runtime>,
		pallet_comprehensive_stake::migrations::V1ToV2<Runtime>,
		pallet_shard_assignment::migrations::V1ToV2<Runtime>,
		pallet_shard_assignment::migrations::V2ToV3<Runtime>,
		pallet_rewards::migrations::V1ToV2<Runtime>,
	);
	type Version = Version;
}

#[derive_impl(preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = WithQuotas<Runtime, pallet_lives::WithLives<Runtime, System>>;
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type Time = BlockTime<Runtime>;
	type Election = ShardAssignment;
}

#[derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_quota::Config for Runtime {
	type Currency = Balances;
	type Lives = Lives;
	type Time = BlockTime<Runtime>;
}

top_runtime_common::messages_of_zones!();
top_runtime_common::council!();
top_runtime_common::governance!();
#[cfg(feature = "runtime-benchmarks")]
top_runtime_common::election_benchmark_helper!();

#[derive_impl(pallet_comprehensive_stake::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_comprehensive_stake::Config for Runtime {
	type Currency = Balances;
	type Clock = Committee;
	type IsDealing = pallet_shard_assignment::IsDealing<Runtime>;
	type OnVotesChange = Rewards;
	type Time = BlockTime<Runtime>;
	type AdminOrigin = RootOrCouncil;
	type SlashCancelOrigin = RootOrCouncil;
}

#[derive_impl(pallet_computing_power::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_computing_power::Config for Runtime {
	type Clock = Committee;
	type Nodes = ComprehensiveStake;
	type Candidates = ShardAssignment;
	type AdminOrigin = RootOrCouncil;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkHelper;
}

#[derive_impl(pallet_shard_assignment::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_shard_assignment::Config for Runtime {
	type Clock = Committee;
	type Nodes = ComprehensiveStake;
	type Power = ComputingPower;
	type OnParticipation = (ComprehensiveStake, Rewards);
	type AdminOrigin = RootOrCouncil;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkHelper;
}

#[derive_impl(pallet_offences::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_offences::Config for Runtime {
	type Committees = ShardAssignment;
	type Nodes = ComprehensiveStake;
	type Punish = ComprehensiveStake;
	type Clock = Committee;
	type EvidenceEpochs = pallet_comprehensive_stake::EvidenceEpochs<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkHelper;
}

#[derive_impl(pallet_rewards::config_preludes::MainChainDefaultConfig<Runtime>)]
impl pallet_rewards::Config for Runtime {
	type Currency = Balances;
	type Voters = ComprehensiveStake;
	type Time = BlockTime<Runtime>;
	type Treasury = TreasuryAccount;
	type AdminOrigin = RootOrCouncil;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkHelper;
}
