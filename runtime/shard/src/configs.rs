//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{derive_impl, parameter_types};
use sp_version::RuntimeVersion;
use top_runtime_common::{preludes, BlockTime};
use tp_core::ChainTag;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const Chain: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
}

#[derive_impl(preludes::System<Runtime> as frame_system::DefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountData = tp_lattice::AccountData;
	type Version = Version;
}

#[derive_impl(preludes::Balances<Runtime> as pallet_balances::DefaultConfig)]
impl pallet_balances::Config for Runtime {
	type AccountStore = pallet_lattice::LatticeAccounts<Runtime, Quota>;
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Chain;
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

top_runtime_common::wallet_pallets!();
