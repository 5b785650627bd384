//! Ledgers with funded accounts, and their blocks.

use crate::{mock::*, LentPercent};
use frame_support::{dispatch::DispatchClass, parameter_types, traits::Hooks, weights::Weight};
use sp_io::TestExternalities;
use sp_runtime::Digest;

parameter_types! {
	/// Whether other work fills half of each block, so that nothing is lent.
	pub static IsBusy: bool = false;
}

/// Returns a ledger on which the accounts up to a number have a million each, at its first block, with the largest burst.
pub fn ledger(accounts: u64) -> TestExternalities {
	let balances = (1..=accounts).map(|account| (account, 1_000_000)).collect();
	let balances = pallet_balances::GenesisConfig { balances, ..Default::default() };
	let mut ledger = pallet_testkit::genesis(RuntimeGenesisConfig { balances, ..Default::default() });
	ledger.execute_with(open);
	ledger
}

/// Returns the same ledger, with blocks that are half full of other work, and without a burst.
pub fn busy_ledger(accounts: u64) -> TestExternalities {
	IsBusy::set(true);
	let mut ledger = ledger(accounts);
	ledger.execute_with(|| LentPercent::<Test>::put(100));
	ledger
}

/// Begins a block.
pub fn open() {
	let number = System::block_number() + 1;
	System::initialize(&number, &Default::default(), &Digest::default());
	Quota::on_initialize(number);
	if IsBusy::get() {
		let half = Weight::from_parts(Quota::capacity().compute / 2, 0);
		System::register_extra_weight_unchecked(half, DispatchClass::Mandatory);
	}
}
