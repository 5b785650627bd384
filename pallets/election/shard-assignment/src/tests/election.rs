//! The end of an epoch as `pallet-committee` sees it: root's word, records that do not fit, history, headers.

use crate::{mock::*, *};
use frame_support::assert_ok;
use tp_core::ChainTag::{Main, Zone};
use tp_stake::{seats_hash, AssignmentLog, Election, Seat};

fn committee(epoch: u64) -> Vec<Seat> {
	Committees::<Test>::get(Main, epoch).unwrap_or_default().into_inner()
}

#[test]
fn whom_root_names_votes_and_the_draw_goes_on_from_there() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.epoch(0..10);
		network.run_to(2, 0..0);
		let stayed = nodes_of(Main, 2)[0];
		// One who sits, one registered node, and one whom nobody knows.
		let named = vec![member(stayed), member(11), member(50)];
		network.named = Some(named.clone());
		network.epoch([]);
		assert_eq!(network.members, named);
		let seats = committee(3);
		let nodes: Vec<_> = seats.iter().map(|seat| seat.node.clone()).collect();
		assert_eq!(nodes, [Some(account(stayed)), Some(account(11)), None]);
		assert_eq!((seats[0].since < 3, seats[1].since, seats[2].since), (true, 3, 3));
		assert!(known(11).seats.contains(&3) && known(11).seats.contains(&4));
		// It was decided for epoch 4 before anybody came: all three stay, though one should not.
		assert_eq!(committee(4).iter().map(|seat| seat.node.clone()).collect::<Vec<_>>(), nodes);

		// The unknown one goes first, then seats fill up to four.
		network.epoch([9]);
		assert_eq!(committee(5).len(), 4);
		network.epoch([8]);
		assert!(committee(6).iter().all(|seat| seat.node.is_some()), "{:?}", committee(6));
	});
}

#[test]
fn whom_root_names_out_of_a_zone_gives_up_that_seat() {
	on_network(&[(Main, 4), (Zone(0), 4)], 4, 16, |network| {
		network.run_to(4, 0..16);
		// The one who came last: its turn to go would be far away.
		let newest = *nodes_of(Zone(0), 5).last().unwrap();
		let named: Vec<u16> = nodes_of(Main, 5).into_iter().chain([newest]).collect();
		network.named = Some(named.iter().map(|at| member(*at)).collect());
		network.epoch([]);
		assert_eq!(nodes_of(Main, 5), named);
		let sits = |epoch| nodes_of(Zone(0), epoch).contains(&newest);
		assert!(sits(5) && sits(6), "nobody has come for its seat in the zone");
		network.epoch(0..16);
		assert!(!sits(7) && nodes_of(Zone(0), 7).len() == 4);
	});
}

#[test]
fn whom_root_names_is_not_drawn_with_the_ticket_it_handed_in() {
	on_network(&[(Main, 1), (Zone(0), 1)], 1, 4, |network| {
		hand_in([3]);
		network.named = Some(vec![member(3)]);
		network.end_epoch();
		assert_eq!((nodes_of(Main, 1), nodes_of(Main, 2)), (vec![3], vec![3]));
		assert!(nodes_of(Zone(0), 2).is_empty());
	});
}

#[test]
fn records_that_do_not_fit_are_made_anew() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.epoch(0..10);
		// The ledger votes with others than are recorded.
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
fn without_a_genesis_committee_the_present_one_is_taken() {
	on_network(&[(Main, 3)], 0, 6, |network| {
		network.members = (0..3).map(member).collect();
		network.epoch([5]);
		assert_eq!((nodes_of(Main, 0), nodes_of(Main, 1)), (vec![0, 1, 2], vec![0, 1, 2]));
		assert!(nodes_of(Main, 2).contains(&5));
	});
}

#[test]
fn a_main_chain_that_is_not_registered_keeps_its_members_and_obeys_root() {
	on_network(&[(shard(0, 0), 2)], 0, 6, |network| {
		network.members = (0..3).map(member).collect();
		network.epoch(0..6);
		assert_eq!(network.members, (0..3).map(member).collect::<Vec<_>>());
		network.named = Some(vec![member(5)]);
		network.epoch([]);
		assert_eq!(network.members, [member(5)]);
		assert_eq!(Committees::<Test>::iter_prefix(Main).count(), 0);
		assert_eq!(nodes_of(shard(0, 0), 2).len(), 2, "others are drawn all the same");
	});
	on_network(&[], 0, 0, |network| {
		let present = [member(1)];
		assert_eq!(<ShardAssignment as Election>::next_committee(1, &present, None), present);
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
		hand_in(0..20);
		let (_, digest) = network.end_epoch();
		assert_eq!(AssignmentLog::find(&digest), None, "there is none in epoch 1");
		with(nodes_of(Zone(3), 2)[0], |known| known.removed = true);
		let (_, digest) = network.end_epoch();
		let hash = |chain| seats_hash(&Committees::<Test>::get(chain, 2).unwrap());
		let committees = vec![(Zone(3), hash(Zone(3))), (shard(3, 0), hash(shard(3, 0)))];
		assert_eq!(nodes_of(Zone(3), 2).len(), 3, "without the removed");
		assert_eq!(AssignmentLog::find(&digest), Some(AssignmentLog::NextCommittees { epoch: 2, committees }));
	});
	on_network(&[(Main, 4)], 4, 8, |network| {
		assert!(network.end_epoch().1.logs().is_empty(), "of the main chain another digest tells");
	});
}

#[test]
fn the_hash_is_that_of_the_stored_value() {
	on_network(&[(Main, 4)], 4, 4, |_| {
		let key = Committees::<Test>::hashed_key_for(Main, 1);
		let value = frame_support::storage::unhashed::get_raw(&key).unwrap();
		assert_eq!(seats_hash(&committee(1)).0, sp_io::hashing::blake2_256(&value));
	});
}

#[test]
fn removing_the_main_chain_leaves_it_to_root() {
	on_network(&[(Main, 4)], 4, 12, |network| {
		network.run_to(2, 0..12);
		assert_ok!(ShardAssignment::remove_ledger(RuntimeOrigin::root(), Main));
		let before = network.members.clone();
		network.run_to(4, 0..0);
		assert_eq!(network.members, before);
		assert_eq!(Committees::<Test>::iter_prefix(Main).map(|(epoch, _)| epoch).max(), Some(2));
	});
}
