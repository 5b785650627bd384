//! Votes that moved or left: punishable for the epochs in which they counted, and not free before.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::LastHeight;
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_stake::{Nodes as _, Punish};

const HALF: Perbill = Perbill::from_percent(50);
/// The epochs after a seat in which evidence counts.
const WINDOW: u64 = PARAMETERS.evidence_epochs;

/// Notes that a node sits up to an epoch.
fn seat(number: u8, until: u64) {
	Stake::note_seat(&account(number), until);
}

fn slash(number: u8, epoch: u64) {
	assert!(Stake::slash(&account(number), epoch, HALF, Some(account(9))).is_some());
}

fn past(id: VoteId) -> Option<Past<AccountId>> {
	Votes::<Test>::get(account(10), id).unwrap().past
}

fn tokens(id: VoteId) -> Balance {
	let vote = Votes::<Test>::get(account(10), id).unwrap();
	Stake::pool(&vote.node).value(vote.shares)
}

#[test]
fn a_vote_that_moved_can_move_again_only_after_its_pasts_window() {
	with_nodes([1, 2, 3], || {
		let id = vote(10, 1, 100 * TOP, 30);
		seat(1, 2);
		end_epochs(1);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert_eq!(past(id), Some(Past { node: account(1), from: 0, until: 2 }));
		pass_days(30);
		for _ in 1..=2 + WINDOW {
			assert_noop!(Stake::move_vote(signed(10), id, account(3)), Error::<Test>::VotePunishable);
			assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VotePunishable);
			end_epochs(1);
		}
		assert_ok!(Stake::move_vote(signed(10), id, account(3)));
		assert_eq!(past(id), None, "the second node had no seat");
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT);
	});
}

#[test]
fn a_vote_for_a_node_without_a_seat_has_no_past() {
	with_nodes([1, 2], || {
		// The node sat before the vote came.
		seat(1, 2);
		end_epochs(3);
		let id = vote(10, 1, 100 * TOP, 30);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert_eq!(past(id), None);
		assert_ok!(Stake::move_vote(signed(10), id, account(1)));
	});
}

/// Returns a vote whose lock is over and that leaves in epoch 3. Its node sits until an epoch.
fn vote_that_leaves(seated_until: u64) -> VoteId {
	let id = vote(10, 1, 100 * TOP, 30);
	seat(1, seated_until);
	end_epochs(3);
	pass_days(30);
	assert_ok!(Stake::withdraw_vote(signed(10), id));
	id
}

#[test]
fn a_vote_whose_lock_is_over_waits_until_it_cannot_be_punished() {
	with_nodes([1], || {
		let id = vote_that_leaves(9);
		// The seats of the next epoch were decided with it, later ones without it.
		let after_epoch = 4 + WINDOW;
		let (holder, node, amount) = (account(10), account(1), 100 * TOP);
		assert_eq!(events().last(), Some(&Event::VoteLeaving { holder, vote: id, node, amount, after_epoch }));
		assert_eq!((pool(1), weighs(1, tp_sortition::Role::Validator)), (Pool::default(), node_deposit()));
		assert_eq!((held_votes(), free(10)), (100 * TOP, ENDOWMENT - 100 * TOP));
		check();
		end_epochs(after_epoch - 3);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VotePunishable);
		end_epochs(1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(events().last(), Some(&Event::VoteWithdrawn { holder, vote: id, node, amount }));
		assert_eq!((held_votes(), free(10)), (0, ENDOWMENT));
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::NoSuchVote);
	});
}

fn node_deposit() -> Balance {
	PARAMETERS.least_deposits.validator
}

#[test]
fn a_vote_that_left_is_slashed_for_the_epochs_in_which_it_counted() {
	// The offence, and the part that is left of the vote.
	for (epoch, left) in [(4, 50), (5, 100)] {
		with_nodes([1], || {
			end_epochs(1);
			let id = vote(10, 1, 100 * TOP, 30);
			seat(1, 9);
			end_epochs(2);
			pass_days(30);
			assert_ok!(Stake::withdraw_vote(signed(10), id));
			end_epochs(3);
			let (before, reporter) = (issuance(), free(9));
			slash(1, epoch);
			end_epochs(2 + WINDOW);
			let deposit = node_deposit() / 2;
			assert_eq!(issuance(), before - deposit * 9 / 10);
			assert_ok!(Stake::withdraw_vote(signed(10), id));
			let lost = (100 - left) * TOP;
			assert_eq!(free(10), ENDOWMENT - lost);
			assert_eq!(free(9), reporter + deposit / 10 + lost / 10, "the reporter gets a tenth");
			assert_eq!(issuance(), before - deposit * 9 / 10 - lost * 9 / 10);
		});
	}
}

#[test]
fn a_pending_slash_of_the_past_holds_a_vote() {
	with_nodes([1, 2], || {
		let id = vote(10, 1, 100 * TOP, 30);
		seat(1, 1);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		pass_days(30);
		end_epochs(1 + WINDOW);
		// Evidence in the last epoch in which it counts.
		slash(1, 1);
		end_epochs(1);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::SlashPending);
		assert_noop!(Stake::move_vote(signed(10), id, account(1)), Error::<Test>::SlashPending);
		end_epochs(2);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - 50 * TOP);
	});
}

