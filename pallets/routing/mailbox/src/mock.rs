//! A ledger with balances, held headers and a mailbox. Tests run several of them, each in its own state.

use crate::{self as pallet_mailbox, tests::orders::Orders, *};
use frame_support::{
	construct_runtime, derive_impl, parameter_types,
	traits::{ConstU128, Contains, Hooks},
};
use sp_runtime::traits::IdentityLookup;
use tp_core::{AccountId, Balance, ChainTag};
use tp_mailbox::{Home, Ledger, TableRange};

construct_runtime! {
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Beacon: pallet_beacon,
		Mailbox: pallet_mailbox,
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

/// The least balance of an account.
pub const LEAST: Balance = 10;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = RoutedAccounts<Test, System>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<LEAST>;
}

#[derive_impl(pallet_beacon::config_preludes::LedgerDefaultConfig<Test>)]
impl pallet_beacon::Config for Test {}

parameter_types! {
	/// The ledger whose state is open.
	pub static Own: Ledger =
		Ledger { chain: ChainTag::Shard { zone: 0, incarnation: 1 }, tables: Some(TableRange::ALL) };
}

/// The zones below 8, and the main chain.
pub struct Zones;
impl Contains<Home> for Zones {
	fn contains(home: &Home) -> bool {
		matches!(home, Home::Main | Home::Zone(0..8))
	}
}

#[derive_impl(pallet_mailbox::config_preludes::LedgerDefaultConfig<Test>)]
impl Config for Test {
	type Ledger = Own;
	type Anchors = Beacon;
	type Currency = Balances;
	type Receiver = Orders;
	type Homes = Zones;
}

#[test]
fn integrity() {
	Mailbox::integrity_test();
}
