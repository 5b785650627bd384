//! Tests with a zone of two shards in memory, whose authors and replicas are those of this crate.

mod drawn;
mod invalid;
pub(crate) mod ledger;
mod main_chain;
mod reads;
mod restarts;
mod sealing;
mod tries;

use crate::{AccessError, LedgerAccess, RouterHandle, Taken, SEATS_BEFORE};
use futures::FutureExt;
use ledger::{shard, table, TestLedger, ZONE};
use sp_inherents::InherentData;
use sp_runtime::traits::Block as _;
use std::{sync::Arc, time::Duration};
use tc_pbft::{sdk::TransactionsOnly, ContentsFault, Tip};
use tp_beacon::Update;
use tp_core::{AccountId, ChainTag, TableId, TableRange};

/// Rounds in which each ledger makes a block that carry a message and its cursor.
const ROUNDS: usize = 6;

pub(crate) struct Network {
	pub router: RouterHandle,
	pub zone: Arc<TestLedger>,
	pub shards: [Arc<TestLedger>; 2],
}

impl Network {
	pub fn new() -> Self {
		let (zone, shards) = (TestLedger::new(ZONE), [1, 2].map(|number| TestLedger::new(shard(number))));
		shards.iter().for_each(|shard| shard.follows(&zone));
		Self { router: router_of(&zone, &shards), zone, shards }
	}

	fn restart(&mut self) {
		self.router = router_of(&self.zone, &self.shards);
	}

	/// Returns what the author of a ledger's next block includes.
	fn data(&self, ledger: &TestLedger) -> InherentData {
		let mut data = InherentData::new();
		let tip = Tip { height: ledger.newest(), hash: ledger.newest_hash() };
		let contents = self.router.contents(ledger.chain(), Arc::new(TransactionsOnly));
		contents.provide(tip, Duration::from_secs(1), &mut data).unwrap();
		data
	}

	fn make(&self, ledger: &TestLedger) {
		ledger.make(&self.data(ledger));
	}

	/// Each ledger makes a block.
	fn round(&self) {
		self.shards.iter().for_each(|shard| self.make(shard));
		self.make(&self.zone);
	}

	fn rounds(&self, count: usize) {
		(0..count).for_each(|_| self.round());
	}

	fn rounds_of_the_zone(&self, count: usize) {
		(0..count).for_each(|_| self.make(&self.zone));
	}

	fn news(&self) -> Update {
		self.data(&self.zone).get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap().unwrap_or_default()
	}

	/// Returns the verdict of a replica on news in a block of the zone.
	fn verdict(&self, update: &Update) -> Result<(), ContentsFault> {
		let contents = self.router.contents(ZONE, Arc::new(TransactionsOnly));
		let block = self.zone.proposal(update);
		assert_eq!(block.extrinsics().len(), 1);
		contents.check(&block)
	}
}

fn router_of(zone: &Arc<TestLedger>, shards: &[Arc<TestLedger>]) -> RouterHandle {
	let router = RouterHandle::new(0);
	// The nodes run to the end of the test.
	shards.iter().chain([zone]).for_each(|ledger| std::mem::forget(router.serve(ledger.clone())));
	router
}

#[test]
fn messages_arrive_once_in_both_directions_and_are_confirmed() {
	let network = Network::new();
	let [one, two] = &network.shards;
	(1..=5).for_each(|value| one.send(table(2), value));
	two.send(table(1), 70);
	network.rounds(ROUNDS);
	assert_eq!((one.arrived(), two.arrived()), (vec![70], vec![1, 2, 3, 4, 5]));
	assert_eq!((one.in_flight(), two.in_flight()), (0, 0));

	// A lane that was empty goes on.
	one.send(table(2), 6);
	network.rounds(ROUNDS);
	assert_eq!((two.arrived(), one.in_flight()), (vec![1, 2, 3, 4, 5, 6], 0));
}

#[test]
fn accounts_are_located_by_their_tables() {
	let network = Network::new();
	network.rounds(ROUNDS);
	let mut located = [0, 0];
	for account in (0..32).map(|number| AccountId::new([number; 32])) {
		let half = usize::from(TableId::of(&account).0 / 128);
		let shard = network.shards[half].chain();
		let tables = TableRange::of_shard(u16::try_from(half).unwrap(), 2).unwrap();
		assert_eq!(network.router.shard_of(&account), Some((shard, tables)));
		located[half] += 1;
	}
	assert!(located.iter().all(|count| *count > 0), "{located:?}");
	assert_eq!(RouterHandle::new(0).shard_of(&AccountId::new([0; 32])), None, "it follows no ledger");
}

#[test]
fn a_router_that_starts_again_goes_on() {
	let mut network = Network::new();
	let [one, two] = network.shards.clone();
	one.send(table(2), 1);
	network.rounds(ROUNDS);
	// One message is on its way, and one more is sent while no router runs.
	one.send(table(2), 2);
	network.round();
	one.send(table(2), 3);
	one.make(&InherentData::new());
	network.restart();
	network.rounds(ROUNDS);
	assert_eq!((two.arrived(), one.in_flight()), (vec![1, 2, 3], 0));
	network.restart();
	one.send(table(2), 4);
	network.rounds(ROUNDS);
	assert_eq!((two.arrived(), one.in_flight()), (vec![1, 2, 3, 4], 0));
}

