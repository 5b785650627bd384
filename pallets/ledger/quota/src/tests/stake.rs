//! Stake for a larger share.

use super::*;
use crate::{mock::*, Error, HoldReason};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{traits::Zero, TokenError};
use tp_core::Balance;
use tp_quota::{Usage, DAY_MS, LINK_STATE};

fn lock(amount: Balance) -> sp_runtime::DispatchResult {
	Quota::lock(RuntimeOrigin::signed(1), amount)
}

fn unlock(amount: Balance) -> sp_runtime::DispatchResult {
	Quota::unlock(RuntimeOrigin::signed(1), amount)
}

fn share() -> Usage {
	Quota::report(&1).unwrap().share
}

#[test]
fn the_stake_share_is_linear() {
	busy_ledger(1).execute_with(|| {
		let Usage { compute, bytes, state } = RULES.free;
		for (locked, amount) in [(1_000, 1_000), (2_000, 1_000), (50_000, 48_000), (500_500, 450_500)] {
			assert_ok!(lock(amount));
			let units = u64::try_from(locked / 500).unwrap();
			let expected = Usage {
				compute: compute + units * 5_000_000_000,
				bytes: bytes + units * 2_000,
				state: state + units * 2_000,
			};
			assert_eq!(share(), expected, "with {locked} locked");
			assert_eq!(Quota::report(&1).unwrap().locked, locked);
			assert_eq!(Balances::balance_on_hold(&HoldReason::Stake.into(), &1), locked);
		}
		assert_eq!(Balances::balance(&1), 1_000_000 - 500_500);
		next_block();
	});
}

#[test]
fn locked_balance_must_exist() {
	busy_ledger(1).execute_with(|| {
		assert_noop!(lock(0), Error::<Test>::NoAmount);
		assert_noop!(lock(2_000_000), TokenError::FundsUnavailable);
		assert_noop!(unlock(0), Error::<Test>::NoAmount);
		assert_noop!(unlock(1), Error::<Test>::NotLocked);
		assert_noop!(Quota::unlock(RuntimeOrigin::signed(9), 1), Error::<Test>::NoAccount);
	});
}

#[test]
fn stake_in_use_stays_until_use_has_faded() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(lock(50_000));
		// All of the stake's 500 ms and the free 250.
		assert_ok!(send(1, Usage { compute: 750_000_000_000, bytes: 100, state: LINK_STATE }));
		assert_noop!(unlock(1), Error::<Test>::InUse);
		assert_eq!(share().compute, 750_000_000_000);
		// Two thirds of the use must fade until all of the stake can go.
		Now::set(GENESIS_MS + DAY_MS * 2 / 3 - 1);
		assert_noop!(unlock(50_000), Error::<Test>::InUse);
		// A third of each part is rounded up: a picosecond is missing until the next millisecond.
		Now::set(GENESIS_MS + DAY_MS * 2 / 3 + 1);
		// What the stake covered becomes free use, for which this block has no room beside the transaction's.
		assert_noop!(unlock(50_000), Error::<Test>::InUse);
		next_block();
		let before = used(1);
		assert_ok!(unlock(50_000));
		assert_eq!((used(1), share()), (before, RULES.free), "use stays counted");
		assert!(Balances::balance_on_hold(&HoldReason::Stake.into(), &1).is_zero());
		assert!(send(1, Usage { compute: base(), bytes: 100, state: LINK_STATE }).is_err());
		next_block();
	});
}

#[test]
fn an_account_with_stake_cannot_be_emptied() {
	busy_ledger(2).execute_with(|| {
		assert_ok!(lock(5_000));
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(1), 2, false));
		assert_eq!(Quota::report(&1).unwrap().locked, 5_000);
		assert_ok!(unlock(5_000));
		next_block();
	});
}
