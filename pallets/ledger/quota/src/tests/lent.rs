//! What is lent while blocks are far from full.

use crate::{lent, mock::*, LentPercent};
use frame_support::{dispatch::DispatchClass, traits::Hooks, weights::Weight};
use sp_runtime::Perbill;

fn after(percent: u32, fullness: u32, blocks: u32) -> u32 {
	(0..blocks).fold(percent, |percent, _| lent::next(percent, Perbill::from_percent(fullness)))
}

#[test]
fn shares_are_worth_what_fullness_calls_for() {
	for (fullness, settled) in [(0, 400), (10, 340), (25, 250), (40, 160), (50, 100), (51, 100), (100, 100)] {
		for start in [100, 250, 400] {
			assert_eq!(after(start, fullness, 400), settled, "{fullness} % full, from {start}");
		}
	}
}

#[test]
fn a_rush_is_met_at_once_and_trust_comes_back_slowly() {
	assert_eq!(after(400, 100, 1), 325);
	assert!(after(400, 100, 12) <= 110);
	assert_eq!(after(400, 100, 20), 100);
	assert_eq!(after(100, 0, 1), 101);
	assert_eq!(after(100, 0, 299), 399);
	assert_eq!(after(100, 0, 1_000), 400);
}

#[test]
fn what_was_stored_wrongly_is_brought_back_into_range() {
	assert_eq!(after(0, 100, 1), 100);
	assert_eq!(after(u32::MAX, 0, 1), 400);
}

#[test]
fn a_block_changes_it_by_its_fuller_resource() {
	let close = |compute: u64| {
		ledger(1).execute_with(|| {
			LentPercent::<Test>::put(300);
			System::register_extra_weight_unchecked(Weight::from_parts(compute, 0), DispatchClass::Mandatory);
			Quota::on_finalize(1);
			LentPercent::<Test>::get()
		})
	};
	assert_eq!(close(0), 301);
	assert_eq!(close(900_000_000_000), 250);
	let by_bytes = ledger(1).execute_with(|| {
		LentPercent::<Test>::put(300);
		frame_system::BlockSize::<Test>::put(4 * 1024 * 1024);
		Quota::on_finalize(1);
		LentPercent::<Test>::get()
	});
	assert_eq!(by_bytes, 250);
}

#[test]
fn a_ledger_begins_with_the_most_and_shares_follow() {
	sp_io::TestExternalities::default().execute_with(|| assert_eq!(LentPercent::<Test>::get(), 400));
	ledger(1).execute_with(|| {
		LentPercent::<Test>::put(400);
		let report = Quota::report(&1).unwrap();
		assert_eq!((report.lent_percent, report.share.compute), (400, 1_000_000_000_000));
	});
}
