//! A ticket is taken once, from the node that drew it, in the epoch and for the role it is for.

use crate::{mock::*, types::length, *};
use frame_support::{assert_noop, assert_ok};
use sp_core::Encode;
use sp_runtime::DispatchError::BadOrigin;
use tp_core::ChainTag;
use tp_sortition::{Role, Ticket};
use tp_stake::{EpochClock, NodeKeys, Reputation};

/// A main chain of 4 seats with the first 4 nodes, without shards, and 4 more nodes.
fn on_main(test: impl FnOnce(&mut Network)) {
	on_network(&[(ChainTag::Main, 4)], 4, 8, test);
}

#[test]
fn ticket_is_held_with_its_number_and_its_nodes_stake() {
	on_main(|_| {
		let ticket = ticket(5, Role::Router);
		assert_ok!(submit(ticket.clone()));
		let draw = tp_sortition::draw_of(&ticket.vrf);
		// All assets at the best reputation and the most power: 1 × 1.5.
		let held = HeldTicket { node: account(5), draw, stake: ASSETS * 3 / 2 };
		assert_eq!(Tickets::<Test>::get(Role::Router).to_vec(), [held]);
	});
}

#[test]
fn each_refusal_has_its_name_and_changes_nothing() {
	on_main(|network| {
		network.end_epoch();
		let now = Clock::randomness();
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
fn only_the_nodes_key_draws_and_only_over_this_epoch_and_role() {
	let good = |node| ticket(node, Role::Router);
	on_main(|network| {
		let before = Clock::randomness();
		let of_another_role = Ticket { role: Role::Router, ..ticket(5, Role::Validator) };
		let of_another_node = Ticket { node: account(5), ..good(6) };
		let by_another_key = ticket_by(6, 5, 0, Role::Router, &before);
		let forged = {
			let mut bytes = good(5).encode();
			*bytes.last_mut().unwrap() ^= 1;
			codec::DecodeAll::decode_all(&mut &bytes[..]).ok()
		};
		let bad = [of_another_role, of_another_node, by_another_key].into_iter().chain(forged);
		for ticket in bad {
			assert_noop!(submit(ticket), Error::<Test>::BadTicket);
		}
		assert_ok!(submit(good(5)));

		// The same number cannot be shown again, nor one over older randomness.
		let old = good(6);
		network.end_epoch();
		assert_noop!(submit(old.clone()), Error::<Test>::WrongEpoch);
		assert_noop!(submit(Ticket { epoch: 1, ..old }), Error::<Test>::BadTicket);
		assert_noop!(submit(ticket_by(6, 6, 1, Role::Router, &before)), Error::<Test>::BadTicket);
		assert_ok!(submit(good(6)));
	});
}

#[test]
fn new_keys_draw_once_they_count() {
	on_main(|_| {
		with(5, |known| known.keys = NodeKeys { pbft: keys(5).pbft, vrf: keys(20).vrf });
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::BadTicket);
		assert_ok!(submit(ticket_by(20, 5, 0, Role::Router, &Clock::randomness())));
	});
}

#[test]
fn nobody_signs_a_ticket() {
	on_main(|_| {
		for origin in [RuntimeOrigin::signed(account(5)), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(ShardAssignment::submit_ticket(origin, ticket(5, Role::Router)), BadOrigin);
		}
	});
}

#[test]
fn open_tickets_are_those_that_are_taken() {
	let ledgers = [(ChainTag::Main, 4), (shard(0, 0), 2)];
	on_network(&ledgers, 4, 8, |network| {
		// Members of the main chain may still be drawn for shards.
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
		assert!(!Tickets::<Test>::contains_key(Role::Validator), "tickets are of one epoch");
	});
}

#[test]
fn the_least_stake_gives_way_when_there_are_too_many_tickets() {
	on_main(|_| {
		let others = (0..MAX_TICKETS).map(|at| HeldTicket {
			node: tp_core::AccountId::new(("other", at).using_encoded(sp_io::hashing::blake2_256)),
			draw: 0,
			stake: u128::from(2_000 - at),
		});
		let others: Vec<_> = others.collect();
		Tickets::<Test>::insert(Role::Router, HeldTickets::truncate_from(others.clone()));
		let least = others.last().unwrap();
		assert_eq!(least.stake, 977);

		// 651 × 1.5 = 976.5, rounded down: not enough.
		with(5, |known| known.assets = 651);
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::TooManyTickets);
		with(5, |known| known.assets = 700);
		assert_ok!(submit(ticket(5, Role::Router)));
		let held = Tickets::<Test>::get(Role::Router);
		assert_eq!(held.len(), length(MAX_TICKETS));
		assert!(!held.contains(least) && held.contains(&others[1_022]));
		assert_eq!(held.iter().position(|ticket| ticket.node == account(5)), Some(951), "behind the one of its stake");
		with(6, |known| known.assets = ASSETS);
		assert_ok!(submit(ticket(6, Role::Router)));
		assert_eq!(Tickets::<Test>::get(Role::Router)[0].node, account(6));
	});
}
