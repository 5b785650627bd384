//! Leaving: the release of the deposit, and the votes of removed nodes.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_sortition::Role;
use tp_stake::{Leaving, Nodes as _, Punish, Voters};

const DEPOSIT: Balance = 500_000 * TOP;

#[test]
fn a_deposit_is_free_after_the_delay_and_after_evidence_counts() {
	with_nodes([1], || {
		CurrentEpoch::set(10);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::NotLeaving);
		assert_ok!(Stake::leave(signed(1)));
		let leaving = Leaving { not_before: GENESIS_MS + 3 * DAY_MS, after_epoch: 14 };
		assert_eq!(node(1).leaving, Some(leaving));
		assert_eq!(events(), [Event::LeavingStarted { node: account(1), leaving }]);
		assert_noop!(Stake::leave(signed(1)), Error::<Test>::NodeLeaving);
		assert!(Stake::is_leaving(&account(1), CurrentEpoch::get()) && !may_stand(1, Role::Validator));

		// One condition is not enough.
		CurrentEpoch::set(15);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::DepositLocked);
		Now::set(leaving.not_before - 1);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::DepositLocked);
		Now::set(leaving.not_before);
		CurrentEpoch::set(14);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::DepositLocked);
		CurrentEpoch::set(15);
		assert_noop!(Stake::withdraw_deposit(signed(2)), Error::<Test>::NoSuchNode);
		assert_ok!(Stake::withdraw_deposit(signed(1)));

		assert_eq!(events().last(), Some(&Event::DepositWithdrawn { node: account(1), amount: DEPOSIT }));
		assert_eq!((free(1), held_deposit(1)), (ENDOWMENT, 0));
		assert_eq!(Nodes::<Test>::get(account(1)), None);
		assert_eq!(Stake::owner(&keys(1).pbft), None);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::NoSuchNode);
		// Its keys and its account can register again.
		assert_ok!(register_with(2, 1, &[Role::Edge], DEPOSIT));
		assert_ok!(register_with(1, 9, &[Role::Edge], DEPOSIT));
	});
}

#[test]
fn seats_keep_a_deposit_locked() {
	with_nodes([1, 2, 3], || {
		// Seats known at the start of leaving, and seats decided later.
		Stake::note_seat(&account(1), 6);
		Stake::note_seat(&account(1), 4);
		assert_eq!(node(1).seated_until, Some(6));
		for number in [1, 2, 3] {
			assert_ok!(Stake::leave(signed(number)));
		}
		Stake::note_seat(&account(2), 8);
		Stake::note_seat(&account(2), 7);
		pass_days(3);
		let after = |number| node(number).leaving.unwrap().after_epoch;
		assert_eq!([1, 2, 3].map(after), [10, 12, 4]);
		for (number, last) in [(1, 10), (2, 12), (3, 4)] {
			CurrentEpoch::set(last);
			assert_noop!(Stake::withdraw_deposit(signed(number)), Error::<Test>::DepositLocked);
			CurrentEpoch::set(last + 1);
			assert_ok!(Stake::withdraw_deposit(signed(number)));
		}
	});
}

#[test]
fn a_pending_slash_keeps_a_deposit_locked() {
	with_nodes([1], || {
		Stake::note_seat(&account(1), 0);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(30);
		end_epochs(4);
		// Evidence in the last epoch in which it counts.
		let slash = Stake::slash(&account(1), 0, Perbill::from_percent(10), None).unwrap();
		end_epochs(1);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::SlashPending);
		assert_noop!(Stake::return_to_service(signed(1)), Error::<Test>::DepositFree);
		end_epochs(2);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert_eq!(free(1), ENDOWMENT - DEPOSIT / 10);
		assert!(!Stake::cancel(slash));
	});
}

#[test]
fn a_node_without_a_deposit_can_be_removed() {
	with_nodes([1], || {
		assert!(Stake::slash(&account(1), 0, Perbill::one(), None).is_some());
		end_epochs(3);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(3);
		end_epochs(5);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert_eq!(events().last(), Some(&Event::DepositWithdrawn { node: account(1), amount: 0 }));
	});
}

#[test]
fn a_leaving_node_can_return_until_its_deposit_is_free() {
	with_nodes([1], || {
		assert_noop!(Stake::return_to_service(signed(1)), Error::<Test>::NotLeaving);
		assert_noop!(Stake::return_to_service(signed(2)), Error::<Test>::NoSuchNode);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(3);
		CurrentEpoch::set(4);
		assert_ok!(Stake::return_to_service(signed(1)));
		assert_eq!(events().last(), Some(&Event::Returned { node: account(1) }));
		assert!(!Stake::is_leaving(&account(1), CurrentEpoch::get()) && may_stand(1, Role::Validator));
		assert_eq!(Stake::standing(Role::Validator, 4, 10), [account(1)]);

		// The conditions of the next leaving start over.
		assert_ok!(Stake::leave(signed(1)));
		CurrentEpoch::set(9);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::DepositLocked);
		pass_days(3);
		assert_noop!(Stake::return_to_service(signed(1)), Error::<Test>::DepositFree);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
	});
}

#[test]
fn votes_for_a_removed_node_stay_locked_and_can_move() {
	with_nodes([1, 2], || {
		let (first, second) = (vote(3, 1, 100 * TOP, 600), vote(3, 1, 50 * TOP, 600));
		assert_ok!(Stake::leave(signed(1)));
		assert_noop!(Stake::vote(signed(3), account(1), TOP, 30), Error::<Test>::NodeLeaving);
		let third = vote(3, 2, TOP, 30);
		assert_noop!(Stake::move_vote(signed(3), third, account(1)), Error::<Test>::NodeLeaving);
		pass_days(3);
		end_epochs(5);
		assert_noop!(Stake::withdraw_vote(signed(3), first), Error::<Test>::VoteLocked);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		check();
		assert_eq!(Stake::weight_of(&account(1)), 300 * TOP);
		assert_eq!(Stake::voted(10), [(account(2), TOP)]);

		assert_noop!(Stake::withdraw_vote(signed(3), first), Error::<Test>::VoteLocked);
		assert_ok!(Stake::move_vote(signed(3), second, account(2)));
		assert_eq!(pool(2).tokens, 51 * TOP);
		pass_days(597);
		assert_ok!(Stake::withdraw_vote(signed(3), first));
		assert_eq!(free(3), ENDOWMENT - 51 * TOP);
		assert_eq!(PastPools::<Test>::iter().count(), 0);
	});
}

#[test]
fn votes_count_again_for_a_node_that_registers_again() {
	with_nodes([1], || {
		let id = vote(3, 1, 100 * TOP, 60);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(3);
		end_epochs(5);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert_ok!(register(1, &[Role::Validator], DEPOSIT));
		check();
		assert_eq!(assets(1), DEPOSIT + 52 * TOP);
		assert_noop!(Stake::withdraw_vote(signed(3), id), Error::<Test>::VoteLocked);
		pass_days(57);
		assert_ok!(Stake::withdraw_vote(signed(3), id));
	});
}
