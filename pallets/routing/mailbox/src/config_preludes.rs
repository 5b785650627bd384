//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{pallet::DefaultConfig, weights};
use core::marker::PhantomData;
use frame_support::{
	derive_impl, pallet_prelude::inject_runtime_type, parameter_types, register_default_impl, traits::Everything,
	weights::constants::WEIGHT_REF_TIME_PER_SECOND as SECOND,
};

parameter_types! {
	// A block takes 2 s: a fifth of it is for messages of other ledgers.
	pub const MaxInboundWeight: u64 = 2 * SECOND / 5;
}

/// A ledger that reads payments alone, and sends to all zones. A runtime adds ledger, currency and held headers.
///
/// It is generic over the runtime, so that the weights use the runtime's storage costs.
pub struct LedgerDefaultConfig<T>(PhantomData<T>);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for LedgerDefaultConfig<T> {}

#[register_default_impl(LedgerDefaultConfig)]
impl<T: frame_system::Config> DefaultConfig for LedgerDefaultConfig<T> {
	type MaxInboundWeight = MaxInboundWeight;
	type Receiver = ();
	type Homes = Everything;
	type Meter = ();
	type Derivation = ();
	type WeightInfo = weights::SubstrateWeight<T>;
}