#[test]
fn epochs_of_the_zone_and_of_shards_are_followed() {
	let mut network = Network::new();
	let [one, two] = network.shards.clone();
	for value in 1..=4 {
		// The shards take no header of the zone meanwhile.
		network.zone.end_epoch();
		network.rounds(2);
		one.end_epoch();
		network.rounds(2);
		if value == 3 {
			network.restart();
		}
		one.send(table(2), value);
		network.rounds(ROUNDS);
		assert_eq!(two.arrived().last(), Some(&value));
	}
	assert_eq!((two.arrived(), one.in_flight()), (vec![1, 2, 3, 4], 0));
}

#[test]
fn a_replica_votes_for_what_it_has_executed() {
	let network = Network::new();
	network.round();
	network.make(&network.shards[0]);
	let news = network.news();
	assert_eq!(news.headers.iter().map(|named| named.chain).collect::<Vec<_>>(), [shard(1)]);
	assert_eq!(network.verdict(&news), Ok(()));

	let mut other = news.clone();
	other.headers[0].signed.header.state_root.0[0] ^= 1;
	assert!(matches!(network.verdict(&other), Err(ContentsFault::Invalid(_))), "another block than the executed one");
	let mut ahead = news.clone();
	ahead.headers[0].signed.header.number += 1;
	assert!(matches!(network.verdict(&ahead), Err(ContentsFault::NotYet(_))), "a block that is not executed yet");
	let stranger = ChainTag::Shard { zone: 1, incarnation: 1 };
	let mut foreign = news.clone();
	foreign.headers[0].chain = stranger;
	assert!(matches!(network.verdict(&foreign), Err(ContentsFault::Invalid(_))), "a shard of another zone");
	let handovers = Update { handovers: news.headers, ..Update::default() };
	assert!(matches!(network.verdict(&handovers), Err(ContentsFault::Invalid(_))), "a head that is not audited");
}

#[test]
fn shards_are_registered_as_this_node_runs_them() {
	let network = Network::new();
	network.shards.iter().for_each(|shard| shard.make(&InherentData::new()));
	let news = network.news();
	assert_eq!(news.registrations.len(), 2);
	assert_eq!(network.verdict(&news), Ok(()));
	let mut wrong = news.clone();
	wrong.registrations[1].genesis.0[0] ^= 1;
	assert!(matches!(network.verdict(&wrong), Err(ContentsFault::Invalid(_))), "another genesis");
	let mut more = news;
	more.registrations[0].ledger.chain = shard(9);
	assert!(matches!(network.verdict(&more), Err(ContentsFault::NotYet(_))), "a shard that does not run here");
}

#[test]
fn a_ledger_is_served_for_as_long_as_its_node_runs() {
	let (before, after) = (TestLedger::new(shard(1)), TestLedger::new(shard(1)));
	let router = RouterHandle::new(0);
	let first = router.serve(before.clone());
	let second = router.serve(after.clone());
	drop(first);
	assert_eq!((Arc::strong_count(&before), Arc::strong_count(&after)), (1, 3), "the second is served");
	drop(second);
	assert_eq!(Arc::strong_count(&after), 1, "nothing keeps the database of a node that has ended");
}

#[test]
fn shards_that_run_ahead_of_a_zone_that_stands_are_sealed_when_it_goes_on() {
	let network = Network::new();
	let [one, two] = &network.shards;
	network.rounds(2);
	// More blocks than the audit keeps, in several epochs.
	for number in 0..2_500 {
		if number % 600 == 0 {
			one.end_epoch();
		}
		one.make(&InherentData::new());
		network.data(two);
	}
	one.send(table(2), 9);
	network.rounds(ROUNDS + 8);
	assert_eq!((two.arrived(), one.in_flight()), (vec![9], 0));
}

#[test]
fn a_router_behind_its_zone_follows_the_epochs_of_a_shard() {
	let network = Network::new();
	let [one, two] = &network.shards;
	let slow = RouterHandle::new(0);
	std::mem::forget(slow.serve(network.zone.clone()));
	network.rounds(2);
	// A node that has the zone's blocks, and reads the shard later.
	one.end_epoch();
	network.rounds(2);
	slow.contents(ZONE, Arc::new(TransactionsOnly)).check(&network.zone.proposal(&Update::default())).unwrap();
	network.shards.iter().for_each(|ledger| std::mem::forget(slow.serve(ledger.clone())));
	network.rounds(2);
	let mut data = InherentData::new();
	one.make(&InherentData::new());
	let tip = Tip { height: network.zone.newest(), hash: network.zone.newest_hash() };
	slow.contents(ZONE, Arc::new(TransactionsOnly)).provide(tip, Duration::from_secs(1), &mut data).unwrap();
	let news: Update = data.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap().expect("it names the shard's new head");
	assert_eq!(news.headers[0].chain, shard(1));
	assert!(two.arrived().is_empty());
}

#[test]
fn what_no_block_takes_makes_no_blocks() {
	let network = Network::new();
	let [one, two] = &network.shards;
	one.send(table(2), 1);
	network.round();
	let contents = network.router.contents(two.chain(), Arc::new(TransactionsOnly));
	let is_pending = || contents.pending(two.newest_hash()).now_or_never().is_some();
	network.data(one);
	assert!(is_pending(), "a message waits");
	// The block leaves out what it was offered.
	network.data(two);
	two.make(&InherentData::new());
	network.data(one);
	assert!(!is_pending(), "the same is offered by idle blocks alone");
	network.rounds(ROUNDS);
	assert_eq!(two.arrived(), [1]);
	assert!(!is_pending(), "nothing waits");
}
