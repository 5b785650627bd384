//! The order of lanes.

use crate::{
	bounds::{BLOCK_SYSTEM_MESSAGES, MAX_MESSAGE_BYTES},
	schedule, Class, Cost, Destination, Lane, Limits, TableId, Turn, Waiting,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tp_core::ChainTag;

fn waiting(source: u32, table: u8, class: Class, costs: Vec<Cost>) -> Waiting {
	let source = ChainTag::Shard { zone: 0, incarnation: source };
	let destination = Destination::Table { zone: 0, table: TableId(table) };
	Waiting { lane: Lane { source, destination, class }, costs }
}

fn same(number: usize, bytes: usize) -> Vec<Cost> {
	vec![Cost { bytes, weight: 1 }; number]
}

fn limits(messages: usize) -> Limits {
	Limits { messages, bytes: usize::MAX, weight: u64::MAX }
}

/// The number of messages of each lane.
fn taken(waiting: &[Waiting], turns: &[Turn]) -> Vec<usize> {
	let mut taken = vec![0; waiting.len()];
	turns.iter().for_each(|turn| taken[turn.lane] += turn.messages);
	taken
}

#[test]
fn system_messages_come_first_and_leave_room() {
	let lanes = [
		waiting(1, 0, Class::User, same(5_000, 100)),
		waiting(2, 0, Class::System, same(5_000, 100)),
		waiting(3, 0, Class::System, same(10, 100)),
	];
	let turns = schedule(&lanes, limits(2_000), 0);
	let user = turns.iter().position(|turn| turn.lane == 0).unwrap();
	assert!(turns[..user].iter().all(|turn| turn.lane != 0) && turns[user..].iter().all(|turn| turn.lane == 0));
	assert_eq!(taken(&lanes, &turns), [2_000 - BLOCK_SYSTEM_MESSAGES, BLOCK_SYSTEM_MESSAGES - 10, 10]);
}

#[test]
fn a_source_with_many_lanes_gets_no_more_than_one_with_a_single_lane() {
	let mut lanes: Vec<Waiting> = (0..50).map(|table| waiting(1, table, Class::User, same(1_000, 128))).collect();
	lanes.push(waiting(2, 0, Class::User, same(1_000, 128)));
	let taken = taken(&lanes, &schedule(&lanes, limits(2_000), 7));
	assert_eq!(taken[..50].iter().sum::<usize>() + taken[50], 2_000);
	assert!((960..=1_000).contains(&taken[50]), "{}", taken[50]);
	let (least, most) = (taken[..50].iter().min().unwrap(), taken[..50].iter().max().unwrap());
	assert!(most - least <= MAX_MESSAGE_BYTES / 4 / 128, "its lanes take turns: {least} to {most}");
}

#[test]
fn bounces_take_twice_as_much_as_others() {
	let lanes = [waiting(1, 0, Class::User, same(5_000, 128)), waiting(1, 1, Class::Bounce, same(5_000, 128))];
	let taken = taken(&lanes, &schedule(&lanes, limits(1_920), 0));
	assert_eq!(taken, [640, 1_280]);
}

#[test]
fn every_lane_begins_in_some_block() {
	let lanes: Vec<Waiting> =
		(0..2).flat_map(|source| (0..2).map(move |table| waiting(source, table, Class::User, same(9, 1)))).collect();
	let first = |number| schedule(&lanes, limits(1), number)[0].lane;
	let mut begins: Vec<usize> = (0..8).map(first).collect();
	begins.sort_unstable();
	assert_eq!(begins, [0, 0, 1, 1, 2, 2, 3, 3]);
}

proptest! {
	/// Limits hold, lanes keep their order, no message is left that fits, and every source gets its share.
	#[test]
	fn limits_and_shares_hold(
		lanes in prop::collection::vec((0..4u32, 0..6u8, 0..3u8, prop::collection::vec((1..16_384usize, 1..1_000u64), 0..60)), 0..12),
		messages in 0..120usize,
		bytes in 0..400_000usize,
		number in 0..10u32,
	) {
		let lanes: BTreeMap<Lane, Waiting> = lanes.into_iter().map(|(source, table, class, costs)| {
			let class = [Class::System, Class::Bounce, Class::User][usize::from(class)];
			let costs = costs.into_iter().map(|(bytes, weight)| Cost { bytes, weight }).collect();
			let lane = waiting(source, table, class, costs);
			(lane.lane, lane)
		}).collect();
		let lanes: Vec<Waiting> = lanes.into_values().collect();
		let limits = Limits { messages, bytes, weight: 20_000 };
		let turns = schedule(&lanes, limits, number);
		prop_assert_eq!(&turns, &schedule(&lanes, limits, number));
		let taken = taken(&lanes, &turns);
		let costs = || lanes.iter().zip(&taken).flat_map(|(lane, taken)| &lane.costs[..*taken]);
		let used = (costs().count(), costs().map(|cost| cost.bytes).sum::<usize>(), costs().map(|cost| cost.weight).sum::<u64>());
		prop_assert!(used.0 <= messages && used.1 <= bytes && used.2 <= limits.weight);
		for (lane, taken) in lanes.iter().zip(&taken) {
			if let Some(next) = lane.costs.get(*taken).filter(|_| lane.lane.class != Class::System) {
				let fits = used.0 < messages && used.1 + next.bytes <= bytes && used.2 + next.weight <= limits.weight;
				prop_assert!(!fits, "a message that fits was left");
			}
		}
	}
}
