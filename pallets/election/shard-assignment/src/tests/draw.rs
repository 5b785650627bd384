//! The draw of one ledger: newcomers, leaving members, timing, and too few candidates.

use super::*;
use sp_runtime::StateVersion;
use tp_pbft::Committee;
use tp_stake::{NodeKeys, Power, Reputation};

#[test]
fn drawn_nodes_know_their_seat_an_epoch_ahead() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		// The end of epoch 0 decides the committee of epoch 2, not that of epoch 1.
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
fn the_longest_serving_leave_and_pause() {
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
fn members_stay_while_there_are_too_few_candidates() {
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
		// The next draw fills the seats once there are candidates again.
		let events = network.epoch(9..12);
		assert_eq!(events, [Event::Drawn { chain: Main, epoch: 4, incoming: 2, outgoing: 2 }]);
	});
}

#[test]
fn a_ticket_counts_only_if_its_node_may_still_stand() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		submit_all([5, 6, 7]);
		with(5, |known| known.leaves = true);
		with(6, |known| known.removed = true);
		with(7, |known| known.reputation = Reputation::MIN);
		let (events, _) = network.end_epoch();
		assert!(events.contains(&Event::TooFewCandidates { chain: Main, epoch: 2, wanted: 1, found: 0 }));
	});
}

#[test]
fn removed_nodes_lose_their_seats_at_once() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(2, |known| known.removed = true);
		let events = network.epoch([5]);
		assert_eq!(events[0], Event::SeatLost { chain: Main, epoch: 1, node: account(2) });
		assert_eq!(nodes_of(Main, 1), [0, 1, 3]);
		assert_eq!(network.members, [0, 1, 3].map(member));
		// The one candidate takes the vacant seat, so no other member leaves.
		assert_eq!(nodes_of(Main, 2), [0, 1, 3, 5]);

		// A node is drawn, and removed before it serves.
		with(5, |known| known.removed = true);
		network.epoch([]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 3]);
		assert_eq!(nodes_of(Main, 3), [0, 1, 3]);
	});
}

#[test]
fn a_committee_is_never_removed_as_a_whole() {
	on_network(&[(Main, 3)], 3, 5, |network| {
		for node in 0..3 {
			with(node, |known| known.removed = true);
		}
		let events = network.epoch([]);
		assert!(!events.iter().any(|event| matches!(event, Event::SeatLost { .. })));
		assert_eq!(nodes_of(Main, 1), [0, 1, 2]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 2]);
		// They leave once there is a candidate.
		network.epoch([3]);
		assert_eq!((nodes_of(Main, 2), nodes_of(Main, 3)), (vec![0, 1, 2], vec![3]));
		with(3, |known| known.removed = true);
		network.epoch([4]);
		assert_eq!((nodes_of(Main, 3), nodes_of(Main, 4)), (vec![3], vec![4]));
	});
}

#[test]
fn a_leaving_node_goes_when_a_newcomer_comes() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(3, |known| known.leaves = true);
		network.epoch([]);
		assert_eq!(nodes_of(Main, 2), [0, 1, 2, 3], "there is no candidate");
		network.epoch([6]);
		assert_eq!(nodes_of(Main, 3), [0, 1, 2, 6], "a leaving node goes before the longest-serving");
		assert_eq!(nodes_of(Main, 2), [0, 1, 2, 3], "the newcomer has time to synchronize");
	});
}

#[test]
fn a_committee_grows_at_once_and_shrinks_by_a_quarter_an_epoch() {
	on_network(&[(Main, 4)], 4, 30, |network| {
		assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), Main, 12));
		network.epoch(4..30);
		let grown = nodes_of(Main, 2);
		assert_eq!((grown.len(), newcomers(&[0, 1, 2, 3], &grown)), (12, 9), "eight vacant seats and one in rotation");
		assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), Main, 5));
		let sizes: Vec<_> = (3..8)
			.map(|epoch| {
				network.epoch([]);
				nodes_of(Main, epoch).len()
			})
			.collect();
		assert_eq!(sizes, [9, 7, 6, 5, 5]);
		let shrunk = Committees::<Test>::get(Main, 6).unwrap();
		assert!(shrunk.iter().all(|seat| seat.since == 2), "the longest-serving members left");
	});
}

#[test]
fn an_absent_member_leaves_when_a_newcomer_comes() {
	on_network(&[(Main, 8)], 8, 12, |network| {
		(0..3).for_each(|node| with(node, Registered::cut_off));
		network.epoch([]);
		assert_eq!((nodes_of(Main, 1).len(), nodes_of(Main, 2).len()), (8, 8), "there is no candidate");
		network.epoch(8..12);
		let after = nodes_of(Main, 3);
		assert_eq!(after.len(), 8);
		assert_eq!(after.iter().filter(|node| **node < 3).count(), 1, "two of eight change, absent ones first");
	});
}

