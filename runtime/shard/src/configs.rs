//! The configuration of each pallet.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::*;
use frame_support::{derive_impl, parameter_types};
use top_runtime_common::BlockTime;
use tp_core::ChainTag;

parameter_types! {
	pub const Chain: ChainTag = ChainTag::Shard { zone: 0, incarnation: 0 };
}

#[derive_impl(pallet_committee::config_preludes::LedgerDefaultConfig<Runtime>)]
impl pallet_committee::Config for Runtime {
	type Chain = Chain;
	type Time = BlockTime<Runtime>;
}

top_runtime_common::unit_lane!();
top_runtime_common::wallet_pallets!();
