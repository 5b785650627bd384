//! Births, deaths and tombstones by extrinsics.

use crate::{mock::*, Lapses, Tombstones};
use codec::Encode;
use frame_support::{assert_ok, traits::Hooks};
use frame_system::{pallet_prelude::BlockNumberFor, CheckNonce};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use tp_core::{lives::AccountLives, Balance, Nonce};

/// Pays by an extrinsic that is valid for a nonce.
fn send(from: u64, nonce: Nonce, to: u64, amount: Balance) -> Result<(), TransactionValidityError> {
	let valid = CheckNonce::<Test>::validate_nonce_for_account(&from, nonce)?;
	match valid.requires.is_empty() {
		true => CheckNonce::<Test>::prepare_nonce_for_account(&from, nonce)?,
		false => return Err(InvalidTransaction::Future.into()),
	}
	assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(from), to, amount));
	Ok(())
}

fn fund(who: u64) {
	assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(1), who, 1_000));
}

/// Empties an account by its next extrinsic.
fn empty(who: u64) {
	let all = Balances::free_balance(who);
	assert_ok!(send(who, System::account_nonce(who), 1, all));
	assert!(!System::account_exists(&who));
}

#[test]
fn an_account_begins_with_the_number_of_its_block() {
	ledger().execute_with(|| {
		assert_eq!((System::account_nonce(1), Lives::account_nonce(&1)), (0, 0), "of the genesis");
		for (number, who) in [(1, 2), (7, 3), (1_000, 4)] {
			open(number);
			assert_eq!(Lives::account_nonce(&who), number + 1, "as in the next block");
			fund(who);
			assert_eq!((System::account_nonce(who), Lives::account_nonce(&who)), (number, number));
		}
	});
}

#[test]
fn the_base_counts_in_first_nonces_and_lapses() {
	ledger().execute_with(|| {
		Base::set(500);
		open(10);
		assert_eq!((Lives::account_nonce(&2), <Lives as AccountLives<u64>>::base()), (511, Some(500)));
		fund(2);
		assert_eq!(System::account_nonce(2), 510);
		empty(2);
		assert_eq!(Tombstones::<Test>::get(2), Some(511));
		open(11);
		assert_eq!(Tombstones::<Test>::get(2), None);
	});
}

/// The row of the report: one signature pays once, however often its account ends and begins again.
#[test]
fn an_immortal_transaction_applies_in_one_life_alone() {
	ledger().execute_with(|| {
		open(1);
		fund(2);
		let nonce = System::account_nonce(2);
		assert_ok!(send(2, nonce, 3, 100));
		assert_eq!(send(2, nonce, 3, 100), Err(InvalidTransaction::Stale.into()));
		empty(2);
		assert_eq!(send(2, nonce, 3, 100), Err(InvalidTransaction::Payment.into()));
		// Born again in the same block, and in each later one.
		for number in 1..50 {
			if number > 1 {
				open(number);
			}
			fund(2);
			assert_eq!(send(2, nonce, 3, 100), Err(InvalidTransaction::Stale.into()), "in block {number}");
			empty(2);
		}
		assert_eq!(Balances::free_balance(3), 100);
	});
}

#[test]
fn an_account_that_ends_with_a_higher_nonce_goes_on_from_there() {
	ledger().execute_with(|| {
		open(5);
		fund(2);
		for nonce in 5..9 {
			assert_ok!(send(2, nonce, 1, 1));
		}
		empty(2);
		assert_eq!((Tombstones::<Test>::get(2), Lives::account_nonce(&2)), (Some(10), 10));
		assert!(Lapses::<Test>::contains_key(10u32.to_be_bytes(), 2));
		open(7);
		fund(2);
		assert_eq!((System::account_nonce(2), Tombstones::<Test>::get(2)), (10, None));
		empty(2);
		assert_eq!(Tombstones::<Test>::get(2), Some(11));
		open(11);
		assert_eq!((Tombstones::<Test>::get(2), Lapses::<Test>::iter().count()), (None, 0));
		fund(2);
		assert_eq!(System::account_nonce(2), 11);
	});
}

#[test]
fn an_account_that_ends_with_no_more_than_the_block_number_leaves_nothing() {
	ledger().execute_with(|| {
		open(5);
		fund(2);
		open(6);
		empty(2);
		assert_eq!((Tombstones::<Test>::iter().count(), Lapses::<Test>::iter().count()), (0, 0));
	});
}

#[test]
fn a_block_removes_a_bounded_number_of_lapsed_tombstones_the_oldest_first() {
	ledger().execute_with(|| {
		MaxLapses::set(3);
		for who in 0..8u64 {
			// Nonces whose order of bytes would differ if the lowest byte came first.
			Lives::set_tombstone(&who, Some(250 + 2 * u32::try_from(who).unwrap()));
		}
		Lives::set_tombstone(&100, Some(1 << 20));
		open(249);
		assert_eq!(Tombstones::<Test>::iter().count(), 9);
		let empty = Lives::on_initialize(249);
		let mut left = 9;
		for removed in [3, 3, 2, 0] {
			let weight = Lives::on_initialize_of(1_000);
			left -= removed;
			assert_eq!(Tombstones::<Test>::iter().count(), left);
			assert!((weight.ref_time() > empty.ref_time()) == (removed > 0), "a removal weighs more than none");
			if left == 6 {
				assert!((0..3).all(|who| !Tombstones::<Test>::contains_key(who)), "the oldest first");
			}
		}
		assert_eq!(Tombstones::<Test>::get(100), Some(1 << 20));
	});
}

/// Runs the hook as in another block.
trait At {
	fn on_initialize_of(number: u32) -> frame_support::weights::Weight;
}

impl At for Lives {
	fn on_initialize_of(number: u32) -> frame_support::weights::Weight {
		System::set_block_number(number);
		let weight = Self::on_initialize(BlockNumberFor::<Test>::from(number));
		Lives::do_try_state().unwrap();
		weight
	}
}

#[test]
fn a_tombstone_replaces_the_one_before() {
	ledger().execute_with(|| {
		for nonce in [7, 9, 9, 8] {
			Lives::set_tombstone(&2, Some(nonce));
			Lives::do_try_state().unwrap();
			assert_eq!((Lives::tombstone(&2), Lapses::<Test>::iter().count()), (Some(nonce), 1));
		}
		Lives::set_tombstone(&2, None);
		Lives::set_tombstone(&2, None);
		assert_eq!((Lives::tombstone(&2), Lapses::<Test>::iter().count()), (None, 0));
	});
}

#[test]
fn the_metadata_do_not_depend_on_the_block() {
	// Clients compare the default of `System.Account` with that for which they were built.
	ledger().execute_with(|| {
		let before = Test::metadata().encode();
		open(1_000);
		assert!(Test::metadata().encode() == before);
	});
}
