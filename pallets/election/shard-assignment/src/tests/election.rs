//! The end of an epoch as `pallet-committee` sees it: members named by root, wrong records, history, headers.

use super::*;
use tp_pbft::NodeAddresses;
use tp_stake::{seats_hash, AssignmentLog, Nodes};

fn committee(epoch: Epoch) -> Vec<Seat> {
	Committees::<Test>::get(Main, epoch).unwrap_or_default().into_inner()
}

#[test]
fn members_named_by_root_vote_and_the_draw_continues_from_them() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.epoch(0..10);
		network.run_to(2, 0..0);
		let stayed = nodes_of(Main, 2)[0];
		// Root names a member, a registered node, and an unregistered one.
		let named = vec![member(stayed), member(11), member(50)];
		network.named = Some(named.clone());
		network.epoch([]);
		assert_eq!(network.members, named);
		let seats = committee(3);
		let nodes: Vec<_> = seats.iter().map(|seat| seat.node).collect();
		assert_eq!(nodes, [Some(account(stayed)), Some(account(11)), None]);
		assert_eq!((seats[0].since < 3, seats[1].since, seats[2].since), (true, 3, 3));
		assert!(known(11).seats.contains(&3) && known(11).seats.contains(&4));
		// The draw for epoch 4 has no candidates, so all three stay, including the unregistered one.
		assert_eq!(committee(4).iter().map(|seat| seat.node).collect::<Vec<_>>(), nodes);

		// The unregistered member leaves first. Then the seats fill up to four.
		network.epoch([9]);
		assert_eq!(committee(5).len(), 4);
		network.epoch([8]);
		assert!(committee(6).iter().all(|seat| seat.node.is_some()), "{:?}", committee(6));
	});
}

#[test]
fn a_zone_member_named_by_root_leaves_the_zone() {
	on_network(&[(Main, 4), (Zone(0), 4)], 4, 16, |network| {
		network.run_to(4, 0..16);
		// The newest member would leave last by rotation.
		let newest = *nodes_of(Zone(0), 5).last().unwrap();
		let named: Vec<u16> = nodes_of(Main, 5).into_iter().chain([newest]).collect();
		network.named = Some(named.iter().map(|at| member(*at)).collect());
		network.epoch([]);
		assert_eq!(nodes_of(Main, 5), named);
		let sits = |epoch| nodes_of(Zone(0), epoch).contains(&newest);
		assert!(sits(5) && sits(6), "there is no candidate for its seat in the zone");
		network.epoch(0..16);
		assert!(!sits(7) && nodes_of(Zone(0), 7).len() == 4);
	});
}

#[test]
fn a_node_named_by_root_is_not_drawn_with_its_ticket() {
	on_network(&[(Main, 1), (Zone(0), 1)], 1, 4, |network| {
		submit_all([3]);
		network.named = Some(vec![member(3)]);
		network.end_epoch();
		assert_eq!((nodes_of(Main, 1), nodes_of(Main, 2)), (vec![3], vec![3]));
		assert!(nodes_of(Zone(0), 2).is_empty());
	});
}

#[test]
fn records_that_differ_are_replaced() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.epoch(0..10);
		// The ledger votes with other members than recorded.
		network.members = [0, 1, 7, 60].map(member).to_vec();
		network.end_epoch();
		let nodes = |epoch| committee(epoch).into_iter().map(|seat| seat.node.as_ref().map(number)).collect::<Vec<_>>();
		assert_eq!(nodes(1), [Some(0), Some(1), Some(7), None]);
		assert_eq!(nodes(2), nodes(1));
		assert_eq!(network.members, [0, 1, 7, 60].map(member));
		let since: Vec<_> = committee(2).iter().map(|seat| seat.since).collect();
		assert_eq!(since, [0, 0, 1, 1]);
		assert!(known(7).seats.is_superset(&[1, 2].into()));
	});
}

#[test]
fn the_present_committee_is_recorded_if_the_genesis_has_none() {
	on_network(&[(Main, 3)], 0, 6, |network| {
		network.members = (0..3).map(member).collect();
		network.epoch([5]);
		assert_eq!((nodes_of(Main, 0), nodes_of(Main, 1)), (vec![0, 1, 2], vec![0, 1, 2]));
		assert!(nodes_of(Main, 2).contains(&5));
	});
}

#[test]
fn an_unregistered_main_chain_keeps_its_members_until_root_names_others() {
	on_network(&[(shard(0, 0), 2)], 0, 6, |network| {
		network.members = (0..3).map(member).collect();
		network.epoch(0..6);
		assert_eq!(network.members, (0..3).map(member).collect::<Vec<_>>());
		network.named = Some(vec![member(5)]);
		network.epoch([]);
		assert_eq!(network.members, [member(5)]);
		assert_eq!(Committees::<Test>::iter_prefix(Main).count(), 0);
		assert_eq!(nodes_of(shard(0, 0), 2).len(), 2, "other ledgers are drawn");
	});
	on_network(&[], 0, 0, |network| {
		let present = [member(1)];
		assert_eq!(<ShardAssignment as Election>::next_committee(1, &present, None), present);
		pallet_testkit::CurrentEpoch::set(1);
		assert_eq!(Committees::<Test>::iter().count(), 0);
		network.members = present.to_vec();
	});
}

