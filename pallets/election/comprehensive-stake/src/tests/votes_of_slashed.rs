//! Votes for a slashed node: their weight, and the value of later votes.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_stake::{Punish, Voters};

const DEPOSIT: Balance = 500_000 * TOP;

fn slash(number: u8, part: Perbill) {
	assert!(Stake::slash(&account(number), 0, part, None).is_some());
	end_epochs(PARAMETERS.slash_delay_epochs + 1);
}

fn weight_by(holder: u8) -> Balance {
	Stake::weight_by(&account(holder), &account(1))
}

#[test]
fn assets_fall_at_once_and_weights_when_votes_are_settled() {
	with_nodes([1], || {
		let (first, second) = (vote(10, 1, 1_000 * TOP, 600), vote(11, 1, 1_000 * TOP, 30));
		assert_eq!(assets(1), DEPOSIT + 1_500 * TOP);
		assert_noop!(Stake::settle_vote(signed(5), account(10), first), Error::<Test>::NothingToSettle);
		slash(1, Perbill::from_percent(10));
		assert_eq!(assets(1), DEPOSIT * 9 / 10 + 1_350 * TOP);
		assert_eq!([10, 11].map(weight_by), [2_000 * TOP, 1_000 * TOP]);

		// Any account may settle.
		assert_noop!(Stake::settle_vote(signed(5), account(10), second), Error::<Test>::NoSuchVote);
		assert_ok!(Stake::settle_vote(signed(5), account(10), first));
		let expected = Event::VoteSettled { holder: account(10), vote: first, node: account(1), amount: 900 * TOP };
		assert_eq!(events().last(), Some(&expected));
		assert_eq!([10, 11].map(weight_by), [1_800 * TOP, 1_000 * TOP]);
		assert_eq!(Stake::weight_of(&account(1)), 2_800 * TOP);
		assert_eq!(assets(1), DEPOSIT * 9 / 10 + 1_350 * TOP);
		assert_noop!(Stake::settle_vote(signed(5), account(10), first), Error::<Test>::NothingToSettle);
		assert_ok!(Stake::settle_vote(signed(11), account(11), second));
		assert_eq!(Stake::voted(10), [(account(1), 2_700 * TOP)]);
	});
}

#[test]
fn a_later_vote_neither_pays_for_the_slash_nor_gains_by_it() {
	with_nodes([1, 2], || {
		let early = vote(10, 1, 1_000 * TOP, 30);
		slash(1, Perbill::from_percent(99));
		let late = vote(11, 1, 1_000 * TOP, 30);
		// No more weight than the same tokens have elsewhere, though they are more shares.
		assert_eq!(weight_by(11), 1_000 * TOP);
		assert_eq!(pool(1).tokens, 1_010 * TOP);
		assert_eq!(assets(1), DEPOSIT / 100 + 505 * TOP);
		slash(1, Perbill::from_percent(50));
		pass_days(30);
		assert_ok!(Stake::withdraw_vote(signed(11), late));
		assert_ok!(Stake::withdraw_vote(signed(10), early));
		assert_eq!([free(10), free(11)], [ENDOWMENT - 995 * TOP, ENDOWMENT - 500 * TOP]);
	});
}

#[test]
fn a_vote_moved_after_a_slash_has_the_remaining_value() {
	with_nodes([1, 2], || {
		let id = vote(10, 1, 1_000 * TOP, 600);
		slash(1, Perbill::from_percent(10));
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert_eq!((pool(1), pool(2).tokens), (Pool::default(), 900 * TOP));
		assert_eq!(Stake::weight_of(&account(2)), 1_800 * TOP);
		assert_eq!(weight_by(10), 0);
	});
}

#[test]
fn worthless_votes_block_new_ones_until_they_are_settled() {
	with_nodes([1, 2], || {
		let ids = [vote(10, 1, 1_000 * TOP, 600), vote(11, 1, 1_000 * TOP, 30)];
		let other = vote(12, 2, TOP, 30);
		slash(1, Perbill::one());
		assert_eq!(Stake::voted(10), [(account(2), TOP)]);
		assert_noop!(Stake::vote(signed(12), account(1), TOP, 30), Error::<Test>::VotesWorthless);
		assert_noop!(Stake::move_vote(signed(12), other, account(1)), Error::<Test>::VotesWorthless);
		assert_noop!(Stake::move_vote(signed(10), ids[0], account(2)), Error::<Test>::VotesWorthless);

		assert_ok!(Stake::settle_vote(signed(5), account(10), ids[0]));
		let expected = Event::VoteSettled { holder: account(10), vote: ids[0], node: account(1), amount: 0 };
		assert_eq!(events().last(), Some(&expected));
		assert_eq!(Votes::<Test>::get(account(10), ids[0]), None);
		assert_noop!(Stake::vote(signed(12), account(1), TOP, 30), Error::<Test>::VotesWorthless);
		// Its holder may also withdraw it.
		pass_days(30);
		assert_ok!(Stake::withdraw_vote(signed(11), ids[1]));
		assert_eq!(free(11), ENDOWMENT - 1_000 * TOP);
		assert_eq!(pool(1), Pool::default());
		vote(12, 1, TOP, 30);
		assert_eq!((pool(1).shares, weight_by(12)), (TOP, TOP));
	});
}

#[test]
fn worthless_votes_of_a_removed_node_can_be_settled() {
	with_nodes([1], || {
		let id = vote(10, 1, 1_000 * TOP, 600);
		slash(1, Perbill::one());
		assert_ok!(Stake::leave(signed(1)));
		pass_days(3);
		end_epochs(5);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		check();
		assert_ok!(Stake::settle_vote(signed(5), account(10), id));
		assert_eq!(PastPools::<Test>::iter().count(), 0);
	});
}

#[test]
fn many_slashes_keep_the_price_of_shares_within_bounds() {
	with_nodes([1], || {
		vote(10, 1, 1_000 * TOP, 30);
		for _ in 0..140 {
			let mut pool = pool(1);
			let held = pool.slash(Perbill::from_percent(10));
			assert!(pool.is_worthless() || pool.shares / pool.tokens <= MAX_SHARES_PER_TOKEN);
			assert!(held > 0 || pool.is_worthless());
			slash(1, Perbill::from_percent(10));
		}
		assert!(pool(1).is_worthless());
		assert_eq!(held_votes(), 0);
	});
}
