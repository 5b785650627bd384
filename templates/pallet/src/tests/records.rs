//! Records and their deposits.

use crate::{mock::*, Error, Event, Records};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold, BoundedVec};
use sp_runtime::TokenError;

fn data(length: usize) -> BoundedVec<u8, frame_support::traits::ConstU32<256>> {
	vec![7; length].try_into().unwrap()
}

fn held(who: AccountId) -> u64 {
	Balances::balance_on_hold(&RecordHoldReason::get(), &who)
}

#[test]
fn a_record_is_stored_with_its_deposit() {
	on_ledger(|| {
		assert_ok!(Registry::set_record(RuntimeOrigin::signed(RICH), data(3)));
		assert_eq!(Records::<Test>::get(RICH).unwrap().data, data(3));
		assert_eq!(held(RICH), BASE + 3 * PER_BYTE);
		System::assert_last_event(Event::<Test>::RecordSet { who: RICH, data: data(3) }.into());
	});
}

#[test]
fn a_new_record_replaces_the_old_one_and_its_deposit() {
	on_ledger(|| {
		for length in [3, 256, 1] {
			assert_ok!(Registry::set_record(RuntimeOrigin::signed(RICH), data(length)));
			assert_eq!(Records::<Test>::get(RICH).unwrap().data, data(length));
			assert_eq!(held(RICH), BASE + length as u64 * PER_BYTE);
		}
		assert_eq!(Records::<Test>::iter().count(), 1);
	});
}

#[test]
fn a_removed_record_releases_its_deposit() {
	on_ledger(|| {
		assert_ok!(Registry::set_record(RuntimeOrigin::signed(RICH), data(3)));
		assert_ok!(Registry::remove_record(RuntimeOrigin::signed(RICH)));
		assert_eq!(Records::<Test>::get(RICH), None);
		assert_eq!(held(RICH), 0);
		System::assert_last_event(Event::<Test>::RecordRemoved { who: RICH }.into());
	});
}

#[test]
fn invalid_calls_change_nothing() {
	on_ledger(|| {
		assert_noop!(Registry::set_record(RuntimeOrigin::signed(RICH), data(0)), Error::<Test>::Empty);
		assert_noop!(Registry::remove_record(RuntimeOrigin::signed(RICH)), Error::<Test>::NoRecord);
		assert_noop!(Registry::set_record(RuntimeOrigin::signed(POOR), data(1)), TokenError::FundsUnavailable);
		assert_noop!(Registry::set_record(RuntimeOrigin::root(), data(1)), sp_runtime::DispatchError::BadOrigin);
	});
}
