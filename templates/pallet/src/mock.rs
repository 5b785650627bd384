//! The test runtime.

use crate as pallet_template;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::HoldConsideration, LinearStoragePrice},
};
use sp_io::TestExternalities;
use sp_runtime::BuildStorage;

pub type AccountId = u64;

/// An account with [`BALANCE`].
pub const RICH: AccountId = 1;
/// An account with the existential deposit only.
pub const POOR: AccountId = 2;
pub const BALANCE: u64 = 1_000;
/// Deposit of a record.
pub const BASE: u64 = 10;
/// Deposit of each byte.
pub const PER_BYTE: u64 = 2;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Registry: pallet_template,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Self>;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

parameter_types! {
	pub const RecordHoldReason: RuntimeHoldReason = RuntimeHoldReason::Registry(pallet_template::HoldReason::Record);
}

#[derive_impl(pallet_template::config_preludes::LedgerDefaultConfig<Test>)]
impl pallet_template::Config for Test {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		RecordHoldReason,
		LinearStoragePrice<frame_support::traits::ConstU64<BASE>, frame_support::traits::ConstU64<PER_BYTE>, u64>,
	>;
}

/// Runs a test on a new ledger, then checks the invariants.
pub fn on_ledger(test: impl FnOnce()) {
	ledger().execute_with(|| {
		System::set_block_number(1);
		test();
		Registry::do_try_state().unwrap();
	});
}

pub fn ledger() -> TestExternalities {
	let balances = pallet_balances::GenesisConfig { balances: vec![(RICH, BALANCE), (POOR, 1)], ..Default::default() };
	RuntimeGenesisConfig { balances, ..Default::default() }.build_storage().unwrap().into()
}
