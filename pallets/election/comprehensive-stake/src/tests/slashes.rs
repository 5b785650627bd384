//! Slashes: immediate losses, delayed losses, and exact sums.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError::BadOrigin, Perbill};
use tp_core::{Balance, TOP};
use tp_pbft::Epoch;
use tp_sortition::Role;
use tp_stake::{Nodes as _, Punish};

const DEPOSIT: Balance = 500_000 * TOP;
const TENTH: Perbill = Perbill::from_percent(10);

fn slash(number: u8, part: Perbill, reporter: Option<u8>) -> SlashId {
	Stake::slash(&account(number), CurrentEpoch::get(), part, reporter.map(account)).unwrap()
}

/// Ends the epochs of a slash's delay.
fn wait() {
	end_epochs(PARAMETERS.slash_delay_epochs + 1);
}

fn slashed() -> Vec<(Balance, Balance, Balance)> {
	let of = |event| match event {
		Event::Slashed { deposit, votes, rewarded, .. } => Some((deposit, votes, rewarded)),
		_ => None,
	};
	events().into_iter().filter_map(of).collect()
}

#[test]
fn a_slash_takes_its_part_and_the_reporter_gets_a_tenth_of_it() {
	with_nodes([1, 2], || {
		// Amounts with a remainder.
		let ids = [vote(10, 1, 1_000_000_001, 30), vote(11, 1, 7_777_777, 600), vote(10, 1, 1_000_003, 90)];
		let bystander = vote(12, 2, 5 * TOP, 30);
		let all = 1_000_000_001 + 7_777_777 + 1_000_003;
		let (before, reporter) = (issuance(), free(9));
		slash(1, TENTH, Some(9));
		assert_eq!(issuance(), before, "it waits");
		wait();

		let deposit = DEPOSIT / 10;
		let votes = all / 10 + 1;
		let rewarded = deposit / 10 + votes / 10;
		assert_eq!(slashed(), [(deposit, votes, rewarded)]);
		assert_eq!(free(9), reporter + rewarded);
		assert_eq!(issuance(), before - (deposit + votes - rewarded));
		assert_eq!((node(1).deposit, held_deposit(1)), (DEPOSIT - deposit, DEPOSIT - deposit));
		assert_eq!(pool(1).tokens, all - votes);
		assert_eq!(held_votes(), all - votes + 5 * TOP);
		assert_eq!((node(2).deposit, pool(2).tokens), (DEPOSIT, 5 * TOP));

		// Each voter loses the same part. The last one gets the remainder of rounding.
		pass_days(600);
		let mut paid = Vec::new();
		for (holder, id) in [10, 11, 10].into_iter().zip(ids) {
			let had = free(holder);
			assert_ok!(Stake::withdraw_vote(signed(holder), id));
			paid.push(free(holder) - had);
		}
		assert_eq!(paid, [900_000_000, 6_999_999, 900_003]);
		assert_eq!(paid.iter().sum::<Balance>(), all - votes);
		assert_ok!(Stake::withdraw_vote(signed(12), bystander));
		assert_eq!((free(12), held_votes()), (ENDOWMENT, 0));
	});
}

#[test]
fn a_slash_without_a_reporter_is_burned_in_full() {
	with_nodes([1], || {
		vote(10, 1, 100 * TOP, 30);
		let before = issuance();
		slash(1, TENTH, None);
		wait();
		assert_eq!(slashed(), [(DEPOSIT / 10, 10 * TOP, 0)]);
		assert_eq!(issuance(), before - DEPOSIT / 10 - 10 * TOP);
	});
}

#[test]
fn a_reward_too_small_for_a_new_account_is_burned() {
	with_nodes([1], || {
		let before = issuance();
		// A tenth of the part is below the existential deposit.
		let part = Perbill::from_parts(10);
		slash(1, part, Some(100));
		wait();
		let deposit = part.mul_ceil(DEPOSIT);
		assert!(deposit / 10 < EXISTENTIAL_DEPOSIT && deposit > 0);
		assert_eq!(slashed(), [(deposit, 0, 0)]);
		assert_eq!((issuance(), free(100)), (before - deposit, 0));
		// A larger one creates the account.
		slash(1, TENTH, Some(100));
		wait();
		assert_eq!(free(100), (DEPOSIT - deposit).div_ceil(10) / 10);
	});
}

