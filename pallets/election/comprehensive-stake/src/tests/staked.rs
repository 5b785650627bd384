//! Votes for nodes as the balance of their holder.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::assert_ok;
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_stake::{Punish, Staked};

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
fn a_bounded_number_of_votes_counts() {
	with_nodes([1], || {
		for _ in 0..=MAX_COUNTED_VOTES {
			vote(10, 1, TOP, 30);
		}
		assert_eq!(staked(10), Balance::from(MAX_COUNTED_VOTES) * TOP);
	});
}
