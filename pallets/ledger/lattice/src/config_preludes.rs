//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{pallet::DefaultConfig, weights, HostExecutor};
use core::{marker::PhantomData, ops::RangeInclusive};
use frame_support::{
	derive_impl,
	pallet_prelude::{inject_runtime_type, register_default_impl},
	parameter_types,
	traits::ConstBool,
	weights::constants::WEIGHT_REF_TIME_PER_SECOND,
};
use tp_core::Balance;

parameter_types! {
	pub const Nothing: Balance = 0;
	// A zone has one shard, which has all tables.
	pub Tables: RangeInclusive<u8> = 0..=255;
	// A block holds 5 MiB: the rest is for extrinsics.
	pub const MaxBatchBytes: u32 = 2 * 1024 * 1024;
	// A block takes 2 s: the rest is for extrinsics.
	pub const MaxBatchCompute: u64 = 3 * WEIGHT_REF_TIME_PER_SECOND / 2;
}

/// A ledger with all tables, on which nothing is metered. A runtime adds currency and time, and usually quotas.
///
/// It is generic over the runtime, so that the weights use the runtime's storage costs.
pub struct LedgerDefaultConfig<T>(PhantomData<T>);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for LedgerDefaultConfig<T> {}

#[register_default_impl(LedgerDefaultConfig)]
impl<T: frame_system::Config> DefaultConfig for LedgerDefaultConfig<T> {
	type Lives = ();
	type Tables = Tables;
	type Quota = ();
	type MaxBatchBytes = MaxBatchBytes;
	type MaxBatchCompute = MaxBatchCompute;
	type Executor = HostExecutor;
	type OutsideAccounts = Nothing;
	type Remote = ();
	type Paused = ConstBool<false>;
	type WeightInfo = weights::SubstrateWeight<T>;
}