#[test]
fn weights_are_stakes_and_are_updated_at_each_draw() {
	on_network(&[(Main, 2)], 2, 4, |network| {
		with(0, |known| known.assets = 7);
		with(1, |known| known.reputation = Reputation::from_ten_thousandths(5_000));
		with(2, |known| known.power = Power::MIN);
		network.epoch([2]);
		let weights = |epoch| {
			let seats = Committees::<Test>::get(Main, epoch).unwrap();
			seats.iter().map(|seat| (number(seat.node.as_ref().unwrap()), seat.member.weight)).collect::<Vec<_>>()
		};
		assert_eq!(weights(1), [(0, 1), (1, 1)], "as the genesis names them");
		let assets = u64::try_from(ASSETS).unwrap();
		let (stayed, came) = (weights(2)[0], weights(2)[1]);
		// No draw gave the members of the genesis their seats, so they have the least power.
		assert!(stayed == (0, 5) || stayed == (1, assets * 2 / 5), "{stayed:?}");
		assert_eq!(came, (2, assets * 4 / 5));
		with(stayed.0, |known| known.assets = 0);
		network.epoch([]);
		assert_eq!(weights(3)[0], (stayed.0, 1), "at least one");
	});
}

/// Members do not reveal, so nothing that a node proves or stops to prove later changes the power with which it was drawn.
#[test]
fn a_member_keeps_the_power_of_the_draw_that_gave_it_its_seat() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		let weight = |epoch| {
			let seats = Committees::<Test>::get(Main, epoch).unwrap();
			seats.iter().find(|seat| seat.node == Some(account(5))).map(|seat| u128::from(seat.member.weight))
		};
		let power = || ShardAssignment::power_of_member(Main, &account(5));
		network.epoch([5]);
		assert_eq!((weight(2), power()), (Some(ASSETS * 6 / 5), Power::MAX.ten_thousandths()));
		with(5, |known| known.power = Power::MIN);
		network.epoch([]);
		assert_eq!((weight(3), power()), (Some(ASSETS * 6 / 5), Power::MAX.ten_thousandths()));
		with(5, |known| known.assets = 2 * ASSETS);
		network.epoch([]);
		assert_eq!(weight(4), Some(2 * ASSETS * 6 / 5), "its assets count as they are");
		// It loses the seat with it, and is drawn with what it proves then.
		with(5, |known| known.removed = true);
		network.epoch([]);
		assert_eq!((weight(5), power()), (None, Power::MIN.ten_thousandths()));
	});
}

/// Candidates are known when tickets are closed, and as long as they are not weighed.
#[test]
fn the_candidates_are_known_once_tickets_are_closed() {
	on_network(&[(Main, 4)], 4, 8, |_| {
		submit_all([5, 6]);
		let is_candidate = |at| <ShardAssignment as tp_stake::Candidates<_>>::is_candidate(&account(at));
		assert_eq!(is_candidate(5), None, "the list can change");
		LastHeight::set(Some(ManualClock::epoch_start() + EPOCH_LENGTH - 1));
		assert_eq!([4, 5, 6, 7].map(is_candidate), [Some(false), Some(true), Some(true), Some(false)]);
		LastHeight::set(None);
	});
}

#[test]
fn assets_above_the_cap_count_for_nothing() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		with(5, |known| known.assets = 1_000 * ASSETS);
		network.epoch([5]);
		let seats = Committees::<Test>::get(Main, 2).unwrap();
		let weight = |at: u16| seats.iter().find(|seat| seat.node == Some(account(at))).unwrap().member.weight;
		// The other nodes have 7 and the candidate 1,000. The cap is twice 1,007 divided by four seats.
		assert_eq!(u128::from(weight(5)), 1_007 * ASSETS / 2 * 6 / 5);
	});
}

#[test]
fn a_staying_member_gets_its_new_keys_once_they_are_valid() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		let new = NodeKeys { pbft: keys(100).pbft, vrf: keys(101).vrf };
		network.epoch([]);
		// The keys change in epoch 1 and are valid from epoch 3 on.
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
	let run = |salt, order: &[u16]| {
		on_network(&[(Main, 5), (shard(0, 0), 4), (shard(0, 1), 4)], 5, 20, |network| {
			RandomnessSalt::set(salt);
			for _ in 0..6 {
				network.epoch(order.iter().copied());
			}
			sp_io::storage::root(StateVersion::V1)
		})
	};
	let forth: Vec<u16> = (0..20).collect();
	let back: Vec<u16> = (0..20).rev().collect();
	let root = run(1, &forth);
	assert_eq!(root, run(1, &forth));
	assert_eq!(root, run(1, &back), "the order of tickets does not matter");
	assert_ne!(root, run(2, &forth));
}

#[test]
fn a_committee_of_one_rotates() {
	on_network(&[(Main, 1)], 1, 2, |network| {
		network.run_to(4, 0..2);
		let first: Vec<_> = (1..=5).map(|epoch| nodes_of(Main, epoch)).collect();
		assert_eq!(first[..3], [vec![0], vec![1], vec![0]]);
		assert!(open_roles(nodes_of(Main, 5)[0]).is_empty());
	});
}
