//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{pallet::DefaultConfig, Pace};
use frame_support::{
	derive_impl,
	pallet_prelude::{inject_runtime_type, register_default_impl},
	parameter_types,
};

parameter_types! {
	/// The default of [`Config::DefaultPace`](crate::Config::DefaultPace).
	pub const NetworkPace: Pace = Pace::NETWORK;
}

/// Any ledger. A runtime adds the time.
pub struct LedgerDefaultConfig;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl frame_system::DefaultConfig for LedgerDefaultConfig {}

#[register_default_impl(LedgerDefaultConfig)]
impl DefaultConfig for LedgerDefaultConfig {
	type DefaultPace = NetworkPace;
}
