//! Nodes register, are drawn, sit, and leave.

use crate::{chain::*, runtime::*};
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::account;
use tp_core::ChainTag;
use tp_pbft::Epoch;
use tp_stake::{Committees, EpochClock, Nodes, Reputation};

/// Enough epochs for a node with several times the stake of others to be drawn.
const ENOUGH: Epoch = 12;

#[test]
fn a_node_registers_is_drawn_and_sits() {
	Chain::run(6, |chain| {
		assert_eq!(chain.committee(), [0, 1, 2, 3]);
		chain.register(7, 8 * DEPOSIT);
		let node: AccountId = account(7);
		assert!(!chain.committee().contains(&7));

		let seated = (1..=ENOUGH).find(|epoch| {
			chain.until_epoch(*epoch);
			chain.committee().contains(&7)
		});
		// Keys are valid in the epoch after the next, and a seat follows two epochs after the ticket.
		assert!(seated.is_some_and(|epoch| epoch >= 4), "{seated:?}");
		let seats = <Assignment as Committees<AccountId>>::committee(ChainTag::Main, Committee::epoch()).unwrap();
		assert!(seats.iter().any(|seat| seat.node == Some(node)));
		assert_eq!(chain.committee().len(), usize::from(SEATS));
	});
}

#[test]
fn members_gain_reputation_by_their_votes() {
	Chain::run(4, |chain| {
		let reputation = |number| <Stake as Nodes<AccountId>>::reputation(&account(number));
		assert_eq!(reputation(0), Reputation::START);
		chain.until_epoch(1);
		// The first block of the next epoch contains the last certificate of the ended one.
		chain.block_with(|| ());
		assert!((0..SEATS).all(|number| reputation(number) > Reputation::START));
	});
}

#[test]
fn seats_rotate_among_nodes() {
	Chain::run(8, |chain| {
		let mut served = std::collections::BTreeSet::from_iter(chain.committee());
		for epoch in 1..=ENOUGH {
			chain.until_epoch(epoch);
			assert_eq!(chain.committee().len(), usize::from(SEATS));
			served.extend(chain.committee());
		}
		assert!(served.len() > usize::from(SEATS) + 1, "{served:?}");
	});
}

#[test]
fn a_member_leaves_its_seat_and_gets_its_deposit_back() {
	Chain::run(8, |chain| {
		let node: AccountId = account(0);
		chain.block_with(|| {
			assert_ok!(Stake::leave(RuntimeOrigin::signed(node)));
		});
		chain.until_epoch(ENOUGH);
		assert!(!chain.committee().contains(&0));
		assert_eq!(Balances::free_balance(node), ENDOWMENT - DEPOSIT);
		chain.block_with(|| {
			assert_ok!(Stake::withdraw_deposit(RuntimeOrigin::signed(node)));
		});
		assert_eq!(Balances::free_balance(node), ENDOWMENT);
		assert!(<Stake as Nodes<AccountId>>::is_removed(&node, ENOUGH));
	});
}

#[test]
fn a_proof_for_another_account_is_refused() {
	Chain::run(4, |chain| {
		chain.block_with(|| {
			let wrong = pallet_comprehensive_stake::Error::<Runtime>::WrongProof;
			assert_noop!(register_with(7, 8, DEPOSIT), wrong);
			assert_ok!(register_with(7, 7, DEPOSIT));
		});
	});
}
