//! What each pallet is set to.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, EitherOfDiverse, Get, VariantCountOf},
	weights::{constants::ParityDbWeight, Weight},
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_collective::EnsureProportionAtLeast;
use sp_runtime::{
	traits::{AccountIdConversion, AccountIdLookup, BlakeTwo256},
	Perbill,
};
use top_runtime_common::{
	limits,
	pallets::{BlockHashCount, ExistentialDeposit, Length, SS58Prefix, Shares, Weights},
	BlockTime,
};
use tp_core::ChainTag;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnNewAccount = pallet_quota::StoredQuotas<Runtime>;
	type OnKilledAccount = pallet_quota::StoredQuotas<Runtime>;
	type Nonce = Nonce;
	type Hash = Hash;
	type Hashing = BlakeTwo256;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type Block = Block;
	type BlockHashCount = BlockHashCount;
	type BlockWeights = Weights;
	type BlockLength = Length;
	type DbWeight = ParityDbWeight;
	type SS58Prefix = SS58Prefix;
	type Version = Version;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
	type MaxConsumers = ConstU32<16>;
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Main;
}

impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Election = ShardAssignment;
	type WeightInfo = pallet_committee::weights::SubstrateWeight<Runtime>;
}

impl pallet_quota::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Store = pallet_quota::StoredQuotas<Runtime>;
	type Time = BlockTime<Runtime>;
	type DefaultRules = Shares;
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_quota::weights::InMap;
}

top_runtime_common::wallet_pallets!();

/// Root, or two thirds of the council.
pub type RootOrCouncil =
	EitherOfDiverse<EnsureRoot<AccountId>, EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>>;
/// Root, or half of the council: who may still be innocent should not have to wait for more.
pub type RootOrHalfOfCouncil =
	EitherOfDiverse<EnsureRoot<AccountId>, EnsureProportionAtLeast<AccountId, CouncilInstance, 1, 2>>;
/// The council's instance of the collective.
pub type CouncilInstance = pallet_collective::Instance1;

/// Members of the council.
pub const COUNCIL_SIZE: u32 = 7;

parameter_types! {
	pub const StakePalletId: PalletId = PalletId(*b"top/vote");
	pub const RewardsPalletId: PalletId = PalletId(*b"top/rwrd");
	pub TreasuryAccount: AccountId = PalletId(*b"top/trsy").into_account_truncating();
	// Three days at the main chain's pace.
	pub const MotionDuration: BlockNumber = 3 * 24 * 60 * 60 * 2;
	pub const MaxProposals: u32 = 32;
	pub const MaxMembers: u32 = COUNCIL_SIZE;
	pub MaxProposalWeight: Weight = Perbill::from_percent(50) * limits::MAX_BLOCK_WEIGHT;
}

/// For how many epochs evidence counts: as long as deposits are locked for it.
pub struct EvidenceEpochs;
impl Get<tp_pbft::Epoch> for EvidenceEpochs {
	fn get() -> tp_pbft::Epoch {
		pallet_comprehensive_stake::CurrentParameters::<Runtime>::get().evidence_epochs
	}
}

impl pallet_comprehensive_stake::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type PalletId = StakePalletId;
	type Clock = Committee;
	type OnVotesChange = Rewards;
	type Time = BlockTime<Runtime>;
	type AdminOrigin = RootOrCouncil;
	type SlashCancelOrigin = RootOrHalfOfCouncil;
	type WeightInfo = pallet_comprehensive_stake::weights::SubstrateWeight<Runtime>;
}

impl pallet_computing_power::Config for Runtime {
	type Clock = Committee;
	type Nodes = ComprehensiveStake;
	type AdminOrigin = RootOrCouncil;
	type WeightInfo = pallet_computing_power::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benches::Helper;
}

impl pallet_shard_assignment::Config for Runtime {
	type Clock = Committee;
	type Nodes = ComprehensiveStake;
	type Power = ComputingPower;
	type OnParticipation = (ComprehensiveStake, Rewards);
	type AdminOrigin = RootOrCouncil;
	type WeightInfo = pallet_shard_assignment::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benches::Helper;
}

impl pallet_offences::Config for Runtime {
	type Committees = ShardAssignment;
	type Nodes = ComprehensiveStake;
	type Punish = ComprehensiveStake;
	type Clock = Committee;
	type EvidenceEpochs = EvidenceEpochs;
	type WeightInfo = pallet_offences::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benches::Helper;
}

impl pallet_rewards::Config for Runtime {
	type Currency = Balances;
	type PalletId = RewardsPalletId;
	type Nodes = ComprehensiveStake;
	type Voters = ComprehensiveStake;
	type Time = BlockTime<Runtime>;
	type Treasury = TreasuryAccount;
	type AdminOrigin = RootOrCouncil;
	type WeightInfo = pallet_rewards::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = benches::Helper;
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = MotionDuration;
	type MaxProposals = MaxProposals;
	type MaxMembers = MaxMembers;
	type DefaultVote = pallet_collective::MoreThanMajorityThenPrimeDefaultVote;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	type SetMembersOrigin = EnsureRoot<AccountId>;
	type MaxProposalWeight = MaxProposalWeight;
	type DisapproveOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = ();
}
