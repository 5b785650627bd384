//! One ledger: who comes, who goes, when, and what becomes of it if too few want to.

use crate::{mock::*, *};
use frame_support::assert_ok;
use tp_core::{Balance, ChainTag::Main};
use tp_pbft::Committee;
use tp_stake::{NodeKeys, Power, Reputation};

#[test]
fn the_drawn_know_an_epoch_ahead() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		// At the end of epoch 0 the committee of epoch 2 is decided, not that of epoch 1.
		let events = network.epoch(4..8);
		assert_eq!(nodes_of(Main, 1), [0, 1, 2, 3]);
		let drawn = nodes_of(Main, 2);
		assert_eq!(newcomers(&[0, 1, 2, 3], &drawn), 1);
		assert_eq!(events, [Event::Drawn { chain: Main, epoch: 2, incoming: 1, outgoing: 1 }]);

		let newcomer = *drawn.last().unwrap();
		let assignments = ShardAssignment::assignments(&account(newcomer));
		assert_eq!(assignments, [tp_stake::Assignment { chain: Main, epoch: 2 }]);
		assert_eq!(known(newcomer).seats.iter().copied().collect::<Vec<_>>(), [2]);
		assert_eq!(network.members, (0..4).map(member).collect::<Vec<_>>());
		network.epoch(4..8);
		let keys: Vec<_> = drawn.iter().map(|at| keys(*at).pbft).collect();
		assert_eq!(network.members.iter().map(|member| member.key.clone()).collect::<Vec<_>>(), keys);
		assert_eq!(Committees::<Test>::get(Main, 2).unwrap()[3].since, 2);
	});
}

#[test]
fn each_epoch_a_quarter_changes_and_a_quorum_stays() {
	for n in [1u16, 2, 3, 4, 5, 7, 8, 13, 16] {
		on_network(&[(Main, n.into())], n, 3 * n, |network| {
			for epoch in 0..12 {
				network.epoch(0..3 * n);
				let (before, after) = (nodes_of(Main, epoch + 1), nodes_of(Main, epoch + 2));
				assert_eq!(after.len(), usize::from(n));
				assert_eq!(newcomers(&before, &after), usize::from((n / 4).max(1)), "of {n}");
				let committee = Committee { epoch, members: network.members.clone(), seed: [0; 32] };
				let staying = before.iter().filter(|node| after.contains(node)).count();
				assert!(staying >= committee.quorum() || n < 4, "{staying} of {n} stay");
			}
		});
	}
}

#[test]
fn the_longest_serving_make_room_and_rest() {
	on_network(&[(Main, 4)], 4, 16, |network| {
		for epoch in 0..30 {
			let tickets: Vec<u16> = (0..16).collect();
			network.epoch(tickets);
			let before = Committees::<Test>::get(Main, epoch + 1).unwrap();
			let after = nodes_of(Main, epoch + 2);
			let gone: Vec<_> =
				before.iter().filter(|seat| !after.contains(&number(seat.node.as_ref().unwrap()))).collect();
			assert_eq!(gone.len(), 1);
			assert!(before.iter().all(|seat| gone[0].since <= seat.since), "epoch {epoch}");
		}
	});
}

#[test]
fn with_too_few_candidates_the_old_stay_until_there_are_some() {
	on_network(&[(Main, 8)], 8, 12, |network| {
		let too_few = |epoch, found| Event::TooFewCandidates { chain: Main, epoch, wanted: 2, found };
		assert_eq!(
			network.epoch([]),
			[Event::Drawn { chain: Main, epoch: 2, incoming: 0, outgoing: 0 }, too_few(2, 0)]
		);
		assert_eq!(nodes_of(Main, 2), (0..8).collect::<Vec<_>>());
		assert_eq!(
			network.epoch([8]),
			[Event::Drawn { chain: Main, epoch: 3, incoming: 1, outgoing: 1 }, too_few(3, 1)]
		);
		assert!(nodes_of(Main, 3).contains(&8));
		// Candidates come back: nobody has to do anything.
		let events = network.epoch(9..12);
		assert_eq!(events, [Event::Drawn { chain: Main, epoch: 4, incoming: 2, outgoing: 2 }]);
	});
}

#[test]
fn a_ticket_counts_only_if_its_node_may_still_stand() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		hand_in([5, 6, 7]);
		with(5, |known| known.leaves = true);
		with(6, |known| known.removed = true);
		with(7, |known| known.reputation = Reputation::MIN);
		let (events, _) = network.end_epoch();
		assert!(events.contains(&Event::TooFewCandidates { chain: Main, epoch: 2, wanted: 1, found: 0 }));
	});
}

#[test]
fn the_removed_lose_their_seats_at_once() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(2, |known| known.removed = true);
		let events = network.epoch([5]);
		assert_eq!(events[0], Event::SeatLost { chain: Main, epoch: 1, node: account(2) });
		assert_eq!(nodes_of(Main, 1), [0, 1, 3]);
		assert_eq!(network.members, [0, 1, 3].map(member));
		// The one candidate takes the free seat: nobody else has to go.
		assert_eq!(nodes_of(Main, 2), [0, 1, 3, 5]);

		// Somebody who was drawn, and removed before it served.
		with(5, |known| known.removed = true);
		network.epoch([]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 3]);
		assert_eq!(nodes_of(Main, 3), [0, 1, 3]);
	});
}

