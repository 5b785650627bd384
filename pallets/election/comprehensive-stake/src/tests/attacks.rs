//! Attacks on votes and keys. Each test prints what the attacker gains, which `--nocapture` shows.

use super::ledger::*;
use crate::{mock::*, *};
use codec::Encode;
use frame_support::assert_ok;
use sp_core::{proof_of_possession::statement_of_ownership, Pair};
use sp_runtime::Perbill;
use tp_core::TOP;
use tp_pbft::PbftId;
use tp_sortition::Role;
use tp_stake::{NodeKeys, Punish};

/// A holder votes for a node that sits, moves the vote before the evidence, and withdraws it at the end.
#[test]
fn a_vote_that_moved_away_pays_for_the_epochs_in_which_it_counted() {
	with_nodes([1, 2], || {
		let id = vote_that_moved(1);
		Stake::slash(&account(1), 1, Perbill::from_percent(50), None).unwrap();
		pass_days(600);
		end_epochs(12);
		withdraw(10, id);
		let lost = ENDOWMENT - free(10);
		println!("a vote of 1,000 TOP for a node that contradicted itself lost {} TOP", lost / TOP);
		assert_eq!(lost, 500 * TOP);
	});
}

/// A node votes for itself with the longest lock, and leaves after its seats.
#[test]
fn a_lock_holds_when_the_node_leaves() {
	with_nodes([1], || {
		let id = vote(1, 1, 1_000 * TOP, 600);
		assert_ok!(Stake::leave(signed(1)));
		let start = Now::get();
		pass_days(3);
		end_epochs(5);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		let mut days = 3;
		while Stake::withdraw_vote(signed(1), id).is_err() {
			pass_days(1);
			days += 1;
		}
		println!("a lock of 600 days was over after {days}");
		assert_eq!(Now::get() - start, 600 * DAY_MS);
	});
}

/// A key of small order: every signature of this form is valid for every message, so each account can sign for the node.
#[test]
fn a_vote_key_that_every_account_can_sign_for_is_refused() {
	with_nodes([], || {
		let mut identity = [0u8; 32];
		identity[0] = 1;
		let pbft = PbftId::from(sp_core::ed25519::Public::from_raw(identity));
		let (_, vrf) = pairs(1);
		let forged = [&identity[..], &[0u8; 32]].concat();
		let proof = [forged, vrf.sign(&statement_of_ownership(&account(1).encode())).encode()].concat();
		let keys = NodeKeys { pbft, vrf: keys(1).vrf };
		let deposit = PARAMETERS.least_deposits.edge;
		let registered =
			Stake::register(signed(1), roles(&[Role::Edge]), keys, proof, network_id(1), deposit, DIVIDEND);
		println!("a vote key of small order: {registered:?}");
		assert!(registered.is_err());
	});
}

/// Withdraws a vote whose lock is over.
fn withdraw(holder: u8, id: VoteId) {
	assert_ok!(Stake::withdraw_vote(signed(holder), id));
}
