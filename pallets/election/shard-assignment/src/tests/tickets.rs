//! A ticket is accepted once, from the node that drew it, in its epoch and for its role.

use super::*;
use crate::types::length;
use codec::DecodeAll;
use frame_support::assert_noop;
use sp_runtime::DispatchError::BadOrigin;
use tp_stake::{NodeKeys, Reputation};

/// Runs a test on a main chain of 4 seats with the first 4 nodes, without shards, and 4 more nodes.
fn on_main(test: impl FnOnce(&mut Network)) {
	on_network(&[(ChainTag::Main, 4)], 4, 8, test);
}

#[test]
fn a_ticket_is_held_with_its_number_and_its_nodes_stake() {
	on_main(|_| {
		let ticket = ticket(5, Role::Router);
		assert_ok!(submit(ticket.clone()));
		let draw = tp_sortition::draw_of(&ticket.vrf);
		// The factors are the maximum of reputation and of power: 1 × 1.5.
		let held = HeldTicket { node: account(5), draw, stake: ASSETS * 3 / 2 };
		assert_eq!(Tickets::<Test>::get(Role::Router).to_vec(), [held]);
	});
}

#[test]
fn each_refusal_has_its_error_and_changes_nothing() {
	on_main(|network| {
		network.end_epoch();
		let now = ManualClock::randomness();
		let drawn = |node, role| ticket_by(node, node, 1, role, &now);

		for epoch in [0, 2] {
			assert_noop!(submit(ticket_by(5, 5, epoch, Role::Router, &now)), Error::<Test>::WrongEpoch);
		}
		for role in [Role::Edge, Role::Archive] {
			assert_noop!(submit(drawn(5, role)), Error::<Test>::RoleNotDrawn);
		}
		assert_noop!(submit(drawn(5, Role::Validator)), Error::<Test>::NoLedgerOfRole);
		assert_noop!(submit(drawn(0, Role::Router)), Error::<Test>::AlreadySeated);
		assert_noop!(submit(drawn(8, Role::Router)), Error::<Test>::KeysDoNotCount);
		with(5, |known| known.keys_from = 2);
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::KeysDoNotCount);
		with(5, |known| known.keys_from = 1);
		with(5, |known| known.leaves = true);
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::MayNotStand);
		with(5, |known| known.leaves = false);
		with(5, |known| known.reputation = Reputation::MIN);
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::MayNotStand);
		with(5, |known| known.reputation = Reputation::START);

		assert_ok!(submit(drawn(5, Role::Router)));
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::AlreadySubmitted);
	});
}

#[test]
fn a_ticket_is_valid_for_its_nodes_key_epoch_and_role_alone() {
	let good = |node| ticket(node, Role::Router);
	on_main(|network| {
		let before = ManualClock::randomness();
		let of_another_role = Ticket { role: Role::Router, ..ticket(5, Role::Validator) };
		let of_another_node = Ticket { node: account(5), ..good(6) };
		let by_another_key = ticket_by(6, 5, 0, Role::Router, &before);
		let forged = {
			let mut bytes = good(5).encode();
			*bytes.last_mut().unwrap() ^= 1;
			Ticket::decode_all(&mut &bytes[..]).ok()
		};
		let bad = [of_another_role, of_another_node, by_another_key].into_iter().chain(forged);
		for ticket in bad {
			assert_noop!(submit(ticket), Error::<Test>::BadTicket);
		}
		assert_ok!(submit(good(5)));

		// A ticket of an earlier epoch, or over earlier randomness, is refused.
		let old = good(6);
		network.end_epoch();
		assert_noop!(submit(old.clone()), Error::<Test>::WrongEpoch);
		assert_noop!(submit(Ticket { epoch: 1, ..old }), Error::<Test>::BadTicket);
		assert_noop!(submit(ticket_by(6, 6, 1, Role::Router, &before)), Error::<Test>::BadTicket);
		assert_ok!(submit(good(6)));
	});
}

#[test]
fn new_keys_draw_once_they_are_valid() {
	on_main(|_| {
		with(5, |known| known.keys = NodeKeys { pbft: keys(5).pbft, vrf: keys(20).vrf });
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::BadTicket);
		assert_ok!(submit(ticket_by(20, 5, 0, Role::Router, &ManualClock::randomness())));
	});
}

#[test]
fn signed_tickets_are_refused() {
	on_main(|_| {
		for origin in [RuntimeOrigin::signed(account(5)), RuntimeOrigin::root()] {
			assert_noop!(ShardAssignment::submit_ticket(origin, ticket(5, Role::Router)), BadOrigin);
		}
	});
}

#[test]
fn open_tickets_are_the_ones_that_are_accepted() {
	let ledgers = [(ChainTag::Main, 4), (shard(0, 0), 2)];
	on_network(&ledgers, 4, 8, |network| {
		// Members of the main chain can be drawn for shards.
		assert_eq!(ShardAssignment::open_tickets(&account(0)), [Role::Validator]);
		assert_eq!(ShardAssignment::open_tickets(&account(5)), [Role::Router, Role::Validator]);
		assert_eq!(ShardAssignment::open_tickets(&account(8)), []);
		assert_ok!(submit(ticket(5, Role::Validator)));
		assert_eq!(ShardAssignment::open_tickets(&account(5)), [Role::Router]);
		with(5, |known| known.leaves = true);
		assert_eq!(ShardAssignment::open_tickets(&account(5)), []);
		with(6, |known| known.roles = tp_sortition::Roles::of(&[Role::Edge, Role::Router]));
		assert_eq!(ShardAssignment::open_tickets(&account(6)), [Role::Router]);
		with(6, |known| known.keys_from = 1);
		assert_eq!(ShardAssignment::open_tickets(&account(6)), []);
		network.end_epoch();
		assert_eq!(ShardAssignment::open_tickets(&account(6)), [Role::Router]);
		assert!(!Tickets::<Test>::contains_key(Role::Validator), "tickets are valid for one epoch");
	});
}

#[test]
fn the_lowest_stake_is_evicted_if_there_are_too_many_tickets() {
	on_main(|_| {
		let others = (0..MAX_TICKETS).map(|at| HeldTicket {
			node: AccountId::from(1_000 + at),
			draw: 0,
			stake: u128::from(2_000 - at),
		});
		let others: Vec<_> = others.collect();
		Tickets::<Test>::insert(Role::Router, HeldTickets::truncate_from(others.clone()));
		let lowest = others.last().unwrap();
		assert_eq!(lowest.stake, 977);

		// 651 × 1.5 = 976.5 is rounded down and is too low.
		with(5, |known| known.assets = 651);
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::TooManyTickets);
		with(5, |known| known.assets = 700);
		assert_ok!(submit(ticket(5, Role::Router)));
		let held = Tickets::<Test>::get(Role::Router);
		assert_eq!(held.len(), length(MAX_TICKETS));
		assert!(!held.contains(lowest) && held.contains(&others[1_022]));
		assert_eq!(
			held.iter().position(|ticket| ticket.node == account(5)),
			Some(951),
			"it comes after the ticket of the same stake"
		);
		with(6, |known| known.assets = ASSETS);
		assert_ok!(submit(ticket(6, Role::Router)));
		assert_eq!(Tickets::<Test>::get(Role::Router)[0].node, account(6));
	});
}
