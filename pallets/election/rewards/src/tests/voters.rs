//! Dividends: what voters get of nodes, when they come, go and move.

use crate::{mock::*, *};
use frame_support::assert_ok;
use tp_core::{Balance, TOP};

const NODE: u8 = 1;
const OTHER: u8 = 2;

/// Ends an epoch in which only validators are paid, and the node is the only one. Gives what it earned.
fn epoch_of(node: u8) -> Balance {
	report(SHARD, [(node, signed(1))]);
	let pool = next_budget() * 60 / 100;
	end_epoch_after(EPOCH_MS);
	pool
}

/// Nothing for votes themselves: only dividends go to voters.
fn without_voters_pool(test: impl FnOnce()) {
	on_ledger(|| {
		let split = Split { voters: 0, governance: 24, ..Parameters::default().split };
		let parameters = Parameters { split, ..Parameters::default() };
		assert_ok!(Rewards::set_parameters(RuntimeOrigin::root(), parameters));
		test();
	});
}

/// Rounding takes less than a unit of a holder at each epoch and each settlement.
fn assert_about(value: Balance, expected: Balance) {
	assert!(value.abs_diff(expected) <= 3, "{value} is not about {expected}");
}

#[test]
fn a_node_shares_its_dividend_with_its_voters() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 30);
		vote(&account(100), &account(NODE), 2_000);
		vote(&account(101), &account(NODE), 1_000);
		let pool = epoch_of(NODE);
		let dividend = pool * 30 / 100;
		assert_eq!(claimable(NODE), pool - dividend);
		assert_about(claimable(100), dividend * 2 / 3);
		assert_about(claimable(101), dividend / 3);
	});
}

#[test]
fn a_node_without_voters_keeps_all() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 30);
		let pool = epoch_of(NODE);
		assert_eq!(claimable(NODE), pool);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_node_can_give_all_to_its_voters() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 100);
		vote(&account(100), &account(NODE), 7);
		let pool = epoch_of(NODE);
		assert_eq!(claimable(NODE), 0);
		assert_about(claimable(100), pool);
	});
}

#[test]
fn who_comes_later_earns_later() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 50);
		vote(&account(100), &account(NODE), 1_000);
		let first = epoch_of(NODE) / 2;
		vote(&account(101), &account(NODE), 3_000);
		check();
		assert_eq!(claimable(101), 0);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 4);
		assert_about(claimable(101), second * 3 / 4);

		// More votes count from when they are there, and what was earned before is not theirs.
		vote(&account(100), &account(NODE), 3_000);
		check();
		assert_about(Rewards::claimable(&account(100)), first + second / 4);
		let third = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 4 + third / 2);
		assert_about(claimable(101), second * 3 / 4 + third / 2);
	});
}

#[test]
fn who_leaves_keeps_what_was_earned() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 50);
		vote(&account(100), &account(NODE), 1_000);
		vote(&account(101), &account(NODE), 1_000);
		let first = epoch_of(NODE) / 2;
		vote(&account(100), &account(NODE), 0);
		check();
		let earned = claimable(100);
		assert_about(earned, first / 2);
		let second = epoch_of(NODE) / 2;
		assert_eq!(claimable(100), earned);
		assert_about(claimable(101), first / 2 + second);

		// Back again: only what comes then.
		vote(&account(100), &account(NODE), 1_000);
		assert_eq!(claimable(100), earned);
		let third = epoch_of(NODE) / 2;
		assert_about(claimable(100), first / 2 + third / 2);
	});
}

#[test]
fn who_moves_earns_there_from_then_on() {
	without_voters_pool(|| {
		for node in [NODE, OTHER] {
			set_dividend(&account(node), 50);
		}
		vote(&account(100), &account(NODE), 1_000);
		vote(&account(101), &account(OTHER), 1_000);
		let first = epoch_of(NODE) / 2;
		vote(&account(100), &account(NODE), 0);
		vote(&account(100), &account(OTHER), 1_000);
		check();
		// The node has no voters now, and keeps all.
		let kept = claimable(NODE);
		let second = epoch_of(NODE);
		assert_eq!(claimable(NODE), kept + second);
		let third = epoch_of(OTHER) / 2;
		assert_about(claimable(100), first + third / 2);
		assert_about(claimable(101), third / 2);
	});
}

#[test]
fn what_the_last_voter_leaves_is_burned() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 50);
		for holder in 100..103 {
			vote(&account(holder), &account(NODE), 1);
		}
		let mut dividends = 0;
		for _ in 0..10 {
			let pool = epoch_of(NODE);
			dividends += pool / 2;
			for holder in 100..103 {
				Rewards::settle_present(&account(holder), &account(NODE));
			}
			check();
		}
		for holder in 100..102 {
			vote(&account(holder), &account(NODE), 0);
			check();
			assert_eq!(CurrentTotals::<Test>::get().burned, 0);
		}
		vote(&account(102), &account(NODE), 0);
		check();
		let burned = CurrentTotals::<Test>::get().burned;
		assert!((1..=30).contains(&burned), "{burned} is not what rounding leaves");
		assert!(has_event(Event::Burned { node: account(NODE), amount: burned }));
		assert_eq!((100..103).map(claimable).sum::<Balance>() + burned, dividends);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
		assert_eq!(Checkpoints::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_pot_begins_anew_for_the_voters_that_come_after_the_last() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 50);
		vote(&account(100), &account(NODE), 1_000);
		epoch_of(NODE);
		vote(&account(100), &account(NODE), 0);
		vote(&account(101), &account(NODE), 10);
		check();
		assert_eq!(claimable(101), 0);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(101), second);
	});
}

#[test]
fn votes_of_the_genesis_earn_from_the_beginning() {
	without_voters_pool(|| {
		set_dividend(&account(NODE), 50);
		// Nobody told the pallet.
		Votes::mutate(|votes| votes.insert((account(100), account(NODE)), 1_000));
		let first = epoch_of(NODE) / 2;
		vote(&account(101), &account(NODE), 1_000);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 2);
		assert_about(claimable(101), second / 2);
		assert_ok!(Rewards::claim(RuntimeOrigin::signed(account(100)), vec![account(NODE)]));
		assert_eq!(claimable(100), 0);
	});
}

#[test]
fn an_accumulator_bears_the_extremes() {
	// A unit for all votes that there can be: twice all TOP.
	let mut pot = VoterPot::default();
	let all = 2 * tp_core::TOTAL_SUPPLY;
	pot.add(1, all);
	assert!(pot.per_weight > 0);
	assert_eq!(pot.owed(all / 2, 0), 0);
	assert!(pot.owed(all, 0) <= 1);

	// All TOP for a vote of weight one, again and again.
	let mut pot = VoterPot::default();
	for round in 1..=100 {
		pot.add(tp_core::TOTAL_SUPPLY, 1);
		assert_eq!(pot.owed(1, 0), round * tp_core::TOTAL_SUPPLY);
	}
	// More weight than there was when it was earned gets no more than there is.
	assert_eq!(pot.owed(all, 0), pot.amount);
	assert_eq!(pot.owed(Balance::MAX, 0), pot.amount);

	// Of no votes nobody has anything.
	let mut pot = VoterPot::default();
	pot.add(TOP, 0);
	assert_eq!((pot.amount, pot.per_weight), (TOP, 0));
}