#[test]
fn history_is_bounded() {
	on_network(&[(Main, 4), (shard(0, 0), 2)], 4, 12, |network| {
		for epoch in 0..12 {
			network.epoch(0..12);
			let present: tp_pbft::Epoch = epoch + 1;
			for chain in [Main, shard(0, 0)] {
				let mut kept: Vec<_> = Committees::<Test>::iter_prefix(chain).map(|(epoch, _)| epoch).collect();
				kept.sort_unstable();
				let first = if chain == Main { 0 } else { 2 };
				let expected: Vec<_> = (present.saturating_sub(HISTORY).max(first)..=present + 1).collect();
				assert_eq!(kept, expected, "{chain:?} in epoch {present}");
			}
		}
	});
}

#[test]
fn headers_name_the_committees_that_come_into_force() {
	let ledgers = [(Main, 4), (Zone(3), 4), (shard(3, 0), 2)];
	on_network(&ledgers, 4, 20, |network| {
		submit_all(0..20);
		let (_, digest) = network.end_epoch();
		assert_eq!(AssignmentLog::find(&digest), None, "epoch 1 has no such committee");
		with(nodes_of(Zone(3), 2)[0], |known| known.removed = true);
		let (_, digest) = network.end_epoch();
		let hash = |chain| seats_hash(&Committees::<Test>::get(chain, 2).unwrap());
		let committees = vec![(Zone(3), hash(Zone(3))), (shard(3, 0), hash(shard(3, 0)))];
		assert_eq!(nodes_of(Zone(3), 2).len(), 3, "the removed node is not in it");
		assert_eq!(AssignmentLog::find(&digest), Some(AssignmentLog::NextCommittees { epoch: 2, committees }));
	});
	on_network(&[(Main, 4)], 4, 8, |network| {
		assert!(network.end_epoch().1.logs().is_empty(), "the main chain has its own digest");
	});
}

#[test]
fn the_announced_hash_is_the_hash_of_the_stored_value() {
	on_network(&[(Main, 4)], 4, 4, |_| {
		let key = Committees::<Test>::hashed_key_for(Main, 1);
		let value = frame_support::storage::unhashed::get_raw(&key).unwrap();
		assert_eq!(seats_hash(&committee(1)).0, sp_io::hashing::blake2_256(&value));
	});
}

#[test]
fn a_removed_main_chain_keeps_its_members() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.run_to(2, 0..12);
		assert_ok!(ShardAssignment::remove_ledger(RuntimeOrigin::root(), Main));
		let before = network.members.clone();
		network.run_to(4, 0..0);
		assert_eq!(network.members, before);
		assert_eq!(Committees::<Test>::iter_prefix(Main).map(|(epoch, _)| epoch).max(), Some(2));
	});
}

#[test]
fn the_next_committee_and_the_addresses_of_its_nodes_are_known_before_its_epoch() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.epoch(0..10);
		network.run_to(2, 0..10);
		let drawn = ShardAssignment::drawn(3).unwrap();
		let nodes: Vec<_> = drawn.iter().map(|member| number(&Registry::owner(&member.key).unwrap())).collect();
		assert_eq!(nodes, nodes_of(Main, 3));
		assert_eq!(ShardAssignment::drawn(5), None);

		let key = &drawn[0].key;
		assert_eq!(ShardAssignment::addresses(key), None);
		let record = NodeAddresses {
			identity: sp_core::ed25519::Public::from_raw([1; 32]),
			addresses: Default::default(),
			made_at: 7,
		};
		with(nodes[0], |node| node.addresses = Some(record.clone()));
		assert_eq!(ShardAssignment::addresses(key), Some(record));
		assert_eq!(ShardAssignment::addresses(&keys(100).pbft), None);
	});
}

#[test]
fn a_committee_is_in_force_when_its_epoch_begins_and_does_not_change_from_then_on() {
	use tp_stake::DrawnCommittees;
	let in_force = |chain, epoch| {
		let members = <ShardAssignment as DrawnCommittees>::in_force(chain, epoch);
		members.map(|members| members.into_iter().map(|member| member.key).collect::<Vec<_>>())
	};
	on_network(&[(Main, 4), (Zone(0), 4)], 4, 12, |network| {
		assert_eq!((in_force(Main, 0).map(|keys| keys.len()), in_force(Main, 1)), (Some(4), None));
		network.epoch(0..12);
		let decided = nodes_of(Zone(0), 2);
		assert_eq!(in_force(Zone(0), 2), None, "it is decided, and does not decide yet");
		// A member contradicts itself before the epoch begins.
		with(decided[0], |node| node.removed = true);
		network.epoch(0..12);
		assert_eq!(InForce::<Test>::get(), 2);
		let begun: Vec<_> = decided[1..].iter().map(|at| member(*at).key).collect();
		assert_eq!(in_force(Zone(0), 2), Some(begun.clone()));
		// Another one does after that.
		with(decided[1], |node| node.removed = true);
		network.run_to(2 + HISTORY, 0..12);
		assert_eq!(in_force(Zone(0), 2), Some(begun));
		network.epoch(0..12);
		assert_eq!(in_force(Zone(0), 2), None, "it is too old");
	});
}
