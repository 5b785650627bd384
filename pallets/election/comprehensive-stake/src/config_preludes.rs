//! Defaults for [`Config`](crate::Config), for use with `derive_impl`.

use crate::{pallet::DefaultConfig, weights};
use core::marker::PhantomData;
use frame_support::{
	derive_impl, pallet_prelude::inject_runtime_type, parameter_types, register_default_impl, PalletId,
};
use frame_system::EnsureRoot;

parameter_types! {
	/// The default of [`Config::PalletId`](crate::Config::PalletId).
	pub const VotesPalletId: PalletId = PalletId(*b"top/vote");
}

/// A main chain governed by root, whose nodes pay no dividends. A runtime adds currency, clock and time.
///
/// It is generic over the runtime, so that the weights use the runtime's storage costs.
pub struct MainChainDefaultConfig<T>(PhantomData<T>);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for MainChainDefaultConfig<T> {}

#[register_default_impl(MainChainDefaultConfig)]
impl<T: frame_system::Config> DefaultConfig for MainChainDefaultConfig<T> {
	#[inject_runtime_type]
	type RuntimeHoldReason = ();
	type PalletId = VotesPalletId;
	type OnVotesChange = ();
	type AdminOrigin = EnsureRoot<T::AccountId>;
	type SlashCancelOrigin = EnsureRoot<T::AccountId>;
	type WeightInfo = weights::SubstrateWeight<T>;
}
