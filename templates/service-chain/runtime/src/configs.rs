//! Configuration of the pallets.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use core::ops::RangeInclusive;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::HoldConsideration, ConstU32, LinearStoragePrice, VariantCountOf},
	weights::constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
};
use frame_system::EnsureRoot;
use sp_runtime::traits::{AccountIdLookup, BlakeTwo256};
use top_runtime_common::{
	currency::deposit,
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
	// Balances are a part of the lattice's account record, beside unit head and quota.
	type AccountStore = LatticeAccounts<Runtime, Quota>;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: genesis::ZONE, incarnation: 0 };
}

impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type AdminOrigin = EnsureRoot<AccountId>;
	// Committees change by `set_next_committee` only.
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
	pub Tables: RangeInclusive<u8> = 0..=255;
	// A block has 5 MiB. Extrinsics get the rest.
	pub const MaxBatchBytes: u32 = 2 * 1024 * 1024;
	// A block has 2 s. Extrinsics get the rest.
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

// Timestamp, transaction payment without fees, utility, multisig, proxy, preimage, scheduler, sudo.
top_runtime_common::wallet_pallets!();

parameter_types! {
	pub const RecordHoldReason: RuntimeHoldReason = RuntimeHoldReason::Registry(pallet_template::HoldReason::Record);
	pub const RecordBaseDeposit: Balance = deposit(1, 0);
	pub const RecordByteDeposit: Balance = deposit(0, 1);
}

impl pallet_template::Config for Runtime {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		RecordHoldReason,
		LinearStoragePrice<RecordBaseDeposit, RecordByteDeposit, Balance>,
	>;
	type MaxLength = ConstU32<256>;
	type WeightInfo = pallet_template::weights::SubstrateWeight<Runtime>;
}
