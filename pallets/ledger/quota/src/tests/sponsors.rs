//! Stake that one account locks for another.

use super::*;
use crate::{mock::*, Error, Event, FreeUsed, HoldReason, LentPercent, Quotas, Sponsored, Sponsorship, Sponsorships};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, DispatchResult, TokenError,
};
use tp_core::Balance;
use tp_quota::{Usage, DAY_MS, LINK_STATE};

const USED: TransactionValidityError = TransactionValidityError::Invalid(InvalidTransaction::Custom(crate::QUOTA_USED));
/// The share of a thousand locked.
const COST: Usage = Usage { compute: 10_000_000_000, bytes: 100, state: LINK_STATE };
/// An account that does not exist at first.
const NEW: u64 = 9;

fn sponsor(by: u64, who: u64, amount: Balance) -> DispatchResult {
	Quota::sponsor(RuntimeOrigin::signed(by), who, amount)
}

fn unsponsor(by: u64, who: u64, amount: Balance) -> DispatchResult {
	Quota::unsponsor(RuntimeOrigin::signed(by), who, amount)
}

fn withdraw(by: u64, who: u64) -> DispatchResult {
	Quota::withdraw_sponsorship(RuntimeOrigin::signed(by), who)
}

fn pay(from: u64, to: u64, amount: Balance) {
	assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(from), to, amount));
}

fn empty(who: u64, to: u64) {
	assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(who), to, false));
}

fn held(who: u64) -> Balance {
	Balances::balance_on_hold(&HoldReason::Sponsorship.into(), &who)
}

fn share(who: u64) -> Usage {
	Quota::report(&who).unwrap().share
}

/// Returns the share of a locked balance.
fn share_of(locked: Balance) -> Usage {
	Quota::current_rules().stake_share(locked)
}

/// Counts the transactions that an account sends until it is refused.
fn sends(who: u64) -> usize {
	std::iter::repeat(()).take_while(|()| send(who, COST).is_ok()).count()
}

#[test]
fn an_account_without_balance_uses_its_sponsors_stake() {
	busy_ledger(1).execute_with(|| {
		let absent = InvalidTransaction::Payment.into();
		assert_eq!(send(NEW, COST), Err(absent));
		assert_ok!(sponsor(1, NEW, 3_000));
		System::assert_last_event(Event::Sponsored { who: NEW, sponsor: 1, amount: 3_000 }.into());
		let account = System::account(NEW);
		assert_eq!((account.sufficients, account.providers, account.data.free), (1, 0, 0));
		assert_eq!((held(1), Balances::balance(&1)), (3_000, 997_000));

		let report = Quota::report(&NEW).unwrap();
		assert_eq!((report.locked, report.sponsored, report.used), (3_000, 3_000, Usage::default()));
		assert_eq!(
			report.share,
			Usage { compute: 30_000_000_000, bytes: 12_000, state: 12_000 },
			"the stake share alone"
		);
		for _ in 0..3 {
			assert_ok!(send(NEW, COST));
		}
		assert_eq!(send(NEW, COST), Err(USED));
		assert_eq!(FreeUsed::<Test>::get(), Usage::default(), "stake covers all of it");
		assert_eq!(Quota::regrows_at(&NEW, COST), Some(GENESIS_MS + DAY_MS / 3));
		next_block();
		Now::set(GENESIS_MS + DAY_MS / 3);
		assert_ok!(send(NEW, COST));
		assert_eq!(send(NEW, COST), Err(USED));
		next_block();
	});
}

#[test]
fn an_account_without_balance_has_no_free_share() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(sponsor(1, NEW, ED));
		for percent in [100, 400] {
			LentPercent::<Test>::put(percent);
			Now::mutate(|now| *now += 2 * DAY_MS);
			assert_eq!(share(NEW).compute, u64::from(percent) * 1_000_000);
			assert_eq!(send(NEW, COST), Err(USED));
			assert_eq!(Quota::regrows_at(&NEW, COST), None);
		}
		next_block();
	});
}

