//! Defaults for [`crate::Config`], for use with `derive_impl`.

// The macros generate items without docs.
#![allow(missing_docs)]

use crate::{pallet::DefaultConfig, weights, Config, ShareRules, StoredQuotas};
use core::marker::PhantomData;
use frame_support::{
	derive_impl,
	pallet_prelude::{inject_runtime_type, register_default_impl},
	parameter_types,
	traits::Everything,
	weights::constants::WEIGHT_REF_TIME_PER_SECOND,
};
use frame_system::EnsureRoot;
use sp_runtime::Percent;
use tp_core::TOP;
use tp_quota::Usage;

/// The daily share of every account: some 2,200 units that pay one account each, or 780 transfers by extrinsic. Its bytes
/// suffice to send the ledger a runtime, its state for these units and a hundred new accounts.
const FREE: Usage = Usage { compute: 4 * WEIGHT_REF_TIME_PER_SECOND / 10, bytes: 1024 * 1024, state: 100_000 };

/// What a ledger on a machine with two cores and a disk of some terabytes carries for good, each second: half of a core's
/// time, and in a year 3.2 TB of blocks and 0.5 TB of state.
const SUSTAINED: Usage = Usage { compute: WEIGHT_REF_TIME_PER_SECOND / 2, bytes: 100 * 1024, state: 16 * 1024 };

/// The shares of a ledger with blocks of 2 s and 5 MiB. 1,000 TOP locked double the share of an account.
pub const SHARES: ShareRules = ShareRules {
	free: FREE,
	per_stake_unit: FREE,
	stake_unit: 1_000 * TOP,
	full_balance: 10 * TOP,
	block_free: Percent::from_percent(30),
	sustained: SUSTAINED,
};

parameter_types! {
	pub const Shares: ShareRules = SHARES;
}

/// A ledger with quotas in a map, governed by root. A runtime adds currency and time.
///
/// It is generic over the runtime, so that the weights use the runtime's storage costs.
pub struct LedgerDefaultConfig<T>(PhantomData<T>);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig, no_aggregated_types)]
impl<T> frame_system::DefaultConfig for LedgerDefaultConfig<T> {}

#[register_default_impl(LedgerDefaultConfig)]
impl<T: Config> DefaultConfig for LedgerDefaultConfig<T> {
	#[inject_runtime_type]
	type RuntimeHoldReason = ();
	type Store = StoredQuotas<T>;
	type Lives = ();
	type Residents = Everything;
	type DefaultRules = Shares;
	type AdminOrigin = EnsureRoot<T::AccountId>;
	type WeightInfo = weights::SubstrateWeight<T>;
}
