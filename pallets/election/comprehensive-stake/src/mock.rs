//! A main chain with balances and this pallet, with account ids of 20 bytes. A test sets time and epoch.

use crate::{self as pallet_comprehensive_stake, *};
use frame_support::{construct_runtime, derive_impl, ord_parameter_types, parameter_types, traits::ConstU128};
use pallet_testkit::{ManualClock, RootOrCouncil, VotesChangeLog};
use sp_core::H160;
use sp_runtime::traits::IdentityLookup;
use tp_core::{Balance, TOP};

pub use pallet_testkit::{CurrentEpoch, Now, GENESIS_MS};

pub type AccountId = H160;
pub type VotesLog = VotesChangeLog<Stake>;

construct_runtime! {
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Stake: pallet_comprehensive_stake,
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
}

/// What an account must have to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = TOP / 1_000;

parameter_types! {
	/// Whether the seats of a draw are being dealt.
	pub static IsDealing: bool = false;
}

ord_parameter_types! {
	/// The account that cancels slashes.
	pub const Council: AccountId = H160::repeat_byte(200);
}

#[derive_impl(pallet_comprehensive_stake::config_preludes::MainChainDefaultConfig<Test>)]
impl Config for Test {
	type Currency = Balances;
	type Clock = ManualClock;
	type IsDealing = IsDealing;
	type OnVotesChange = VotesLog;
	type Time = ManualClock;
	type AdminOrigin = RootOrCouncil<AccountId>;
	type SlashCancelOrigin = frame_system::EnsureSignedBy<Council, AccountId>;
}
