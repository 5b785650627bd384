//! Votes for nodes as the balance of their holder.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::assert_ok;
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_stake::{Nodes, Punish, Staked};

fn staked(number: u8) -> Balance {
	<Stake as Staked<AccountId>>::staked(&account(number))
}

#[test]
fn votes_count_at_their_value_and_deposits_do_not() {
	with_nodes([1, 2], || {
		assert_eq!((staked(1), staked(10)), (0, 0), "a deposit is in the account");
		let first = vote(10, 1, 100 * TOP, 30);
		vote(10, 2, 50 * TOP, 600);
		vote(11, 1, 7 * TOP, 30);
		assert_eq!((staked(10), staked(11)), (150 * TOP, 7 * TOP));
		assert!(Stake::slash(&account(1), 0, Perbill::from_percent(10), None).is_some());
		end_epochs(PARAMETERS.slash_delay_epochs + 1);
		assert_eq!(staked(10), 140 * TOP, "less what was taken");
		pass_days(31);
		assert_ok!(Stake::withdraw_vote(signed(10), first));
		assert_eq!(staked(10), 50 * TOP);
	});
}

#[test]
fn votes_that_have_left_count_until_they_are_paid_out() {
	with_nodes([1], || {
		let id = vote(10, 1, 100 * TOP, 30);
		<Stake as Nodes<AccountId>>::note_seat(&account(1), 0);
		pass_days(31);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!((pool(1), staked(10)), (Pool::default(), 100 * TOP));
		end_epochs(PARAMETERS.evidence_epochs + 1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!((free(10), staked(10)), (ENDOWMENT, 0), "then they are in its account");
	});
}

#[test]
fn a_bounded_number_of_votes_counts() {
	with_nodes([1], || {
		<Stake as Nodes<AccountId>>::note_seat(&account(1), 0);
		for _ in 0..=MAX_COUNTED_VOTES {
			vote(10, 1, TOP, 30);
		}
		assert_eq!(staked(10), Balance::from(MAX_COUNTED_VOTES) * TOP);
		pass_days(31);
		for id in 0..10 {
			assert_ok!(Stake::withdraw_vote(signed(10), id));
		}
		assert_eq!(staked(10), Balance::from(MAX_COUNTED_VOTES) * TOP);
	});
}
