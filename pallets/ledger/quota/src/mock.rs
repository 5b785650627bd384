//! A ledger with balances and quotas, whose transactions weigh what a test says.

use crate as pallet_quota;
use crate::*;
use frame_support::{
	construct_runtime, derive_impl, parameter_types,
	traits::{ConstU128, Contains},
};
use frame_system::mocking::MockBlockU32;
use pallet_testkit::ManualClock;
use sp_runtime::Percent;
use tp_core::Balance;
use tp_quota::Usage;

pub use pallet_testkit::{Now, GENESIS_MS};

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Quota: pallet_quota,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BaseCallFilter = StateLeft<Test>;
	type OnNewAccount = StoredQuotas<Test>;
	type OnKilledAccount = StoredQuotas<Test>;
}

/// The existential deposit.
pub const ED: Balance = 10;
/// A quarter of a second for every account, and 10 ms for each thousand locked.
pub const RULES: ShareRules = ShareRules {
	free: Usage { compute: 250_000_000_000, bytes: 100_000, state: 100_000 },
	per_stake_unit: Usage { compute: 10_000_000_000, bytes: 4_000, state: 4_000 },
	stake_unit: 1_000,
	full_balance: 100 * ED,
	block_free: Percent::from_percent(30),
	sustained: Usage { compute: 10_000_000_000_000, bytes: 50_000_000, state: 50_000_000 },
};

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = WithQuotas<Test, System>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
}

/// An account of another shard.
pub const STRANGER: u64 = u64::MAX;

/// All accounts but one.
pub struct Residents;
impl Contains<u64> for Residents {
	fn contains(who: &u64) -> bool {
		*who != STRANGER
	}
}

parameter_types! {
	pub const DefaultRules: ShareRules = RULES;
}

#[derive_impl(pallet_quota::config_preludes::LedgerDefaultConfig<Test>)]
impl Config for Test {
	type Currency = Balances;
	type Residents = Residents;
	type Time = ManualClock;
	type DefaultRules = DefaultRules;
}
