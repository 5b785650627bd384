//! Votes: weights, holds, and the return of tokens.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{
	assert_noop, assert_ok,
	traits::{Currency, LockableCurrency, WithdrawReasons},
};
use tp_core::{Balance, TOP};
use tp_sortition::vote_weight;
use tp_stake::Voters;

const DEPOSIT: Balance = 500_000 * TOP;

#[test]
fn votes_weigh_by_their_locks_and_at_most_twice() {
	with_nodes(1..=5, || {
		let amount = 1_000 * TOP;
		// 1.04^(days/30 − 1), in millionths of a token, rounded down.
		let cases =
			[(30, 1_000_000_000), (60, 1_040_000_000), (90, 1_081_600_000), (561, 2 * amount), (600, 2 * amount)];
		for (node, (days, weight)) in (1..).zip(cases) {
			vote(10, node, amount, days);
			assert_eq!(Stake::weight_by(&account(10), &account(node)), weight, "{days} days");
			assert_eq!(Stake::weight_of(&account(node)), weight);
			assert_eq!(assets(node), DEPOSIT + weight / 2);
			assert_eq!((pool(node).tokens, pool(node).shares), (amount, amount));
		}
		// A vote of another holder, and another vote of the same one.
		vote(11, 1, amount, 600);
		vote(10, 1, amount, 60);
		assert_eq!(Stake::weight_by(&account(10), &account(1)), 2_040_000_000);
		assert_eq!(Stake::weight_by(&account(11), &account(1)), 2_000_000_000);
		assert_eq!(assets(1), DEPOSIT + 2_020_000_000);
		let mut voted = Stake::voted(10);
		voted.sort();
		let weights = [4_040_000_000, 1_040_000_000, 1_081_600_000, 2 * amount, 2 * amount];
		assert_eq!(voted, (1..).map(account).zip(weights).collect::<Vec<_>>());
		assert_eq!(Stake::voted(2).len(), 2);
	});
}

#[test]
fn a_weight_is_rounded_down() {
	with_nodes([1], || {
		vote(10, 1, TOP + 1, 31);
		let exact = (TOP + 1) * u128::from(vote_weight(31).into_inner());
		assert_ne!(exact % 1_000_000_000, 0);
		assert_eq!(Stake::weight_of(&account(1)), exact / 1_000_000_000);
	});
}

#[test]
fn invalid_votes_are_refused_by_name() {
	with_nodes([1], || {
		let vote = |node, amount, days| Stake::vote(signed(10), account(node), amount, days);
		assert_noop!(vote(1, TOP, MIN_DAYS - 1), Error::<Test>::LockTooShort);
		assert_noop!(vote(1, TOP, 0), Error::<Test>::LockTooShort);
		assert_noop!(vote(1, TOP, MAX_DAYS + 1), Error::<Test>::LockTooLong);
		assert_noop!(vote(1, TOP - 1, 30), Error::<Test>::VoteTooSmall);
		assert_noop!(vote(2, TOP, 30), Error::<Test>::NoSuchNode);
		assert_noop!(vote(1, ENDOWMENT, 30), Error::<Test>::NotEnoughFree);
		assert_noop!(vote(1, u128::MAX, 30), Error::<Test>::NotEnoughFree);
		assert_ok!(vote(1, TOP, MIN_DAYS));
		assert_ok!(vote(1, TOP, MAX_DAYS));
		assert_eq!(
			events(),
			[
				Event::Voted { holder: account(10), vote: 0, node: account(1), amount: TOP, days: MIN_DAYS },
				Event::Voted { holder: account(10), vote: 1, node: account(1), amount: TOP, days: MAX_DAYS },
			]
		);
	});
}

#[test]
fn a_token_is_one_vote_or_a_deposit() {
	with_nodes([1, 2], || {
		let all = ENDOWMENT - EXISTENTIAL_DEPOSIT;
		vote(10, 1, all - 5 * TOP, 600);
		assert_eq!(free(10), 5 * TOP + EXISTENTIAL_DEPOSIT);
		assert_eq!(held_votes(), all - 5 * TOP);
		for node in [1, 2] {
			assert_noop!(Stake::vote(signed(10), account(node), 6 * TOP, 600), Error::<Test>::NotEnoughFree);
		}
		vote(10, 2, 5 * TOP, 600);
		assert_noop!(Stake::vote(signed(10), account(2), TOP, 600), Error::<Test>::NotEnoughFree);

		// A deposit cannot be voted with.
		assert_noop!(Stake::vote(signed(1), account(1), ENDOWMENT - DEPOSIT, 600), Error::<Test>::NotEnoughFree);
		vote(1, 1, ENDOWMENT - DEPOSIT - EXISTENTIAL_DEPOSIT, 600);
		assert_noop!(Stake::add_deposit(signed(1), TOP), Error::<Test>::NotEnoughFree);
	});
}

