//! New state, which the sender of an extrinsic pays for by its share.

use super::*;
use crate::{mock::*, Error, Event, FreeTaken, FreeUsed, NoStateLeft, Payer, Quotas, Rules, ShareRules};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{transaction_validity::InvalidTransaction, DispatchResult};
use tp_quota::{QuotaMeter, ACCOUNT_STATE, DAY_MS, LINK_STATE};

fn transfer(from: u64, to: u64) -> DispatchResult {
	Balances::transfer_allow_death(RuntimeOrigin::signed(from), to, 1_000)
}

#[test]
fn an_account_that_a_transaction_creates_uses_its_sender_s_state_share() {
	busy_ledger(2).execute_with(|| {
		within(1, || transfer(1, 2)).unwrap().unwrap();
		assert_eq!(used(1).state, LINK_STATE, "the account exists");
		within(1, || transfer(1, 100).and_then(|()| transfer(1, 101)).and_then(|()| transfer(1, 100)))
			.unwrap()
			.unwrap();
		assert_eq!(used(1).state, 2 * LINK_STATE + 2 * ACCOUNT_STATE);
		within(1, || Quota::sponsor(RuntimeOrigin::signed(1), 102, 1_000)).unwrap().unwrap();
		assert_eq!(used(1).state, 3 * LINK_STATE + 3 * ACCOUNT_STATE);
		assert_eq!(FreeTaken::<Test>::get().taken.state, used(1).state);
		assert_eq!(FreeUsed::<Test>::get().state, 3 * LINK_STATE, "accounts have no cap of a block");
		assert!(!Payer::<Test>::exists());
		// An account that no transaction creates costs no sender.
		assert_ok!(transfer(1, 103));
		assert_eq!(used(1).state, 3 * LINK_STATE + 3 * ACCOUNT_STATE);
		next_block();
	});
}

#[test]
fn a_used_state_share_sends_nothing_more_and_stake_gives_more() {
	busy_ledger(1).execute_with(|| {
		let free = RULES.free.state;
		let create = |number| within(1, || transfer(1, 100 + number));
		let created = (0..1_000).take_while(|number| create(*number).is_ok()).count() as u64;
		// The last may exceed the share: the payment cannot be refused when it creates an account.
		assert_eq!(created, free.div_ceil(ACCOUNT_STATE + LINK_STATE));
		assert!(used(1).state <= free && !System::account_exists(&(100 + created)));
		assert_eq!(create(created).unwrap_err(), InvalidTransaction::Custom(crate::QUOTA_USED).into());
		assert_ok!(Quota::lock(RuntimeOrigin::signed(1), 10_000));
		create(created).unwrap().unwrap();
		next_block();
	});
}

#[test]
fn many_accounts_of_one_transaction_are_made_up_for_before_the_next() {
	busy_ledger(1).execute_with(|| {
		within(1, || (100..500).try_for_each(|who| transfer(1, who))).unwrap().unwrap();
		let state = 400 * ACCOUNT_STATE + LINK_STATE;
		assert_eq!((Quotas::<Test>::get(1).unwrap().free.state, FreeTaken::<Test>::get().taken.state), (state, state));
		assert!(within(1, || Ok(())).is_err());
		// Of 128,033 bytes a share of 100,000 fades in a day, until a transaction fits the share.
		let at = Quota::regrows_at(&1, Usage { state: LINK_STATE, ..Usage::default() }).unwrap();
		assert!((DAY_MS / 4..DAY_MS / 3).contains(&(at - GENESIS_MS)));
		Now::set(at);
		within(1, || Ok(())).unwrap().unwrap();
		next_block();
	});
}

#[test]
fn new_state_takes_from_the_cap_of_free_use_over_time() {
	busy_ledger(2).execute_with(|| {
		let sustained = Usage { state: 1_000, ..RULES.sustained };
		Rules::<Test>::put(ShareRules { sustained, ..RULES });
		// An hour has 1,080,000 bytes of free state.
		let rest = Quota::current_rules().block_free.state - LINK_STATE;
		assert!(Quota::use_free(Usage { state: rest, ..Usage::default() }));
		within(1, || transfer(1, 100)).unwrap().unwrap();
		assert_eq!(Quota::current_rules().block_free.state, 0);
		assert_eq!(within(2, || Ok(())).unwrap_err(), InvalidTransaction::ExhaustsResources.into());
		next_block();
		// 300 bytes a second, of which the account's 320 are made up for first.
		Now::mutate(|now| *now += 2_000);
		assert_eq!(Quota::current_rules().block_free.state, 280);
		within(2, || Ok(())).unwrap().unwrap();
		next_block();
	});
}

