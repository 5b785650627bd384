//! What each pallet is set to.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, VariantCountOf},
	weights::constants::ParityDbWeight,
};
use frame_system::EnsureRoot;
use sp_runtime::traits::{AccountIdLookup, BlakeTwo256};
use top_runtime_common::{
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