#[test]
fn a_slash_can_take_everything() {
	with_nodes([1], || {
		vote(10, 1, 1_000_000_007, 30);
		let before = issuance();
		slash(1, Perbill::one(), Some(9));
		wait();
		let rewarded = DEPOSIT / 10 + 100_000_000;
		assert_eq!(slashed(), [(DEPOSIT, 1_000_000_007, rewarded)]);
		assert_eq!(issuance(), before - DEPOSIT - 1_000_000_007 + rewarded);
		assert_eq!((assets(1), held_votes(), held_deposit(1)), (0, 0, 0));
	});
}

#[test]
fn seats_and_reputation_are_lost_at_once() {
	with_nodes([1], || {
		CurrentEpoch::set(10);
		EpochsOver::<Test>::put(10);
		assert!(!is_removed(1, 10));
		slash(1, TENTH, None);
		assert_eq!(reputation(1), 1_000);
		assert_eq!([10, 11, 12, 13].map(|epoch| is_removed(1, epoch)), [true, true, true, false]);
		assert_eq!(Stake::node_info(&account(1)).unwrap().stays_away_until, Some(13));
		assert!(events().contains(&Event::OutOfDraw { node: account(1), until: 13 }));
		for (epoch, may) in [(10, false), (11, false), (12, false), (13, true)] {
			assert_eq!(Stake::may_stand(&account(1), Role::Validator, epoch), may);
		}
		end_epochs(3);
		// The slash has applied, so the deposit is too small now.
		assert!(!may_stand(1, Role::Validator));
		assert_ok!(Stake::add_deposit(signed(1), DEPOSIT / 10));
		assert!(may_stand(1, Role::Validator));
		assert_eq!(Stake::node_info(&account(1)).unwrap().stays_away_until, None);
	});
}

#[test]
fn deposit_and_votes_are_locked_while_a_slash_is_pending() {
	with_nodes([1, 2], || {
		let (id, other) = (vote(10, 1, 100 * TOP, 30), vote(10, 2, 100 * TOP, 30));
		assert_ok!(Stake::leave(signed(1)));
		assert_ok!(Stake::return_to_service(signed(1)));
		pass_days(30);
		slash(1, TENTH, None);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::SlashPending);
		assert_noop!(Stake::move_vote(signed(10), id, account(2)), Error::<Test>::SlashPending);
		assert_noop!(Stake::move_vote(signed(10), other, account(1)), Error::<Test>::SlashPending);
		assert_noop!(Stake::vote(signed(10), account(1), TOP, 30), Error::<Test>::SlashPending);
		assert_ok!(Stake::leave(signed(1)));
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::SlashPending);
		wait();
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(free(10), ENDOWMENT - 110 * TOP);
	});
}

#[test]
fn a_slash_applies_when_its_delay_is_over() {
	with_nodes([1], || {
		end_epochs(4);
		let id = Stake::slash(&account(1), 3, TENTH, Some(account(9))).unwrap();
		let expected =
			Event::SlashDeferred { slash: id, node: account(1), epoch: 3, part: TENTH, applies_at_end_of: 6 };
		assert_eq!(events().last(), Some(&expected));
		let stored = Slashes::<Test>::get(id).unwrap();
		assert_eq!((stored.epoch, stored.reporter, stored.applies_at_end_of), (3, Some(account(9)), 6));
		assert_eq!(node(1).slashes.to_vec(), [id]);
		end_epochs(2);
		assert_eq!((CurrentEpoch::get(), node(1).deposit), (6, DEPOSIT));
		end_epochs(1);
		assert_eq!(node(1).deposit, DEPOSIT - DEPOSIT / 10);
		assert_eq!((Slashes::<Test>::get(id), node(1).slashes.len()), (None, 0));
	});
}

#[test]
fn a_cancelled_slash_takes_only_seats_and_reputation() {
	with_nodes([1], || {
		let id = vote(10, 1, 100 * TOP, 30);
		let before = issuance();
		let (first, second) = (slash(1, Perbill::one(), Some(9)), slash(1, TENTH, None));
		for origin in [signed(1), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Stake::cancel_slash(origin, first), BadOrigin);
		}
		assert_noop!(Stake::cancel_slash(signed(200), 2), Error::<Test>::NoSuchSlash);
		assert_ok!(Stake::cancel_slash(signed(200), first));
		assert_eq!(events().last(), Some(&Event::SlashCancelled { slash: first, node: account(1) }));
		assert_noop!(Stake::cancel_slash(signed(200), first), Error::<Test>::NoSuchSlash);
		check();
		assert!(Stake::cancel(second) && !Stake::cancel(second));

		wait();
		assert_eq!((issuance(), node(1).deposit, pool(1).tokens), (before, DEPOSIT, 100 * TOP));
		assert_eq!(FirstSlash::<Test>::get(), 2);
		pass_days(30);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!(reputation(1), 1_300, "the decay of epochs without a seat alone");

		let third = slash(1, TENTH, None);
		wait();
		assert_noop!(Stake::cancel_slash(signed(200), third), Error::<Test>::NoSuchSlash);
	});
}

