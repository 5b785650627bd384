//! What each pallet is set to.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use core::ops::RangeInclusive;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, VariantCountOf},
	weights::constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
};
use frame_system::EnsureRoot;
use sp_runtime::traits::{AccountIdLookup, BlakeTwo256};
use top_runtime_common::{
	pallets::{BlockHashCount, ExistentialDeposit, Length, SS58Prefix, Shares, Weights},
	BlockTime, LatticeAccounts,
};
use tp_core::ChainTag;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type AccountData = tp_lattice::AccountData;
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
	type AccountStore = LatticeAccounts<Runtime, Quota>;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
}

impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Election = ();
	type WeightInfo = pallet_committee::weights::SubstrateWeight<Runtime>;
}

impl pallet_quota::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Store = pallet_quota::AccountQuotas<Runtime>;
	type Time = BlockTime<Runtime>;
	type DefaultRules = Shares;
	type AdminOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_quota::weights::InAccounts;
}

parameter_types! {
	// All of them, while the zone has one shard.
	pub Tables: RangeInclusive<u8> = 0..=255;
	// Of a block's 5 MiB: the rest is for extrinsics.
	pub const MaxBatchBytes: u32 = 2 * 1024 * 1024;
	// Of a block's 2 s, at most.
	pub const MaxBatchCompute: u64 = 3 * WEIGHT_REF_TIME_PER_SECOND / 2;
}

impl pallet_lattice::Config for Runtime {
	type Currency = Balances;
	type Tables = Tables;
	type ExistentialDeposit = ExistentialDeposit;
	type Time = BlockTime<Runtime>;
	type Quota = Quota;
	type MaxBatchBytes = MaxBatchBytes;
	type MaxBatchCompute = MaxBatchCompute;
	type Executor = pallet_lattice::HostExecutor;
	type WeightInfo = ();
}

top_runtime_common::wallet_pallets!();
