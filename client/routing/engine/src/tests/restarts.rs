//! Routers that start, or go on, far below the newest blocks of their ledgers. Nodes keep 256 states.

use super::{
	ledger::{shard, table, TestLedger},
	Network, ROUNDS,
};
use crate::LedgerAccess;
use sp_inherents::InherentData;

/// Rounds in which a zone catches up with a few thousand blocks of a shard.
const CATCH_UP: usize = 16;

/// Makes blocks of a ledger of which no router knows.
fn run_ahead(ledger: &TestLedger, blocks: usize) {
	(0..blocks).for_each(|_| ledger.make(&InherentData::new()));
}

fn sealed(network: &Network, incarnation: u32) -> u32 {
	let heads = network.zone.neighbours(network.zone.newest()).unwrap().heads;
	heads.iter().find(|head| head.ledger.chain == shard(incarnation)).map_or(0, |head| head.height)
}

#[test]
fn a_shard_far_above_its_sealed_head_is_sealed_after_a_restart() {
	for blocks in [300, 1_500] {
		let mut network = Network::new();
		let [one, two] = network.shards.clone();
		one.send(table(2), 1);
		network.rounds(ROUNDS);
		one.send(table(2), 2);
		run_ahead(&one, blocks / 2);
		one.end_epoch();
		run_ahead(&one, blocks / 2);
		network.restart();
		network.rounds(CATCH_UP);
		assert_eq!(sealed(&network, 1), one.newest());
		assert_eq!((two.arrived(), one.in_flight()), (vec![1, 2], 0));
		// Both ways, also after that.
		two.send(table(1), 3);
		one.send(table(2), 4);
		network.rounds(ROUNDS);
		assert_eq!((one.arrived(), two.arrived()), (vec![3], vec![1, 2, 4]));
	}
}

#[test]
fn a_shard_runs_far_ahead_of_a_zone_that_stands() {
	let network = Network::new();
	let [one, two] = &network.shards;
	network.rounds(2);
	// The router reads on, as far as the audit goes.
	for number in 0..1_600 {
		if number == 100 || number == 1_300 {
			one.send(table(2), number);
		}
		one.make(&InherentData::new());
		network.data(two);
	}
	network.rounds(CATCH_UP);
	assert_eq!((two.arrived(), one.in_flight()), (vec![100, 1_300], 0));
}

#[test]
fn a_zone_begins_when_the_genesis_of_its_shards_is_pruned() {
	let network = Network::new();
	let [one, two] = &network.shards;
	one.send(table(2), 5);
	run_ahead(one, 600);
	run_ahead(two, 300);
	assert!(one.mailbox(0).is_err() && two.mailbox(0).is_err());
	network.rounds(CATCH_UP);
	assert_eq!((two.arrived(), one.in_flight()), (vec![5], 0));
	assert_eq!([sealed(&network, 1), sealed(&network, 2)], [one.newest(), two.newest()]);
}

#[test]
fn a_router_that_starts_reads_the_messages_that_wait_and_few_headers() {
	let mut network = Network::new();
	let [one, two] = network.shards.clone();
	for value in 0..200 {
		one.send(table(2), value);
		network.round();
	}
	network.rounds(ROUNDS);
	for epoch in 0..40 {
		network.zone.end_epoch();
		network.rounds(if epoch < 35 { 2 } else { 100 });
	}
	// Three messages that no block of the other shard can have.
	(0..3).for_each(|value| one.send(table(2), 1_000 + value));
	network.make(&one);
	for ledger in [&one, &network.zone] {
		ledger.take_reads();
	}
	network.restart();
	network.make(&two);
	let [_, _, messages] = one.take_reads();
	assert!((3..=30).contains(&messages), "{messages} messages were read");
	let [headers, ..] = network.zone.take_reads();
	assert!(headers <= 400, "{headers} headers of the zone's {} were read", network.zone.newest());
	network.rounds(ROUNDS);
	assert_eq!(two.arrived()[200..], [1_000, 1_001, 1_002]);
	assert_eq!((two.arrived().len(), one.in_flight()), (203, 0));
}

/// What waits is older than the states that are kept: its lane is read from the first message on.
#[test]
fn a_lane_whose_messages_wait_for_long_goes_on_after_a_restart() {
	let mut network = Network::new();
	let [one, two] = network.shards.clone();
	(0..10).for_each(|value| one.send(table(2), value));
	network.rounds(ROUNDS);
	one.send(table(2), 10);
	run_ahead(&one, 400);
	network.restart();
	network.rounds(CATCH_UP);
	assert_eq!((two.arrived(), one.in_flight()), ((0..=10).collect(), 0));
}

#[test]
fn heads_are_read_without_the_mailbox() {
	let network = Network::new();
	network.rounds(3);
	network.zone.take_reads();
	let heads = network.router.ledgers().sealed().unwrap().heads;
	assert_eq!(heads.len(), 2);
	assert_eq!(network.zone.take_reads()[1], 0, "the neighbours alone are asked for");
}
