//! Dividends of voters that join, leave and move.

use super::*;

const NODE: AccountId = 1;
const OTHER: AccountId = 2;

/// Ends an epoch with the node as the only validator, and returns the pool of validators.
fn epoch_of(node: AccountId) -> Balance {
	report(SHARD, [(node, signed(1))]);
	let pool = next_budget() * 60 / 100;
	end_epoch_after(EPOCH_MS);
	pool
}

/// Runs a test without a voters' pool, so that voters earn dividends alone.
fn without_voters_pool(test: impl FnOnce()) {
	on_ledger(|| {
		let split = Split { voters: 0, governance: 24, ..Parameters::default().split };
		let parameters = Parameters { split, ..Parameters::default() };
		assert_ok!(Rewards::set_parameters(RuntimeOrigin::root(), parameters));
		test();
	});
}

/// Compares amounts up to roundings: less than a unit of a holder at each epoch and each settlement.
fn assert_about(value: Balance, expected: Balance) {
	assert!(value.abs_diff(expected) <= 3, "{value} is not about {expected}");
}

#[test]
fn a_node_shares_its_dividend_with_its_voters() {
	without_voters_pool(|| {
		set_dividend(NODE, 30);
		vote(100, NODE, 2_000);
		vote(101, NODE, 1_000);
		let pool = epoch_of(NODE);
		let dividend = pool * 30 / 100;
		assert_eq!(claimable(NODE), pool - dividend);
		assert_about(claimable(100), dividend * 2 / 3);
		assert_about(claimable(101), dividend / 3);
	});
}

#[test]
fn a_node_without_voters_keeps_all_earnings() {
	without_voters_pool(|| {
		set_dividend(NODE, 30);
		let pool = epoch_of(NODE);
		assert_eq!(claimable(NODE), pool);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_node_can_give_all_earnings_to_its_voters() {
	without_voters_pool(|| {
		set_dividend(NODE, 100);
		vote(100, NODE, 7);
		let pool = epoch_of(NODE);
		assert_eq!(claimable(NODE), 0);
		assert_about(claimable(100), pool);
	});
}

#[test]
fn a_later_voter_earns_from_then_on() {
	without_voters_pool(|| {
		set_dividend(NODE, 50);
		vote(100, NODE, 1_000);
		let first = epoch_of(NODE) / 2;
		vote(101, NODE, 3_000);
		check();
		assert_eq!(claimable(101), 0);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 4);
		assert_about(claimable(101), second * 3 / 4);

		// Additional votes earn from then on and have no part of earlier earnings.
		vote(100, NODE, 3_000);
		check();
		assert_about(Rewards::claimable(&100), first + second / 4);
		let third = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 4 + third / 2);
		assert_about(claimable(101), second * 3 / 4 + third / 2);
	});
}

#[test]
fn a_leaving_voter_keeps_its_earnings() {
	without_voters_pool(|| {
		set_dividend(NODE, 50);
		vote(100, NODE, 1_000);
		vote(101, NODE, 1_000);
		let first = epoch_of(NODE) / 2;
		vote(100, NODE, 0);
		check();
		let earned = claimable(100);
		assert_about(earned, first / 2);
		let second = epoch_of(NODE) / 2;
		assert_eq!(claimable(100), earned);
		assert_about(claimable(101), first / 2 + second);

		// A returning voter earns from then on.
		vote(100, NODE, 1_000);
		assert_eq!(claimable(100), earned);
		let third = epoch_of(NODE) / 2;
		assert_about(claimable(100), first / 2 + third / 2);
	});
}

#[test]
fn a_moving_voter_earns_at_the_other_node_from_then_on() {
	without_voters_pool(|| {
		for node in [NODE, OTHER] {
			set_dividend(node, 50);
		}
		vote(100, NODE, 1_000);
		vote(101, OTHER, 1_000);
		let first = epoch_of(NODE) / 2;
		vote(100, NODE, 0);
		vote(100, OTHER, 1_000);
		check();
		// The node has no voters any more and keeps all earnings.
		let kept = claimable(NODE);
		let second = epoch_of(NODE);
		assert_eq!(claimable(NODE), kept + second);
		let third = epoch_of(OTHER) / 2;
		assert_about(claimable(100), first + third / 2);
		assert_about(claimable(101), third / 2);
	});
}

#[test]
fn the_remainder_of_a_pot_is_burned_with_the_last_vote() {
	without_voters_pool(|| {
		set_dividend(NODE, 50);
		for holder in 100..103 {
			vote(holder, NODE, 1);
		}
		let mut dividends = 0;
		for _ in 0..10 {
			let pool = epoch_of(NODE);
			dividends += pool / 2;
			for holder in 100..103 {
				Rewards::settle_present(&holder, &NODE);
			}
			check();
		}
		for holder in 100..102 {
			vote(holder, NODE, 0);
			check();
			assert_eq!(CurrentTotals::<Test>::get().burned, 0);
		}
		vote(102, NODE, 0);
		check();
		let burned = CurrentTotals::<Test>::get().burned;
		assert!((1..=30).contains(&burned), "{burned} is not a remainder of roundings");
		assert!(has_event(Event::Burned { node: NODE, amount: burned }));
		assert_eq!((100..103).map(claimable).sum::<Balance>() + burned, dividends);
		assert_eq!(VoterPots::<Test>::iter().count(), 0);
		assert_eq!(Checkpoints::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_pot_starts_again_for_voters_after_the_last_one() {
	without_voters_pool(|| {
		set_dividend(NODE, 50);
		vote(100, NODE, 1_000);
		epoch_of(NODE);
		vote(100, NODE, 0);
		vote(101, NODE, 10);
		check();
		assert_eq!(claimable(101), 0);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(101), second);
	});
}

#[test]
fn votes_of_the_genesis_earn_from_the_beginning() {
	without_voters_pool(|| {
		set_dividend(NODE, 50);
		// The pallet is not notified of these votes.
		Registry::set_votes(&AccountId::from(100u8), &NODE, 1_000);
		let first = epoch_of(NODE) / 2;
		vote(101, NODE, 1_000);
		let second = epoch_of(NODE) / 2;
		assert_about(claimable(100), first + second / 2);
		assert_about(claimable(101), second / 2);
		assert_ok!(Rewards::claim(RuntimeOrigin::signed(100), vec![NODE]));
		assert_eq!(claimable(100), 0);
	});
}

#[test]
fn an_accumulator_has_room_for_the_extremes() {
	// The smallest reward for the maximum of votes, twice all TOP.
	let mut pot = VoterPot::default();
	let all = 2 * TOTAL_SUPPLY;
	pot.add(1, all);
	assert!(pot.per_weight > 0);
	assert_eq!(pot.owed(all / 2, 0), 0);
	assert!(pot.owed(all, 0) <= 1);

	// All TOP for a vote of weight one, again and again.
	let mut pot = VoterPot::default();
	for round in 1..=100 {
		pot.add(TOTAL_SUPPLY, 1);
		assert_eq!(pot.owed(1, 0), round * TOTAL_SUPPLY);
	}
	// A weight above the one of the reward gets at most the pot.
	assert_eq!(pot.owed(all, 0), pot.amount);
	assert_eq!(pot.owed(Balance::MAX, 0), pot.amount);

	// A reward without votes belongs to no voter.
	let mut pot = VoterPot::default();
	pot.add(TOP, 0);
	assert_eq!((pot.amount, pot.per_weight), (TOP, 0));
}