#[test]
fn a_sponsored_account_loses_its_balance_and_gets_one_again() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(sponsor(1, NEW, 3_000));
		assert_ok!(send(NEW, COST));
		System::inc_account_nonce(NEW);
		pay(1, NEW, 500);
		let all = RULES.free.saturating_add(share_of(3_000));
		// Its free share regrows with the balance that it holds from now on, a half of the full one.
		assert_eq!((share(NEW), used(NEW)), (all, COST.saturating_add(RULES.free)));
		assert_eq!((System::sufficients(&NEW), System::providers(&NEW)), (1, 1));
		Now::mutate(|now| *now += DAY_MS);
		assert_eq!(used(NEW), RULES.free.map(|free| free / 2), "use of stake fades in a day");
		Now::mutate(|now| *now += DAY_MS);
		assert_eq!(used(NEW), Usage::default());
		assert_ok!(send(NEW, COST));
		next_block();

		// Stake is used up first, and what it does not cover is free use.
		for _ in 0..5 {
			assert_ok!(send(NEW, COST));
		}
		assert_eq!(FreeUsed::<Test>::get().compute, 3 * COST.compute);
		assert_eq!(used(NEW).compute, 60_000_000_000);
		empty(NEW, 1);
		let account = System::account(NEW);
		assert_eq!((account.nonce, account.sufficients, account.providers, account.data.free), (1, 1, 0, 0));
		assert_eq!((share(NEW).compute, used(NEW).compute), (30_000_000_000, 30_000_000_000), "without a free share");
		assert_eq!(Quotas::<Test>::get(NEW).unwrap().free.compute, 30_000_000_000, "its use stays counted");
		assert_eq!(send(NEW, COST), Err(USED));
		next_block();

		// To leave and come back is no way to a new share.
		pay(1, NEW, 500);
		assert_eq!((share(NEW), used(NEW).compute), (all, 60_000_000_000));
		// The sponsor leaves, the balance stays, and so does the account.
		assert_ok!(unsponsor(1, NEW, 3_000));
		assert_eq!((System::sufficients(&NEW), System::providers(&NEW), System::account_nonce(NEW)), (0, 1, 1));
		assert_eq!((share(NEW), used(NEW).compute), (RULES.free, 60_000_000_000));
		empty(NEW, 1);
		assert_eq!((System::account_exists(&NEW), Quotas::<Test>::get(NEW)), (false, None));
		next_block();
	});
}

#[test]
fn stake_of_several_sponsors_adds_up_and_the_last_to_leave_ends_the_account() {
	busy_ledger(3).execute_with(|| {
		assert_ok!(sponsor(1, NEW, 500));
		assert_ok!(sponsor(2, NEW, 1_400));
		assert_ok!(sponsor(2, NEW, 100));
		assert_eq!((Sponsored::<Test>::get(NEW), System::sufficients(&NEW)), (2_000, 1));
		assert_ok!(sponsor(1, 3, 2_000));
		assert_eq!(share(NEW).compute + RULES.free.compute, share(3).compute, "as of one sponsor");
		assert_eq!(sends(NEW), 2);
		next_block();

		assert_ok!(unsponsor(2, NEW, 1_500));
		assert_eq!((Sponsored::<Test>::get(NEW), share(NEW).compute), (500, COST.compute / 2));
		assert!(System::account_exists(&NEW));
		assert_ok!(unsponsor(1, NEW, 500));
		assert!(!System::account_exists(&NEW));
		assert_eq!((Quota::report(&NEW), Quotas::<Test>::get(NEW), Sponsored::<Test>::get(NEW)), (None, None, 0));
		next_block();

		for (by, amount) in [(1, 500), (2, 1_500)] {
			assert_noop!(withdraw(by, NEW), Error::<Test>::StillHeld);
			assert_eq!(held(by), amount + if by == 1 { 2_000 } else { 0 });
		}
		Now::set(GENESIS_MS + DAY_MS - 1);
		assert_noop!(withdraw(1, NEW), Error::<Test>::StillHeld);
		Now::set(GENESIS_MS + DAY_MS);
		assert_ok!(withdraw(1, NEW));
		System::assert_last_event(Event::SponsorshipWithdrawn { who: NEW, sponsor: 1, amount: 500 }.into());
		assert_ok!(withdraw(2, NEW));
		assert_eq!((held(1), held(2), Balances::balance(&2)), (2_000, 0, 1_000_000));
		assert_eq!(Sponsorships::<Test>::iter().count(), 1);
		next_block();
	});
}

#[test]
fn a_sponsor_leaves_at_any_time_and_waits_a_day_for_its_balance() {
	busy_ledger(2).execute_with(|| {
		assert_ok!(sponsor(1, 2, 50_000));
		// All of the stake's 500 ms and the free 250.
		let all = Usage { compute: 750_000_000_000, bytes: 100, state: LINK_STATE };
		assert_ok!(send(2, all));
		assert_ok!(unsponsor(1, 2, 50_000));
		let free_at = GENESIS_MS + DAY_MS;
		System::assert_last_event(Event::Unsponsored { who: 2, sponsor: 1, amount: 50_000, free_at }.into());
		assert_eq!(Sponsorships::<Test>::get(2, 1), Some(Sponsorship { amount: 0, leaving: 50_000, free_at }));
		assert_eq!((share(2), used(2)), (RULES.free, all));
		assert_eq!(send(2, COST), Err(USED));
		assert_eq!((held(1), Balances::balance(&1)), (50_000, 950_000));
		// It serves no other account meanwhile.
		assert_noop!(sponsor(1, NEW, 950_000), TokenError::FundsUnavailable);
		assert_noop!(Quota::lock(RuntimeOrigin::signed(1), 950_000), TokenError::FundsUnavailable);
		assert_noop!(withdraw(1, 2), Error::<Test>::StillHeld);
		next_block();
		// When it can be, all that was used with it has faded.
		Now::set(free_at);
		assert_eq!(used(2), Usage::default());
		assert_ok!(withdraw(1, 2));
		assert_eq!((held(1), Balances::balance(&1)), (0, 1_000_000));
		next_block();
	});
}