#[test]
fn each_slash_takes_its_part_of_the_remainder() {
	with_nodes([1], || {
		slash(1, TENTH, None);
		slash(1, Perbill::from_percent(50), None);
		wait();
		assert_eq!(slashed(), [(DEPOSIT / 10, 0, 0), (DEPOSIT * 45 / 100, 0, 0)]);
	});
}

#[test]
fn slashes_beyond_the_maximum_are_added_to_the_newest() {
	with_nodes([1], || {
		let ids: Vec<_> = (0..MAX_SLASHES_PER_NODE).map(|_| slash(1, Perbill::from_percent(1), None)).collect();
		let newest = *ids.last().unwrap();
		assert_eq!(slash(1, Perbill::from_percent(50), Some(9)), newest);
		assert_eq!(Slashes::<Test>::get(newest).unwrap().part, Perbill::from_parts(505_000_000));
		assert_eq!(slash(1, Perbill::one(), None), newest);
		assert_eq!(Slashes::<Test>::get(newest).unwrap().part, Perbill::one());
		assert_eq!(node(1).slashes.to_vec(), ids);
		check();
		wait();
		assert_eq!(node(1).deposit, 0);
	});
}

#[test]
fn the_work_at_the_end_of_an_epoch_is_bounded() {
	with_nodes(1..=3, || {
		let slashes: Vec<_> = (1..=3).flat_map(|number| [number; 15]).collect();
		for number in &slashes {
			slash(*number, Perbill::from_percent(1), None);
		}
		end_epochs(2);
		assert_eq!(slashed().len(), 0);
		end_epochs(1);
		assert_eq!(slashed().len(), 32);
		assert_eq!([1, 2, 3].map(|number| node(number).slashes.len()), [0, 0, 13]);
		check();
		end_epochs(1);
		assert_eq!(slashed().len(), slashes.len());
		assert_eq!((FirstSlash::<Test>::get(), Slashes::<Test>::iter().count()), (45, 0));
	});
}

#[test]
fn slashes_apply_in_order_when_the_delay_changes() {
	with_nodes([1, 2], || {
		slash(1, TENTH, None);
		let parameters = Parameters { slash_delay_epochs: 0, ..PARAMETERS };
		assert_ok!(Stake::set_parameters(RuntimeOrigin::root(), parameters));
		slash(2, TENTH, None);
		end_epochs(2);
		assert_eq!(slashed().len(), 0);
		end_epochs(1);
		assert_eq!(slashed().len(), 2);
		slash(2, TENTH, None);
		end_epochs(1);
		assert_eq!(slashed().len(), 3);
	});
}

#[test]
fn a_leaving_node_is_slashed_as_others_are() {
	with_nodes([1], || {
		let id = vote(10, 1, 100 * TOP, 30);
		Stake::note_seat(&account(1), 1);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(100);
		end_epochs(5);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::DepositLocked);
		slash(1, TENTH, None);
		end_epochs(1);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::SlashPending);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::SlashPending);
		wait();
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_eq!((free(1), free(10)), (ENDOWMENT - DEPOSIT / 10, ENDOWMENT - 10 * TOP));
	});
}

#[test]
fn an_account_that_is_not_a_node_is_not_slashed() {
	with_nodes([1], || {
		let stranger: AccountId = account(2);
		frame_support::assert_storage_noop!(assert_eq!(Stake::slash(&stranger, 0, TENTH, None), None));
		frame_support::assert_storage_noop!(assert!(!Stake::cancel(0)));
	});
}

#[test]
fn each_slash_restarts_the_exclusion() {
	with_nodes([1], || {
		let until = |epoch: Epoch| {
			CurrentEpoch::set(epoch);
			slash(1, Perbill::zero(), None);
			node(1).stays_away_until
		};
		assert_eq!(until(0), Some(3));
		assert_eq!(until(2), Some(5));
	});
}
