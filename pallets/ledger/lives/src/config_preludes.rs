//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::pallet::DefaultConfig;
use frame_support::{
	derive_impl,
	pallet_prelude::{inject_runtime_type, register_default_impl},
	traits::ConstU32,
};

/// A ledger that came from no other.
pub struct LedgerDefaultConfig;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl frame_system::DefaultConfig for LedgerDefaultConfig {}

#[register_default_impl(LedgerDefaultConfig)]
impl DefaultConfig for LedgerDefaultConfig {
	type Base = ConstU32<0>;
	type MaxLapses = ConstU32<512>;
}
