//! The burst while blocks have room.

use super::ledgers::ledger;
use crate::{burst, mock::*, LentPercent};
use frame_support::{dispatch::DispatchClass, traits::Hooks, weights::Weight};
use sp_runtime::Perbill;

fn after(percent: u32, fullness: u32, blocks: u32) -> u32 {
	(0..blocks).fold(percent, |percent, _| burst::next(percent, Perbill::from_percent(fullness)))
}

#[test]
fn the_burst_settles_at_the_target_of_the_fullness() {
	for (fullness, settled) in [(0, 400), (10, 340), (25, 250), (40, 160), (50, 100), (51, 100), (100, 100)] {
		for start in [100, 250, 400] {
			assert_eq!(after(start, fullness, 400), settled, "{fullness} % full, from {start}");
		}
	}
}

#[test]
fn the_burst_falls_fast_and_rises_slowly() {
	assert_eq!(after(400, 100, 1), 325);
	assert!(after(400, 100, 12) <= 110);
	assert_eq!(after(400, 100, 20), 100);
	assert_eq!(after(100, 0, 1), 101);
	assert_eq!(after(100, 0, 299), 399);
	assert_eq!(after(100, 0, 1_000), 400);
}

#[test]
fn a_stored_burst_out_of_range_returns_to_it() {
	assert_eq!(after(0, 100, 1), 100);
	assert_eq!(after(u32::MAX, 0, 1), 400);
}

#[test]
fn a_block_changes_the_burst_by_its_fuller_resource() {
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
fn a_new_ledger_has_the_largest_burst() {
	sp_io::TestExternalities::default().execute_with(|| assert_eq!(LentPercent::<Test>::get(), 400));
	ledger(1).execute_with(|| {
		LentPercent::<Test>::put(400);
		let report = Quota::report(&1).unwrap();
		assert_eq!((report.lent_percent, report.share.compute), (400, 1_000_000_000_000));
	});
}
