//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::HoldConsideration, ConstU32, LinearStoragePrice},
};
use frame_system::EnsureRoot;
use sp_version::RuntimeVersion;
use top_runtime_common::{currency::deposit, preludes, BlockTime};
use tp_core::ChainTag;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const Chain: ChainTag = ChainTag::Shard { zone: genesis::ZONE, incarnation: 0 };
}

#[derive_impl(preludes::System<Runtime> as frame_system::DefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountData = tp_lattice::AccountData;
	type Version = Version;
}

#[derive_impl(preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Runtime {
	// Balances are a part of the lattice's account record, beside unit head and quota.
	type AccountStore = pallet_lattice::LatticeAccounts<Runtime, Quota>;
}

impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type AdminOrigin = EnsureRoot<AccountId>;
	// The committee changes by `set_next_committee` only.
	type Election = ();
	type WeightInfo = pallet_committee::weights::SubstrateWeight<Runtime>;
}

#[derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_quota::Config for Runtime {
	type Currency = Balances;
	type Store = pallet_lattice::AccountQuotas<Runtime>;
	type Time = BlockTime<Runtime>;
	type WeightInfo = pallet_quota::weights::InAccounts<Runtime>;
}

#[derive_impl(pallet_lattice::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_lattice::Config for Runtime {
	type Currency = Balances;
	type Time = BlockTime<Runtime>;
	type Quota = Quota;
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
