//! A ticket is accepted once, from the node that drew it, in its epoch and for its role.

use super::*;
use codec::DecodeAll;
use frame_support::assert_noop;
use sp_runtime::DispatchError::BadOrigin;
use tp_sortition::Key;
use tp_stake::{NodeKeys, Reputation};

/// Runs a test on a main chain of 4 seats with the first 4 nodes, without shards, and 4 more nodes.
fn on_main(test: impl FnOnce(&mut Network)) {
	on_network(&[(ChainTag::Main, 4)], 4, 8, test);
}

#[test]
fn a_ticket_makes_a_candidate_by_its_number_and_its_nodes_stake() {
	on_main(|_| {
		let ticket = ticket(5, Role::Router);
		assert_ok!(submit(ticket.clone()));
		let draw = tp_sortition::draw_of(&ticket.vrf);
		// The reputation is the maximum. Computing power is proved later, and counts in the deal.
		let held = Candidate { key: Key::new(draw, ASSETS).unwrap(), node: account(5) };
		assert_eq!(ShardAssignment::candidates(Role::Router), [held]);
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

		with(5, |known| known.assets = 0);
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::NoStake);
		with(5, |known| known.assets = ASSETS);

		assert_ok!(submit(drawn(5, Role::Router)));
		assert_noop!(submit(drawn(5, Role::Router)), Error::<Test>::AlreadySubmitted);
	});
}

#[test]
fn tickets_are_open_from_the_end_of_the_deal_until_they_close() {
	on_main(|network| {
		LastHeight::set(Some(EPOCH_LENGTH));
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::TicketsClosed);
		assert!(open_roles(5).is_empty());
		LastHeight::set(None);
		let next = ShardAssignment::next_committee(1, &network.members, None);
		pallet_testkit::CurrentEpoch::set(1);
		assert_noop!(submit(ticket(5, Role::Router)), Error::<Test>::DealPending);
		assert!(open_roles(5).is_empty());
		ShardAssignment::finish_deal();
		assert_ok!(submit(ticket(5, Role::Router)));
		network.members = next;
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
		assert_eq!(open_roles(0), [Role::Validator]);
		assert_eq!(open_roles(5), [Role::Router, Role::Validator]);
		assert_eq!(open_roles(8), []);
		assert_ok!(submit(ticket(5, Role::Validator)));
		assert_eq!(open_roles(5), [Role::Router]);
		with(5, |known| known.leaves = true);
		assert_eq!(open_roles(5), []);
		with(6, |known| known.roles = tp_sortition::Roles::of(&[Role::Edge, Role::Router]));
		assert_eq!(open_roles(6), [Role::Router]);
		with(6, |known| known.keys_from = 1);
		assert_eq!(open_roles(6), []);
		network.end_epoch();
		assert_eq!(open_roles(6), [Role::Router]);
		assert!(ShardAssignment::candidates(Role::Validator).is_empty(), "tickets are valid for one epoch");
	});
}

#[test]
fn the_smallest_keys_of_all_who_stand_are_the_candidates() {
	// One opening of four seats: 34 candidates. The order of tickets does not matter.
	let run = |order: Vec<u16>| {
		on_network(&[(ChainTag::Main, 4)], 4, 120, |_| {
			(4..120).for_each(|node| with(node, |known| known.assets = ASSETS * u128::from(1 + node % 7)));
			let (mut sent, mut refused) = (0, 0);
			for node in order {
				match submit(ticket(node, Role::Router)) {
					Ok(()) => sent += 1,
					Err(error) => {
						assert_eq!(error, Error::<Test>::NoCandidate.into());
						refused += 1;
					},
				}
			}
			let key = |node: u16| {
				let draw = tp_sortition::draw_of(&ticket(node, Role::Router).vrf);
				Candidate { key: Key::new(draw, known(node).assets).unwrap(), node: account(node) }
			};
			let mut all: Vec<_> = (4..120).map(key).collect();
			all.sort();
			let smallest: Vec<u16> = all[..34].iter().map(|candidate| number(&candidate.node)).collect();
			assert_eq!(listed(Role::Router), smallest);
			println!("{sent} tickets were accepted and {refused} refused for 34 candidates of 116 nodes");
			assert!(sent >= 34 && refused > 0);
			ShardAssignment::do_try_state().unwrap();
			smallest
		})
	};
	let forth = run((4..120).collect());
	assert_eq!(forth, run((4..120).rev().collect()));
}

#[test]
fn a_node_knows_whether_its_ticket_can_become_a_candidate() {
	on_network(&[(ChainTag::Main, 4)], 4, 200, |network| {
		let bound = |node: u16| ShardAssignment::open_tickets(&account(node))[0].bound;
		assert!(bound(4).is_none(), "nothing is known in the first epoch");
		submit_all(4..200);
		assert_eq!(listed(Role::Router).len(), 34);
		network.end_epoch();
		// About half as many again as there are candidates can win, and the others send nothing.
		let can_win = |node: &u16| {
			let draw = tp_sortition::draw_of(&ticket(*node, Role::Router).vrf);
			ShardAssignment::open_tickets(&account(*node)).first().is_some_and(|open| open.can_win(draw))
		};
		let able = (4..200).filter(can_win).count();
		println!("{able} of 196 nodes can become one of 34 candidates");
		assert!((35..80).contains(&able), "{able}");
		submit_all(4..200);
		assert_eq!(listed(Role::Router).len(), 34, "the list is full");
		// With the full list, its last key is the bound.
		let last = ShardAssignment::candidates(Role::Router).into_iter().max().unwrap();
		let outside = (4..200).find(|node| !open_roles(*node).is_empty()).unwrap();
		assert_eq!(bound(outside), Some(last.key));
		// More openings have more candidates.
		assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), ChainTag::Main, 14));
		assert_eq!(ShardAssignment::most_candidates(Role::Router), 54);
		assert!(bound(outside).unwrap() > last.key);
	});
}

#[test]
fn pages_fill_one_after_the_other() {
	on_network(&[(ChainTag::Main, 128)], 1, 1, |network| {
		assert_eq!(ShardAssignment::most_candidates(Role::Router), 2 * 128 + 32);
		let candidate = |at: u32| Candidate { key: Key::new((at * 7_919 % 1_000).into(), 5).unwrap(), node: at.into() };
		for at in 1_000..2_000 {
			if let Some(place) = ShardAssignment::place_of(Role::Router, &candidate(at)) {
				ShardAssignment::enlist(Role::Router, candidate(at), place);
			}
		}
		ShardAssignment::do_try_state().unwrap();
		let pages: Vec<_> = Summaries::<Test>::get(Role::Router).iter().map(|page| page.count).collect();
		assert_eq!(pages, [64, 64, 64, 64, 32]);
		let mut all: Vec<_> = (1_000..2_000).map(candidate).collect();
		all.sort();
		let mut held = ShardAssignment::candidates(Role::Router);
		held.sort();
		assert_eq!(held, all[..288]);
		// Candidates that are no nodes are dropped by the deal.
		network.end_epoch();
		assert_eq!((Ticketed::<Test>::iter().count(), CandidatePages::<Test>::iter().count()), (0, 0));
	});
}
