//! A ledger with balances and the unit lane.

use crate::{self as pallet_lattice, tests::ways::Ways, *};
use frame_support::{construct_runtime, derive_impl, parameter_types, traits::ConstU128};
use pallet_testkit::BlockClock;
use sp_runtime::traits::IdentityLookup;
use tp_core::{AccountId, Balance};
use tp_lattice::{AccountData, ApplyError, Context, Outcome};
use tp_quota::{QuotaMeter, QuotaRules, Usage};

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Lattice: pallet_lattice = 6,
		Lives: pallet_lives = 7,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = AccountData;
	type OnKilledAccount = Lives;
}

#[derive_impl(pallet_lives::config_preludes::LedgerDefaultConfig)]
impl pallet_lives::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = LatticeAccounts<Test>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1_000>;
}

parameter_types! {
	/// The shares of the test; `None` if nothing is metered.
	pub static Shares: Option<QuotaRules> = None;
	/// Whether the host applies units, or the runtime.
	pub static ByHost: bool = true;
}

/// The shares of the test, with no use before that of the units.
pub struct Meter;
impl QuotaMeter for Meter {
	fn rules() -> Option<QuotaRules> {
		Shares::get()
	}
	fn use_free(used: Usage) -> bool {
		Shares::get().is_none_or(|rules| used.fits(&rules.block_free))
	}
}

/// The executor that the test chose.
pub struct Either;
impl UnitExecutor for Either {
	fn apply(batch: &[u8], context: &Context) -> Result<Outcome, ApplyError> {
		match ByHost::get() {
			true => HostExecutor::apply(batch, context),
			false => RuntimeExecutor::<Test>::apply(batch, context),
		}
	}
}

#[derive_impl(pallet_lattice::config_preludes::LedgerDefaultConfig<Test>)]
impl Config for Test {
	type Currency = Balances;
	type Chain = GenesisChain<Test>;
	type Tables = GenesisTables<Test>;
	type Lives = Lives;
	type Time = BlockClock<Test>;
	type Quota = Meter;
	type Executor = Either;
	type OutsideAccounts = Ways;
	type Remote = Ways;
	type Paused = Ways;
}