#[test]
fn stake_that_is_released_in_use_takes_from_the_cap_of_free_use() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(Quota::lock(RuntimeOrigin::signed(1), 20_000));
		send(1, Usage { compute: 200_000_000_000, bytes: 100, state: LINK_STATE }).unwrap();
		assert_eq!(FreeUsed::<Test>::get(), Usage::default());
		let all = Quota::current_rules().block_free.compute;
		assert!(Quota::use_free(Usage { compute: all - 100_000_000_000, ..Usage::default() }));
		assert_noop!(Quota::unlock(RuntimeOrigin::signed(1), 20_000), Error::<Test>::InUse);
		assert_ok!(Quota::unlock(RuntimeOrigin::signed(1), 10_000));
		assert_eq!(FreeUsed::<Test>::get().compute, all);
		next_block();
	});
}

/// Makes calls that each create an account, until one is refused. Returns the number of accounts, and the refusal.
fn create_until_refused(from: u64, mut next: u64) -> (u64, &'static str) {
	let first = next;
	loop {
		match make(from, pallet_balances::Call::transfer_allow_death { dest: next, value: 1_000 }) {
			Ok(()) => next += 1,
			Err(refused) => return (next - first, refused.into()),
		}
	}
}

#[test]
fn the_calls_of_a_transaction_create_no_more_accounts_than_the_share_allows() {
	busy_ledger(2).execute_with(|| {
		within(1, || {
			let (created, refused) = create_until_refused(1, 100);
			assert_eq!((created, refused), ((RULES.free.state - LINK_STATE) / ACCOUNT_STATE, "CallFiltered"));
			// No call tells what it would create.
			assert_eq!(make(1, crate::Call::lock { amount: 10_000 }).map_err(<&str>::from), Err("CallFiltered"));
			Ok(())
		})
		.unwrap()
		.unwrap();
		assert!(used(1).state <= RULES.free.state && used(1).state + ACCOUNT_STATE > RULES.free.state);
		let told = System::events().into_iter().filter(|record| record.event == Event::NoStateLeft { who: 1 }.into());
		assert_eq!((told.count(), NoStateLeft::<Test>::exists()), (1, false));
		within(2, || make(2, pallet_balances::Call::transfer_allow_death { dest: 9_000, value: 1_000 }))
			.unwrap()
			.unwrap();
		next_block();
	});
}

#[test]
fn the_calls_of_a_transaction_create_no_more_accounts_than_the_cap_over_time_allows() {
	busy_ledger(2).execute_with(|| {
		assert_ok!(Quota::lock(RuntimeOrigin::signed(2), 1_000));
		let left = 3 * ACCOUNT_STATE + LINK_STATE;
		let rest = Quota::current_rules().block_free.state - left;
		assert!(Quota::use_free(Usage { state: rest, ..Usage::default() }));
		within(1, || {
			assert_eq!(create_until_refused(1, 100), (3, "CallFiltered"));
			Ok(())
		})
		.unwrap()
		.unwrap();
		assert_eq!(Quota::current_rules().block_free.state, 0);
		// Its stake gives 4,000 bytes, which take nothing of the cap.
		within(2, || {
			assert_eq!(create_until_refused(2, 200), ((4_000 - LINK_STATE) / ACCOUNT_STATE, "CallFiltered"));
			Ok(())
		})
		.unwrap()
		.unwrap();
		let bucket = FreeTaken::<Test>::get();
		assert_eq!(bucket.taken.state, tp_quota::FreeBucket::size(Rules::<Test>::get().free_rate()).state);
		next_block();
	});
}

#[test]
fn a_transaction_that_ends_its_sender_creates_one_account_more() {
	busy_ledger(1).execute_with(|| {
		within(1, || {
			assert_ok!(make(1, pallet_balances::Call::transfer_all { dest: 100, keep_alive: false }));
			assert_eq!(create_until_refused(100, 200), (0, "CallFiltered"));
			Ok(())
		})
		.unwrap()
		.unwrap();
		assert!(!System::account_exists(&1) && System::account_exists(&100));
		assert_eq!(FreeTaken::<Test>::get().taken.state, ACCOUNT_STATE + LINK_STATE);
		next_block();
	});
}