#[test]
fn any_account_settles_the_past_of_a_vote() {
	with_nodes([1, 2], || {
		let id = vote(10, 1, 100 * TOP, 600);
		seat(1, 1);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		slash(1, 0);
		slash(1, 1);
		end_epochs(1);
		assert_noop!(Stake::settle_vote(signed(5), account(10), id), Error::<Test>::NothingToSettle);
		end_epochs(1 + WINDOW);
		assert_eq!(tokens(id), 100 * TOP);
		assert_ok!(Stake::settle_vote(signed(5), account(10), id));
		assert_eq!((tokens(id), past(id), pool(2).tokens), (25 * TOP, None, 25 * TOP));
		assert_eq!(weighs(2, tp_sortition::Role::Validator), node_deposit() + 25 * TOP, "it counts less at once");
		assert_noop!(Stake::settle_vote(signed(5), account(10), id), Error::<Test>::NothingToSettle);
		let since = Votes::<Test>::get(account(10), id).unwrap().since;
		assert_eq!(since, 0, "its time with the second node goes on");
	});
}

#[test]
fn a_past_that_takes_everything_ends_the_vote() {
	with_nodes([1, 2], || {
		let id = vote(10, 1, 100 * TOP, 600);
		seat(1, 1);
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert!(Stake::slash(&account(1), 1, Perbill::one(), None).is_some());
		end_epochs(2 + WINDOW);
		assert_ok!(Stake::settle_vote(signed(5), account(10), id));
		assert_eq!(Votes::<Test>::get(account(10), id), None);
		assert_eq!((pool(2), held_votes()), (Pool::default(), 0));
	});
}

#[test]
fn the_oldest_of_many_slashes_is_forgotten_first() {
	with_nodes([1], || {
		for _ in 0..=MAX_PENALTIES {
			assert!(Stake::slash(&account(1), CurrentEpoch::get(), Perbill::from_percent(1), None).is_some());
			end_epochs(1);
		}
		end_epochs(3);
		let applied = AppliedSlashes::<Test>::get(account(1));
		assert_eq!((applied.len(), applied[0].epoch), (MAX_PENALTIES as usize, 1));
	});
}

/// Sets where the draw stands: tickets are closed and the seed is not known, or seats are being dealt.
fn draw(closed: bool, dealing: bool) {
	LastHeight::set(closed.then_some(100));
	IsDealing::set(dealing);
}

/// Runs a test with a vote for a node that has never had a seat, at the end of the lock in epoch 3. The draw of epoch 2 is
/// still dealt, or that of epoch 3 is closed. The test gets the epoch of its seats.
fn while_a_draw_is_in_progress(test: impl Fn(VoteId, u64)) {
	for (closed, drawn) in [(false, 4), (true, 5)] {
		with_nodes([1, 2], || {
			let id = vote(10, 1, 100 * TOP, 30);
			end_epochs(3);
			pass_days(30);
			draw(closed, !closed);
			test(id, drawn);
			draw(false, false);
		});
	}
}

/// The attack of the review: a vote counts in a draw and is paid out before the seats of the draw are noted.
#[test]
fn a_vote_that_leaves_while_a_draw_is_in_progress_is_slashed_for_its_seats() {
	while_a_draw_is_in_progress(|id, drawn| {
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - 100 * TOP, "it is not paid out at once");
		seat(1, drawn);
		draw(false, false);
		end_epochs(drawn - 3);
		slash(1, drawn);
		for _ in 0..WINDOW {
			assert!(Stake::withdraw_vote(signed(10), id).is_err());
			end_epochs(1);
		}
		end_epochs(1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - 50 * TOP);
	});
}

#[test]
fn a_vote_that_moves_while_a_draw_is_in_progress_is_slashed_for_its_seats() {
	while_a_draw_is_in_progress(|id, drawn| {
		assert_ok!(Stake::move_vote(signed(10), id, account(2)));
		assert_eq!(past(id), Some(Past { node: account(1), from: 0, until: drawn }));
		seat(1, drawn);
		draw(false, false);
		end_epochs(drawn - 3);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VotePunishable);
		slash(1, drawn);
		end_epochs(WINDOW + 1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - 50 * TOP);
	});
}

#[test]
fn a_vote_for_a_node_that_is_not_drawn_is_free_from_the_epoch_of_those_seats_on() {
	while_a_draw_is_in_progress(|id, drawn| {
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		draw(false, false);
		for _ in 3..drawn {
			assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VotePunishable);
			end_epochs(1);
		}
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT);
	});
}

#[test]
fn a_shorter_time_for_evidence_frees_no_past_at_once() {
	with_nodes([1], || {
		let id = vote_that_leaves(3);
		let shorter = |evidence_epochs| Parameters { evidence_epochs, ..PARAMETERS };
		let set = |parameters| Stake::set_parameters(RuntimeOrigin::root(), parameters);
		assert_ok!(set(shorter(WINDOW - 1)));
		// A second step does not end the longer time either.
		assert_ok!(set(shorter(1)));
		for _ in 3..=3 + WINDOW {
			assert_eq!(<EvidenceEpochs<Test> as frame_support::traits::Get<u64>>::get(), WINDOW);
			assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::VotePunishable);
			end_epochs(1);
		}
		assert_eq!(<EvidenceEpochs<Test> as frame_support::traits::Get<u64>>::get(), 1);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		// A mistake does not last: no committee is kept for longer than 12 epochs.
		assert_ok!(set(shorter(1_000)));
		assert_ok!(set(shorter(4)));
		assert_eq!(<EvidenceEpochs<Test> as frame_support::traits::Get<u64>>::get(), 12);
		end_epochs(13);
		assert_eq!(<EvidenceEpochs<Test> as frame_support::traits::Get<u64>>::get(), 4);
	});
}