#[test]
fn balance_taken_back_later_starts_the_day_again() {
	busy_ledger(2).execute_with(|| {
		assert_ok!(sponsor(1, 2, 3_000));
		assert_ok!(unsponsor(1, 2, 1_000));
		Now::set(GENESIS_MS + DAY_MS / 2);
		assert_ok!(unsponsor(1, 2, 500));
		assert_eq!(Quota::report(&2).unwrap().sponsored, 1_500);
		Now::set(GENESIS_MS + DAY_MS);
		assert_noop!(withdraw(1, 2), Error::<Test>::StillHeld);
		// Newly locked balance is separate.
		assert_ok!(sponsor(1, 2, 200));
		assert_eq!((held(1), Quota::report(&2).unwrap().sponsored), (3_200, 1_700));
		Now::set(GENESIS_MS + DAY_MS * 3 / 2);
		assert_ok!(withdraw(1, 2));
		assert_eq!(held(1), 1_700);
		assert_eq!(Sponsorships::<Test>::get(2, 1), Some(Sponsorship { amount: 1_700, ..Default::default() }));
		assert_noop!(withdraw(1, 2), Error::<Test>::NothingLeaves);
		next_block();
	});
}

#[test]
fn every_mistake_has_its_error() {
	busy_ledger(2).execute_with(|| {
		for call in [sponsor, unsponsor] {
			assert_noop!(call(1, 2, 0), Error::<Test>::NoAmount);
		}
		assert_noop!(sponsor(1, 1, 1_000), Error::<Test>::OwnSponsor);
		assert_noop!(sponsor(1, STRANGER, 1_000), Error::<Test>::Elsewhere);
		assert_noop!(sponsor(1, 2, ED - 1), Error::<Test>::SponsorshipTooSmall);
		assert_noop!(sponsor(1, NEW, ED - 1), Error::<Test>::SponsorshipTooSmall);
		assert_noop!(sponsor(1, NEW, 1_000_000), TokenError::FundsUnavailable);
		assert_noop!(sponsor(1, NEW, Balance::MAX), TokenError::FundsUnavailable);
		assert_noop!(sponsor(NEW, 1, 1_000), TokenError::FundsUnavailable);
		assert_noop!(unsponsor(1, 2, 1_000), Error::<Test>::NotSponsored);
		assert_noop!(withdraw(1, 2), Error::<Test>::NothingLeaves);

		assert_ok!(sponsor(1, 2, 1_000));
		assert_ok!(sponsor(1, 2, 1));
		assert_noop!(unsponsor(1, 2, 1_002), Error::<Test>::NotSponsored);
		assert_noop!(unsponsor(1, 2, 1_001 - ED + 1), Error::<Test>::SponsorshipTooSmall);
		assert_noop!(unsponsor(2, 1, 1_000), Error::<Test>::NotSponsored);
		assert_noop!(withdraw(1, 2), Error::<Test>::NothingLeaves);
		assert_ok!(unsponsor(1, 2, 1_001 - ED));
		assert_noop!(unsponsor(1, 2, 1_001), Error::<Test>::NotSponsored);

		let invite = |who, balance, amount| Quota::invite(RuntimeOrigin::signed(1), who, balance, amount);
		assert_noop!(invite(2, 1_000, 0), Error::<Test>::AccountExists);
		assert_noop!(invite(STRANGER, 1_000, 0), Error::<Test>::Elsewhere);
		assert_noop!(invite(STRANGER, 1_000, 1_000), Error::<Test>::Elsewhere);
		assert_noop!(invite(NEW, ED - 1, 0), Error::<Test>::DepositTooSmall);
		assert_noop!(invite(NEW, 1_000_000, 0), TokenError::FundsUnavailable);
		assert_noop!(invite(NEW, ED, ED - 1), Error::<Test>::SponsorshipTooSmall);
		assert_noop!(invite(NEW, ED, 999_999), TokenError::FundsUnavailable);
		assert_ok!(sponsor(1, NEW, 1_000));
		assert_noop!(invite(NEW, 1_000, 0), Error::<Test>::AccountExists);

		let root = RuntimeOrigin::root;
		assert_noop!(Quota::sponsor(root(), 2, 1_000), DispatchError::BadOrigin);
		assert_noop!(Quota::unsponsor(root(), 2, 1_000), DispatchError::BadOrigin);
		assert_noop!(Quota::withdraw_sponsorship(root(), 2), DispatchError::BadOrigin);
		assert_noop!(Quota::invite(root(), NEW, 1_000, 0), DispatchError::BadOrigin);
		next_block();
	});
}

