//! Attacks on the draw that need more than one pallet. Each test prints what the attacker gets.

use crate::{chain::*, runtime::*};
use frame_support::assert_ok;
use pallet_testkit::{account, pairs};
use sp_core::crypto::VrfSecret;
use tp_core::{Balance, ChainTag, TOP};
use tp_sortition::{draw_of, ticket_data, Role};
use tp_stake::{Committees, EpochClock};

/// Honest nodes, the first of which are the committee.
const HONEST: u16 = 14;
/// Nodes of the attacker.
const NODES: [u16; 5] = [14, 15, 16, 17, 18];
/// The account with the attacker's votes.
const HOLDER: u16 = 19;
/// The votes, which weigh as much as an honest node's deposit.
const VOTES: Balance = 9_000_000 * TOP;
/// The longest lock, whose votes weigh twice.
const DAYS: u32 = 600;

/// Returns the attacker's node that drew the best number for the present epoch, as only the attacker knows.
fn luckiest() -> u16 {
	let (epoch, randomness) = (Committee::epoch(), Committee::randomness());
	let draw = |node: &u16| draw_of(&pairs(*node).1.vrf_sign(&ticket_data(&randomness, epoch, Role::Router)));
	NODES.into_iter().max_by_key(draw).expect("there are nodes")
}

/// The attacker sees the randomness of the epoch and moves all votes to its node with the best number.
#[test]
fn votes_that_follow_the_numbers_win_no_more_seats() {
	let mut deposits = vec![9_000_000 * TOP; usize::from(HONEST)];
	deposits.extend(NODES.map(|_| DEPOSIT));
	let runs = |follows: bool| {
		let mut seats = 0;
		for seed in 1..=40 {
			Chain::run_with(seed, &deposits, |chain| {
				chain.quiet_block_with(|| {
					assert_ok!(Stake::vote(RuntimeOrigin::signed(account(HOLDER)), account(NODES[0]), VOTES, DAYS));
				});
				chain.until_epoch(3);
				let best = luckiest();
				chain.quiet_block_with(|| {
					if follows && best != NODES[0] {
						assert_ok!(Stake::move_vote(RuntimeOrigin::signed(account(HOLDER)), 0, account(best)));
					}
				});
				let before = chain.committee();
				chain.until_epoch(4);
				// Its first block deals the seats.
				chain.quiet_block_with(|| ());
				let drawn = chain.committee_of(5);
				let present = chain.committee_of(4);
				let came = |node: &&u16| NODES.contains(node) && !present.contains(node);
				seats += drawn.iter().filter(came).count();
				assert_eq!(before.len(), usize::from(SEATS));
			});
		}
		seats
	};
	let (resting, following) = (runs(false), runs(true));
	assert!(resting > 0, "the attacker wins seats by its stake");
	println!("of 40 seats, votes that rest win {resting}, votes that follow the numbers win {following}");
	assert!(
		following <= resting + 3,
		"of 40 seats, {resting} with votes that rest, {following} with votes that follow"
	);
}

/// Returns the committee that a draw decides, after some calls in the last block before its seed is known.
fn drawn_after(seed: u8, calls: fn()) -> Option<Vec<tp_stake::Seat<AccountId>>> {
	let mut deposits = vec![DEPOSIT; usize::from(HONEST)];
	deposits.extend(NODES.map(|_| DEPOSIT));
	let mut drawn = None;
	Chain::run_with(seed, &deposits, |chain| {
		chain.quiet_block_with(|| {
			assert_ok!(Stake::vote(RuntimeOrigin::signed(account(HOLDER)), account(NODES[0]), VOTES, DAYS));
		});
		chain.until_epoch(3);
		while Committee::last_height().is_none_or(|last| System::block_number() + 1 < last.into()) {
			chain.block_with(|| ());
		}
		// The author of this block knows the seed that deals the seats.
		chain.quiet_block_with(calls);
		assert_eq!(Committee::epoch(), 4);
		chain.quiet_block_with(|| ());
		drawn = <Assignment as Committees<AccountId>>::committee(ChainTag::Main, 5);
	});
	drawn
}

/// The attacker knows how the seats will be dealt, and takes nodes or votes out of the draw: its own, and those of members.
#[test]
fn what_leaves_after_the_tickets_closed_changes_no_seat() {
	let all_leave: fn() = || {
		NODES.into_iter().chain(0..2).for_each(|node| {
			assert_ok!(Stake::leave(RuntimeOrigin::signed(account(node))));
		});
	};
	let first_leaves: fn() = || {
		assert_ok!(Stake::leave(RuntimeOrigin::signed(account(NODES[0]))));
	};
	let votes_move: fn() = || {
		assert_ok!(Stake::move_vote(RuntimeOrigin::signed(account(HOLDER)), 0, account(NODES[1])));
	};
	for seed in 1..=8 {
		let resting = drawn_after(seed, || ());
		assert!(resting.is_some());
		for calls in [all_leave, first_leaves, votes_move] {
			assert_eq!(drawn_after(seed, calls), resting, "seed {seed}");
		}
	}
}
