//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

use crate::{pallet::DefaultConfig, weights};
use core::marker::PhantomData;
use frame_support::{
	derive_impl,
	pallet_prelude::inject_runtime_type,
	register_default_impl,
	traits::{ConstU64, Nothing},
};
use frame_system::EnsureRoot;

/// A ledger whose neighbours genesis and root name.
///
/// It is generic over the runtime, so that the weights use the runtime's storage costs.
pub struct LedgerDefaultConfig<T>(PhantomData<T>);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for LedgerDefaultConfig<T> {}

#[register_default_impl(LedgerDefaultConfig)]
impl<T: frame_system::Config> DefaultConfig for LedgerDefaultConfig<T> {
	type AdminOrigin = EnsureRoot<T::AccountId>;
	type AuthorsRegister = Nothing;
	type Own = ();
	type Reports = ();
	type Drawn = ();
	type Now = ConstU64<0>;
	type WeightInfo = weights::SubstrateWeight<T>;
}
