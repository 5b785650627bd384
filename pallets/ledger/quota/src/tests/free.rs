//! The cap of a block's free use, because of which splitting an owner gains nothing.

use super::*;
use crate::{mock::*, FreeTaken, FreeUsed, LentPercent, Quotas, Rules};
use frame_support::assert_ok;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};
use tp_quota::{QuotaMeter, Usage, LINK_STATE};

const FULL: TransactionValidityError = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
const COST: Usage = Usage { compute: 10_000_000_000, bytes: 100, state: LINK_STATE };

/// Counts the transactions of accounts that one block includes, if each sends until it is refused.
fn through_a_block(accounts: impl Iterator<Item = u64>) -> u64 {
	accounts.map(|who| std::iter::repeat(()).take_while(|()| send(who, COST).is_ok()).count() as u64).sum()
}

#[test]
fn a_split_owner_gets_no_more_than_the_cap_into_a_block() {
	let cap = Usage { compute: 300_000_000_000, bytes: 1_572_864, ..Usage::MAX };
	let through = |accounts: u64| {
		busy_ledger(accounts).execute_with(|| {
			let free = Quota::current_rules().block_free;
			assert_eq!((free.compute, free.bytes), (cap.compute, cap.bytes));
			let sent = through_a_block(1..=accounts);
			let used = FreeUsed::<Test>::get();
			println!("{accounts} accounts: {sent} transactions, {} of {} ms", used.compute / 1_000_000_000, 300);
			assert!(used.fits(&cap));
			assert_eq!(used.compute, sent * COST.compute);
			sent
		})
	};
	// One account has its share of 250 ms; ten have 2,500, and a thousand 250,000.
	assert_eq!([1, 10, 1_000].map(through), [25, 30, 30]);
}

#[test]
fn over_many_blocks_the_share_limits_one_account_and_the_cap_limits_many() {
	const BLOCKS: u64 = 20;
	let through = |accounts: u64| {
		busy_ledger(accounts).execute_with(|| {
			let sent: u64 = (0..BLOCKS)
				.map(|_| {
					let sent = through_a_block(1..=accounts);
					next_block();
					sent
				})
				.sum();
			println!("{accounts} accounts, {BLOCKS} blocks: {sent} transactions, the cap is {}", 30 * BLOCKS);
			sent
		})
	};
	assert_eq!([1, 10, 1_000].map(through), [25, 250, 30 * BLOCKS]);
}

#[test]
fn accounts_created_later_begin_with_a_used_free_share() {
	busy_ledger(1).execute_with(|| {
		for who in 100..200 {
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(1), who, 1_000));
		}
		assert_eq!(through_a_block(100..200), 0);
		assert_eq!(used(100), RULES.free);
		// Accounts of the genesis have all of it.
		assert_eq!((used(1), Quotas::<Test>::get(1)), (Usage::default(), None));
		// An account that ends and is created again has no new share, and leaves no entry.
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(100), 1, false));
		assert_eq!((Quota::report(&100), Quotas::<Test>::get(100)), (None, None));
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(1), 100, 1_000));
		assert_eq!(used(100), RULES.free);
		next_block();
	});
}

#[test]
fn the_cap_is_free_again_in_the_next_block() {
	busy_ledger(3).execute_with(|| {
		assert_eq!(through_a_block(1..=3), 30);
		assert_eq!(send(3, COST), Err(FULL));
		let before = used(3);
		next_block();
		assert_eq!(used(3), before, "a transaction that waits is not charged");
		assert_ok!(send(3, COST));
	});
}

#[test]
fn use_that_stake_covers_is_outside_the_cap() {
	busy_ledger(3).execute_with(|| {
		assert_ok!(Quota::lock(RuntimeOrigin::signed(3), 2_000));
		assert_eq!(through_a_block(1..=2), 30);
		assert_ok!(send(3, COST));
		assert_ok!(send(3, COST));
		assert_eq!(send(3, COST), Err(FULL), "two units of stake cover two transactions");
	});
}

#[test]
fn units_and_extrinsics_have_one_cap() {
	busy_ledger(1).execute_with(|| {
		let rules = <Quota as QuotaMeter>::rules().unwrap();
		let left = FreeTaken::<Test>::get().left(Quota::now(), Rules::<Test>::get().free_rate());
		assert_eq!(rules, Rules::<Test>::get().in_block(LentPercent::<Test>::get(), Quota::capacity(), left));
		let units = rules.block_free.saturating_sub(COST);
		assert!(Quota::use_free(units));
		assert_ok!(send(1, COST));
		assert_eq!(send(1, COST), Err(FULL));
		assert!(!Quota::use_free(Usage { compute: 1, ..Usage::default() }));
		assert!(Quota::use_free(Usage::default()), "stake covers it");
		assert_eq!(FreeUsed::<Test>::get().compute, rules.block_free.compute);
	});
}