#[test]
fn never_are_all_removed() {
	on_network(&[(Main, 3)], 3, 5, |network| {
		for node in 0..3 {
			with(node, |known| known.removed = true);
		}
		let events = network.epoch([]);
		assert!(!events.iter().any(|event| matches!(event, Event::SeatLost { .. })));
		assert_eq!(nodes_of(Main, 1), [0, 1, 2]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 2]);
		// Once there is somebody, they go.
		network.epoch([3]);
		assert_eq!((nodes_of(Main, 2), nodes_of(Main, 3)), (vec![0, 1, 2], vec![3]));
		with(3, |known| known.removed = true);
		network.epoch([4]);
		assert_eq!((nodes_of(Main, 3), nodes_of(Main, 4)), (vec![3], vec![4]));
	});
}

#[test]
fn a_leaver_goes_when_somebody_comes() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(3, |known| known.leaves = true);
		network.epoch([]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 2, 3], "nobody came");
		network.epoch([6]);
		assert_eq!(nodes_of(Main, 3), [0, 1, 2, 6], "the leaver went before those whose turn it was");
		assert_eq!(nodes_of(Main, 2), [0, 1, 2, 3], "not before the other has synced");
	});
}

#[test]
fn seats_grow_and_shrink() {
	on_network(&[(Main, 4)], 4, 30, |network| {
		assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), Main, 12));
		network.epoch(4..30);
		let grown = nodes_of(Main, 2);
		assert_eq!((grown.len(), newcomers(&[0, 1, 2, 3], &grown)), (12, 9), "eight free seats and one in rotation");
		assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), Main, 5));
		network.epoch([]);
		let shrunk = Committees::<Test>::get(Main, 3).unwrap();
		assert_eq!(shrunk.len(), 5);
		assert!(shrunk.iter().all(|seat| seat.since == 2), "those who had served longest went");
	});
}

#[test]
fn weights_are_stakes_and_are_kept_up_to_date() {
	on_network(&[(Main, 2)], 2, 4, |network| {
		with(0, |known| known.assets = 7);
		with(1, |known| known.reputation = Reputation::from_ten_thousandths(5_000));
		with(2, |known| known.power = Power::MIN);
		network.epoch([2]);
		let weights = |epoch| {
			let seats = Committees::<Test>::get(Main, epoch).unwrap();
			seats.iter().map(|seat| (number(seat.node.as_ref().unwrap()), seat.member.weight)).collect::<Vec<_>>()
		};
		assert_eq!(weights(1), [(0, 1), (1, 1)], "as named by the genesis");
		let assets = u64::try_from(ASSETS).unwrap();
		let (stayed, came) = (weights(2)[0], weights(2)[1]);
		assert!(stayed == (0, 10) || stayed == (1, assets * 3 / 4), "{stayed:?}");
		assert_eq!(came, (2, assets / 2));
		with(stayed.0, |known| known.assets = 0);
		network.epoch([]);
		assert_eq!(weights(3)[0], (stayed.0, 1), "at least one");
	});
}

#[test]
fn assets_above_the_cap_count_for_nothing() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(5, |known| known.assets = 1_000 * ASSETS);
		network.epoch([5]);
		let seats = Committees::<Test>::get(Main, 2).unwrap();
		let weight = |at: u16| seats.iter().find(|seat| seat.node == Some(account(at))).unwrap().member.weight;
		// Those who sit have 4, the candidate 1,000: two of these 1,004 shared by four seats.
		assert_eq!(u128::from(weight(5)), 502 * ASSETS * 3 / 2);
	});
}

#[test]
fn only_twice_as_many_as_there_are_seats_are_candidates() {
	// Two seats, hence four candidates: the four with the most, of ten.
	for luck in 0..20 {
		Luck::set(luck);
		on_network(&[(Main, 2)], 2, 12, |network| {
			for node in 2..12 {
				with(node, |known| known.assets = ASSETS + Balance::from(node));
			}
			network.epoch(2..12);
			assert!(nodes_of(Main, 2)[1] >= 8);
		});
	}
	Luck::set(0);
}

#[test]
fn who_stays_gets_its_new_keys_once_they_count() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		let new = NodeKeys { pbft: keys(100).pbft, vrf: keys(101).vrf };
		network.epoch([]);
		// Changed in epoch 1: they count in epoch 3.
		with(3, |known| (known.keys, known.keys_from) = (new.clone(), 3));
		network.epoch([]);
		let member = |epoch| Committees::<Test>::get(Main, epoch).unwrap()[3].member.clone();
		assert_eq!((member(2).key, member(2).vrf), (keys(3).pbft, keys(3).vrf));
		assert_eq!((member(3).key, member(3).vrf), (new.pbft, new.vrf));
		network.epoch([]);
		assert_eq!(network.members[3], member(3));
	});
}

#[test]
fn the_same_tickets_and_stakes_give_the_same_committees() {
	let run = |luck, order: &[u16]| {
		Luck::set(luck);
		on_network(&[(Main, 5), (shard(0, 0), 4), (shard(0, 1), 4)], 5, 20, |network| {
			for _ in 0..6 {
				network.epoch(order.iter().copied());
			}
			sp_io::storage::root(sp_runtime::StateVersion::V1)
		})
	};
	let forth: Vec<u16> = (0..20).collect();
	let back: Vec<u16> = (0..20).rev().collect();
	let root = run(1, &forth);
	assert_eq!(root, run(1, &forth));
	assert_eq!(root, run(1, &back), "the order of tickets plays no part");
	assert_ne!(root, run(2, &forth));
	Luck::set(0);
}

#[test]
fn a_committee_of_one_hands_over() {
	on_network(&[(Main, 1)], 1, 2, |network| {
		network.run_to(4, 0..2);
		let first: Vec<_> = (1..=5).map(|epoch| nodes_of(Main, epoch)).collect();
		assert_eq!(first[..3], [vec![0], vec![1], vec![0]]);
		assert!(ShardAssignment::open_tickets(&account(nodes_of(Main, 5)[0])).is_empty());
	});
}
