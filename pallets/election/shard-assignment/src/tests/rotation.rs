//! Leaving members: the bounds for every committee size, and the order.

use super::*;
use crate::rotation::{max_changes, Opening, Rotation, Standing};
use tp_pbft::{Committee, MAX_MEMBERS};

fn seat(at: u16, since: Epoch) -> Seat {
	Seat { node: Some(account(at)), member: member(at), since }
}

/// Plans a committee whose members are numbered from 0 and serve since the given epochs.
fn plan(members: &[(Epoch, Standing)], target: usize) -> Rotation<AccountId> {
	let seats = (0..).zip(members).map(|(at, (since, standing))| (seat(at, *since), *standing));
	Rotation::plan(seats.collect(), target, (0..members.len()).collect())
}

/// Returns `count` newcomers.
fn incoming(count: usize) -> Vec<Seat> {
	(100..).take(count).map(|at| seat(at, 1_000)).collect()
}

fn numbers(seats: &[Seat]) -> Vec<u16> {
	seats.iter().map(|seat| number(seat.node.as_ref().unwrap())).collect()
}

#[test]
fn a_quorum_stays_for_every_number_of_leaving_members() {
	for n in 1..=usize::try_from(MAX_MEMBERS).unwrap() {
		let changes = max_changes(n);
		assert_eq!(changes, (n / 4).max(1));
		let quorum = Committee { epoch: 0, members: vec![member(0); n], seed: [0; 32] }.quorum();
		assert!(n - changes >= quorum || n < 4, "of {n} a quorum stays");
		for standing in [Standing::Leaves, Standing::Absent] {
			for leavers in [0, 1, n / 3, n] {
				let members: Vec<_> =
					(0..n).map(|at| (0, if at < leavers { standing } else { Standing::Serves })).collect();
				let openings = plan(&members, n).openings().len();
				assert_eq!(openings, changes, "{leavers} of {n} are {standing:?}");
			}
		}
	}
}

#[test]
fn absent_members_go_first_and_only_for_newcomers() {
	let mut members = [1, 2, 3, 4, 5, 6, 7, 8].map(|since| (since, Standing::Serves));
	members[7].1 = Standing::Absent;
	members[6].1 = Standing::Leaves;
	members[5].1 = Standing::Absent;
	let rotation = plan(&members, 8);
	assert_eq!(rotation.openings(), [Opening::Leaver; 2]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(0))).len(), 8);
	assert_eq!(numbers(&rotation.clone().finish(incoming(1))), [0, 1, 2, 3, 4, 6, 7, 100]);
	assert_eq!(numbers(&rotation.finish(incoming(2))), [0, 1, 2, 3, 4, 6, 100, 101]);
}

#[test]
fn the_longest_serving_leave_first_and_ties_go_as_given() {
	let members = [5, 3, 9, 3, 7, 3, 8, 8].map(|since| (since, Standing::Serves));
	let rotation = plan(&members, 8);
	assert_eq!(rotation.openings(), [Opening::Rotation; 2]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(2))), [0, 2, 4, 5, 6, 7, 100, 101]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(1))), [0, 2, 3, 4, 5, 6, 7, 100]);
	assert_eq!(numbers(&rotation.finish(incoming(0))), [0, 1, 2, 3, 4, 5, 6, 7]);

	let seats = (0..).zip(&members).map(|(at, (since, standing))| (seat(at, *since), *standing)).collect();
	let turned = Rotation::plan(seats, 8, (0..8).rev().collect());
	assert_eq!(numbers(&turned.finish(incoming(1))), [0, 1, 2, 3, 4, 6, 7, 100]);
}

#[test]
fn leaving_nodes_go_before_rotation_and_only_for_newcomers() {
	let mut members = [1, 2, 3, 4, 5, 6, 7, 8].map(|since| (since, Standing::Serves));
	members[6].1 = Standing::Leaves;
	let rotation = plan(&members, 8);
	// Two of eight may change: the leaving node and the longest-serving one.
	assert_eq!(rotation.openings(), [Opening::Leaver, Opening::Rotation]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(0))).len(), 8);
	assert_eq!(numbers(&rotation.clone().finish(incoming(1))), [0, 1, 2, 3, 4, 5, 7, 100]);
	assert_eq!(numbers(&rotation.finish(incoming(2))), [1, 2, 3, 4, 5, 7, 100, 101]);

	for member in &mut members {
		member.1 = Standing::Leaves;
	}
	assert_eq!(plan(&members, 8).openings(), [Opening::Leaver; 2]);
}

#[test]
fn removed_nodes_go_without_newcomers_but_never_all() {
	let mut members = [1, 2, 3, 4].map(|since| (since, Standing::Serves));
	members[2].1 = Standing::Removed;
	let rotation = plan(&members, 4);
	assert_eq!(rotation.openings(), [Opening::Free, Opening::Rotation]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(0))), [0, 1, 3]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(1))), [0, 1, 3, 100]);
	assert_eq!(numbers(&rotation.finish(incoming(2))), [1, 3, 100, 101]);

	let all = [1, 2, 3, 4].map(|since| (since, Standing::Removed));
	let rotation = plan(&all, 4);
	assert_eq!(rotation.openings(), [Opening::Free; 4]);
	assert_eq!(numbers(&rotation.clone().finish(incoming(0))), [0, 1, 2, 3]);
	assert_eq!(numbers(&rotation.finish(incoming(1))), [100]);
	assert_eq!(plan(&[], 3).finish(Vec::new()), []);
}

#[test]
fn a_committee_shrinks_by_a_quarter_and_grows_to_its_seats() {
	let members = [4, 1, 3, 2, 5, 6, 7, 8].map(|since| (since, Standing::Serves));
	// Two of eight may change. As long as there are more members than seats, no newcomer comes.
	let smaller = plan(&members, 4);
	assert_eq!(smaller.openings(), []);
	assert_eq!(numbers(&smaller.finish(incoming(0))), [0, 2, 4, 5, 6, 7]);
	let by_one = plan(&members, 7);
	assert_eq!(by_one.openings(), [Opening::Rotation]);
	assert_eq!(numbers(&by_one.clone().finish(incoming(0))), [0, 2, 3, 4, 5, 6, 7]);
	assert_eq!(numbers(&by_one.finish(incoming(1))), [0, 2, 4, 5, 6, 7, 100]);

	let larger = plan(&members, 10);
	assert_eq!(larger.openings(), [Opening::Free, Opening::Free, Opening::Rotation, Opening::Rotation]);
	assert_eq!(numbers(&larger.clone().finish(incoming(2))).len(), 10);
	assert_eq!(numbers(&larger.finish(incoming(3))), [0, 2, 3, 4, 5, 6, 7, 100, 101, 102]);

	// Removed members go at once, absent and leaving ones before serving ones.
	let mut members = members;
	members[7].1 = Standing::Leaves;
	members[6].1 = Standing::Absent;
	members[5].1 = Standing::Removed;
	assert_eq!(numbers(&plan(&members, 3).finish(incoming(0))), [0, 1, 2, 3, 4, 7]);
}
