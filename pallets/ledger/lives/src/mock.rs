//! A ledger with balances whose accounts end and begin again.

use crate as pallet_lives;
use crate::*;
use frame_support::{
	construct_runtime, derive_impl, parameter_types,
	traits::{ConstU128, Hooks},
	weights::constants::ParityDbWeight,
};
use frame_system::mocking::MockBlockU32;
use sp_io::TestExternalities;
use sp_runtime::Digest;
use tp_core::{Balance, Nonce};

construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Lives: pallet_lives,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnKilledAccount = Lives;
	type DbWeight = ParityDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = WithLives<Test, System>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<10>;
}

parameter_types! {
	/// The base of the test's first nonces.
	pub static Base: Nonce = 0;
	/// The most tombstones that a block of the test removes.
	pub static MaxLapses: u32 = 512;
}

#[derive_impl(pallet_lives::config_preludes::LedgerDefaultConfig)]
impl Config for Test {
	type Base = Base;
	type MaxLapses = MaxLapses;
}

/// Returns a ledger on which the account 1 has a balance.
pub fn ledger() -> TestExternalities {
	Base::set(0);
	MaxLapses::set(512);
	let balances = vec![(1, 1_000_000)];
	let balances = pallet_balances::GenesisConfig { balances, ..Default::default() };
	pallet_testkit::genesis(RuntimeGenesisConfig { balances, ..Default::default() })
}

/// Begins a block, after blocks that are left out.
pub fn open(number: u32) {
	System::set_block_number(number - 1);
	System::initialize(&number, &Default::default(), &Digest::default());
	Lives::on_initialize(number);
	Lives::do_try_state().unwrap();
}