#[test]
fn a_sponsor_cannot_be_emptied() {
	busy_ledger(2).execute_with(|| {
		assert_noop!(sponsor(1, NEW, 1_000_000 - ED + 1), TokenError::FundsUnavailable);
		assert_ok!(sponsor(1, NEW, 5_000));
		empty(1, 2);
		assert_eq!((Balances::balance(&1), held(1)), (ED, 5_000));
		let all = Balances::transfer_allow_death(RuntimeOrigin::signed(1), 2, ED);
		assert_eq!(all, Err(TokenError::Frozen.into()));
		// The same while it waits for its balance.
		assert_ok!(unsponsor(1, NEW, 5_000));
		empty(1, 2);
		assert_eq!((Balances::balance(&1), held(1)), (ED, 5_000));
		Now::mutate(|now| *now += DAY_MS);
		assert_ok!(withdraw(1, NEW));
		empty(1, 2);
		assert!(!System::account_exists(&1));
		next_block();
	});
}

#[test]
fn held_balance_of_the_beneficiary_does_not_keep_a_sponsor() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(sponsor(1, NEW, 5_000));
		pay(1, NEW, 1_000);
		// It cannot have all of it held: the sponsor does not keep the account alive for that.
		assert_noop!(Quota::lock(RuntimeOrigin::signed(NEW), 1_000), TokenError::FundsUnavailable);
		assert_ok!(Quota::lock(RuntimeOrigin::signed(NEW), 500));
		assert_ok!(sponsor(NEW, 10, 500 - ED));
		empty(NEW, 1);
		assert_eq!(Balances::balance(&NEW), ED);
		assert_ok!(unsponsor(1, NEW, 5_000));
		assert_eq!((System::sufficients(&NEW), System::providers(&NEW)), (0, 1));
		assert_eq!(Quota::report(&NEW).unwrap().locked, 500);
		next_block();
	});
}

#[test]
fn an_account_cannot_unlock_its_sponsors_stake() {
	busy_ledger(2).execute_with(|| {
		assert_ok!(Quota::lock(RuntimeOrigin::signed(2), 1_000));
		assert_ok!(sponsor(1, 2, 3_000));
		let report = Quota::report(&2).unwrap();
		assert_eq!((report.locked, report.sponsored), (4_000, 3_000));
		let unlock = |amount| Quota::unlock(RuntimeOrigin::signed(2), amount);
		assert_noop!(unlock(1_001), Error::<Test>::NotLocked);
		assert_ok!(unlock(1_000));
		assert_noop!(unlock(1), Error::<Test>::NotLocked);
		assert_eq!(Quota::report(&2).unwrap().locked, 3_000);
		next_block();
	});
}

#[test]
fn an_invitation_pays_the_deposit_and_may_lock_stake() {
	busy_ledger(1).execute_with(|| {
		assert_ok!(Quota::invite(RuntimeOrigin::signed(1), 8, ED, 0));
		System::assert_last_event(Event::Invited { who: 8, by: 1, balance: ED }.into());
		assert_eq!((Balances::balance(&8), share(8), used(8)), (ED, RULES.free, RULES.free));
		assert_eq!((System::sufficients(&8), Quota::report(&8).unwrap().sponsored), (0, 0));
		assert_eq!(sends(8), 0, "its free share is used, as of every new account");

		assert_ok!(Quota::invite(RuntimeOrigin::signed(1), NEW, 200, 2_000));
		System::assert_has_event(Event::Invited { who: NEW, by: 1, balance: 200 }.into());
		System::assert_last_event(Event::Sponsored { who: NEW, sponsor: 1, amount: 2_000 }.into());
		assert_eq!((Balances::balance(&NEW), Balances::balance(&1), held(1)), (200, 1_000_000 - 2_200 - ED, 2_000));
		assert_eq!((System::sufficients(&NEW), used(NEW)), (1, RULES.free));
		assert_eq!(sends(NEW), 2, "stake counts at once");
		next_block();
	});
}

#[test]
fn splitting_a_sponsors_stake_gains_nothing() {
	let through = |accounts: u64| {
		busy_ledger(1).execute_with(|| {
			for who in 100..100 + accounts {
				assert_ok!(sponsor(1, who, 20_000 / Balance::from(accounts)));
			}
			let sent: usize = (100..100 + accounts).map(sends).sum();
			assert_eq!(FreeUsed::<Test>::get(), Usage::default());
			next_block();
			sent
		})
	};
	assert_eq!([1, 2, 10, 20, 40].map(through), [20, 20, 20, 20, 0]);
}