#[test]
fn frozen_tokens_cannot_be_voted_with() {
	with_nodes([1], || {
		Balances::set_lock(*b"vesting ", &account(10), ENDOWMENT - 2 * TOP, WithdrawReasons::all());
		assert_noop!(Stake::vote(signed(10), account(1), 3 * TOP, 30), Error::<Test>::NotEnoughFree);
		vote(10, 1, 2 * TOP, 30);
		assert_noop!(Stake::vote(signed(10), account(1), TOP, 30), Error::<Test>::NotEnoughFree);
	});
}

#[test]
fn a_vote_can_be_withdrawn_after_its_lock() {
	with_nodes([1], || {
		let (short, long) = (vote(10, 1, 10 * TOP, 30), vote(10, 1, 20 * TOP, 31));
		pass_days(29);
		Now::mutate(|now| *now += DAY_MS - 1);
		assert_noop!(Stake::withdraw_vote(signed(10), short), Error::<Test>::VoteLocked);
		Now::mutate(|now| *now += 1);
		assert_noop!(Stake::withdraw_vote(signed(10), long), Error::<Test>::VoteLocked);
		assert_noop!(Stake::withdraw_vote(signed(11), short), Error::<Test>::NoSuchVote);
		assert_ok!(Stake::withdraw_vote(signed(10), short));
		let expected = Event::VoteWithdrawn { holder: account(10), vote: short, node: account(1), amount: 10 * TOP };
		assert_eq!(events().last(), Some(&expected));
		assert_eq!((free(10), held_votes()), (ENDOWMENT - 20 * TOP, 20 * TOP));
		assert_noop!(Stake::withdraw_vote(signed(10), short), Error::<Test>::NoSuchVote);
		pass_days(1);
		assert_ok!(Stake::withdraw_vote(signed(10), long));
		assert_eq!((free(10), held_votes(), assets(1)), (ENDOWMENT, 0, DEPOSIT));
		assert!(Stake::voted(10).is_empty());
		assert_eq!(Weights::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_vote_moves_with_its_lock() {
	with_nodes([1, 2], || {
		let id = vote(10, 1, 10 * TOP, 60);
		let before = Votes::<Test>::get(account(10), id).unwrap();
		pass_days(10);
		assert_noop!(Stake::move_vote(signed(10), id, account(1)), Error::<Test>::SameNode);
		assert_noop!(Stake::move_vote(signed(10), id, account(3)), Error::<Test>::NoSuchNode);
		assert_noop!(Stake::move_vote(signed(11), id, account(2)), Error::<Test>::NoSuchVote);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		let after = Votes::<Test>::get(account(10), id).unwrap();
		assert_eq!(after, Vote { node: account(2), ..before });
		assert_eq!([1, 2].map(assets), [DEPOSIT, DEPOSIT + 5_200_000]);
		let (holder, from, to) = (account(10), account(1), account(2));
		assert_eq!(Stake::weight_by(&holder, &from), 0);
		assert_eq!(Stake::weight_by(&holder, &to), 10_400_000);
		let expected = Event::VoteMoved { holder, vote: id, from, to, amount: 10 * TOP };
		assert_eq!(events().last(), Some(&expected));
		pass_days(49);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VoteLocked);
		pass_days(1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT);
	});
}

#[test]
fn a_vote_too_small_for_a_new_account_stays_until_the_account_exists() {
	let parameters = Parameters { least_vote: EXISTENTIAL_DEPOSIT, ..PARAMETERS };
	build_with(parameters, vec![genesis_node(1)]).execute_with(|| {
		System::set_block_number(1);
		let id = vote(10, 1, EXISTENTIAL_DEPOSIT, 30);
		assert!(<Stake as tp_stake::Punish<AccountId>>::slash(
			&account(1),
			0,
			sp_runtime::Perbill::from_percent(10),
			None
		)
		.is_some());
		end_epochs(3);
		pass_days(30);
		let rest = free(10);
		assert_ok!(Balances::transfer_all(signed(10), account(11), false));
		assert_eq!(free(10), 0);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::CannotReceive);
		assert_ok!(Balances::transfer_allow_death(signed(11), account(10), rest));
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - EXISTENTIAL_DEPOSIT / 10);
		check();
	});
}

#[test]
fn dust_votes_do_not_exclude_a_large_vote() {
	with_nodes([1], || {
		for holder in 10..20 {
			for _ in 0..50 {
				vote(holder, 1, TOP, 30);
			}
		}
		vote(2, 1, 1_000_000 * TOP, 600);
		assert_eq!(assets(1), DEPOSIT + 1_000_250 * TOP);
	});
}

#[test]
fn the_account_of_all_votes_needs_no_free_balance() {
	with_nodes([1], || {
		let id = vote(10, 1, TOP, 30);
		assert_eq!(Balances::free_balance(Stake::votes_account()), 0);
		pass_days(30);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(Balances::total_balance(&Stake::votes_account()), 0);
		vote(10, 1, TOP, 30);
	});
}
