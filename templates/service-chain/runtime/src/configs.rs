//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::HoldConsideration, LinearStoragePrice},
};
use top_runtime_common::{currency::deposit, BlockTime};
use tp_core::ChainTag;

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: genesis::ZONE, incarnation: 0 };
}

// The committee changes by `set_next_committee` only, which root calls.
#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type Time = BlockTime<Runtime>;
}

// System, balances, quotas and the lattice: they share one account record.
top_runtime_common::unit_lane!();

// Timestamp, transaction payment without fees, utility, multisig, proxy, preimage, scheduler, sudo.
top_runtime_common::wallet_pallets!();

parameter_types! {
	pub const RecordHoldReason: RuntimeHoldReason = RuntimeHoldReason::Registry(pallet_template::HoldReason::Record);
	pub const RecordBaseDeposit: Balance = deposit(1, 0);
	pub const RecordByteDeposit: Balance = deposit(0, 1);
}

#[derive_impl(pallet_template::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_template::Config for Runtime {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		RecordHoldReason,
		LinearStoragePrice<RecordBaseDeposit, RecordByteDeposit, Balance>,
	>;
}
