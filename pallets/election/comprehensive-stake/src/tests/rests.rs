//! The rest of a slash, which is known when the window for evidence closes.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::Perbill;
use tp_core::{Balance, TOP};
use tp_stake::Punish;

const DEPOSIT: Balance = 500_000 * TOP;
const TENTH: Perbill = Perbill::from_percent(10);

/// Slashes a node for an offence of the present epoch whose rest is not known yet.
fn slash_first(number: u8) -> SlashId {
	let slash = Stake::slash(&account(number), CurrentEpoch::get(), TENTH, Some(account(9))).unwrap();
	Stake::await_rest(&account(number));
	slash
}

fn slash_rest(number: u8, epoch: u64, rest: Perbill) -> Option<SlashId> {
	Stake::slash_rest(&account(number), epoch, rest, Some(account(9)))
}

/// Ends the epochs of a slash's delay.
fn wait() {
	end_epochs(PARAMETERS.slash_delay_epochs + 1);
}

#[test]
fn both_parts_take_the_whole_and_pay_the_reporter() {
	with_nodes([1, 2], || {
		vote(10, 1, 1_000_000_007, 30);
		let (issued, reporter) = (issuance(), free(9));
		slash_first(1);
		wait();
		assert_eq!(node(1).deposit, DEPOSIT - DEPOSIT / 10);
		slash_rest(1, 0, Perbill::one()).unwrap();
		assert_eq!(node(1).deposit, DEPOSIT - DEPOSIT / 10, "the rest has a delay too");
		wait();
		assert_eq!((node(1).deposit, pool(1).tokens, node(2).deposit), (0, 0, DEPOSIT));
		let rewarded = free(9) - reporter;
		let whole = DEPOSIT + 1_000_000_007;
		assert!(whole / 10 - rewarded <= 3, "a tenth of each part, rounded down");
		assert_eq!(issued - issuance(), whole - rewarded);
	});
}

#[test]
fn deposit_and_votes_are_locked_until_the_rest_is_known() {
	with_nodes([1, 2], || {
		let (id, other) = (vote(10, 1, 100 * TOP, 30), vote(10, 2, 100 * TOP, 30));
		slash_first(1);
		wait();
		pass_days(30);
		end_epochs(20);
		assert!(node(1).slashes.is_empty(), "the first part has applied");
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::SlashPending);
		assert_noop!(Stake::move_vote(signed(10), id, account(2)), Error::<Test>::SlashPending);
		assert_noop!(Stake::move_vote(signed(10), other, account(1)), Error::<Test>::SlashPending);
		assert_noop!(Stake::vote(signed(10), account(1), TOP, 30), Error::<Test>::SlashPending);
		assert_ok!(Stake::leave(signed(1)));
		pass_days(30);
		end_epochs(20);
		assert_noop!(Stake::withdraw_deposit(signed(1)), Error::<Test>::SlashPending);

		assert_eq!(slash_rest(1, 0, Perbill::zero()), None);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
		assert_ok!(Stake::withdraw_deposit(signed(1)));
	});
}

#[test]
fn each_offence_awaits_its_own_rest() {
	with_nodes([1], || {
		let id = vote(10, 1, 100 * TOP, 30);
		slash_first(1);
		slash_first(1);
		wait();
		pass_days(30);
		assert_eq!(slash_rest(1, 0, Perbill::zero()), None);
		assert_noop!(Stake::withdraw_vote(signed(10), id), Error::<Test>::SlashPending);
		assert_eq!(slash_rest(1, 0, Perbill::zero()), None);
		assert_ok!(Stake::withdraw_vote(signed(10), id));
	});
}

#[test]
fn the_council_cancels_each_part_within_its_delay() {
	with_nodes([1], || {
		let first = slash_first(1);
		assert_ok!(Stake::cancel_slash(signed(200), first));
		wait();
		let rest = slash_rest(1, 0, Perbill::from_percent(50)).unwrap();
		assert_ok!(Stake::cancel_slash(signed(200), rest));
		wait();
		assert_eq!(node(1).deposit, DEPOSIT);

		slash_first(1);
		wait();
		let rest = slash_rest(1, 0, Perbill::one()).unwrap();
		assert_ok!(Stake::cancel_slash(signed(200), rest));
		wait();
		assert_eq!(node(1).deposit, DEPOSIT - DEPOSIT / 10);
		let late = slash_first(1);
		wait();
		assert_noop!(Stake::cancel_slash(signed(200), late), Error::<Test>::NoSuchSlash);
		assert_eq!(slash_rest(1, 0, Perbill::zero()), None);
	});
}

#[test]
fn the_rest_changes_neither_seats_nor_reputation_again() {
	with_nodes([1], || {
		slash_first(1);
		wait();
		end_epochs(5);
		let before = (reputation(1), is_removed(1, CurrentEpoch::get()), node(1).stays_away_until);
		slash_rest(1, 0, TENTH).unwrap();
		assert_eq!((reputation(1), is_removed(1, CurrentEpoch::get()), node(1).stays_away_until), before);
	});
}

/// The attack: a vote moves away before the offence is known, and hopes to pay at most the first part.
#[test]
fn a_vote_that_moved_pays_the_rest_as_well() {
	with_nodes([1, 2], || {
		let id = vote_that_moved(2);
		slash_first(1);
		wait();
		let epoch = 1;
		slash_rest(1, epoch, Perbill::from_percent(50)).unwrap();
		wait();
		end_epochs(PARAMETERS.evidence_epochs);
		pass_days(30);
		assert_ok!(Stake::settle_vote(signed(5), account(10), id));
		println!(
			"a vote of 1,000 TOP that moved away keeps {} TOP, and 900 TOP without the rest",
			pool(2).tokens / TOP
		);
		assert_eq!(pool(2).tokens, 450 * TOP);
	});
}
