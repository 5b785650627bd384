//! The main chain as a neighbour of the zone: it is followed, registers the zone, and pays shards and is paid by them.

use super::{
	ledger::{shard, table, TestLedger, ZONE},
	Network, ROUNDS,
};
use crate::{LedgerAccess, RouterHandle, Unrouted};
use futures::FutureExt;
use sp_inherents::InherentData;
use std::sync::Arc;
use tc_pbft::{
	sdk::{BlockContents, TransactionsOnly},
	ContentsFault,
};
use tp_beacon::{Registration, SignedHeader, Update};
use tp_core::ChainTag;
use tp_mailbox::Destination;

struct WithMain {
	network: Network,
	main: Arc<TestLedger>,
}

impl WithMain {
	fn new() -> Self {
		let (network, main) = (Network::new(), TestLedger::new(ChainTag::Main));
		network.zone.follows(&main);
		std::mem::forget(network.router.serve(main.clone()));
		Self { network, main }
	}

	fn restart(&mut self) {
		self.network.restart();
		std::mem::forget(self.network.router.serve(self.main.clone()));
	}

	fn rounds(&self, count: usize) {
		for _ in 0..count {
			self.network.make(&self.main);
			self.network.round();
		}
	}

	/// Sends a value both ways, and checks that both arrive once and are confirmed.
	fn pay(&self, value: u128, rounds: usize) {
		let one = &self.network.shards[0];
		let before = (self.main.arrived(), one.arrived());
		self.main.send(table(1), value);
		one.send(Destination::Main, value + 1);
		self.rounds(rounds);
		assert_eq!(self.main.arrived(), [before.0, vec![value + 1]].concat());
		assert_eq!(one.arrived(), [before.1, vec![value]].concat());
		assert_eq!((self.main.in_flight(), one.in_flight()), (0, 0));
	}

	/// Returns the zone as the main chain registers it.
	fn registration(&self) -> Registration {
		let data = self.network.data(&self.main);
		let update: Update = data.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap().expect("the zone has blocks");
		let [registration] = update.registrations.try_into().expect("the main chain registers one zone");
		registration
	}

	fn verdict(&self, registrations: Vec<Registration>) -> Result<(), ContentsFault> {
		self.contents().check(&self.main.proposal(&Update { registrations, ..Update::default() }))
	}

	fn contents(&self) -> Arc<dyn BlockContents> {
		self.network.router.contents(ChainTag::Main, Arc::new(TransactionsOnly))
	}

	/// Returns the verdict of a router on a zone block that includes a header of the main chain.
	fn verdict_on(&self, signed: SignedHeader) -> Result<(), ContentsFault> {
		let named = tp_beacon::NamedHeader { chain: ChainTag::Main, signed };
		self.network.verdict(&Update { headers: vec![named], ..Update::default() })
	}
}

#[test]
fn the_main_chain_registers_the_zone_and_is_paid_and_pays() {
	let mut network = WithMain::new();
	network.rounds(ROUNDS);
	let neighbours = network.main.neighbours(network.main.newest()).unwrap();
	assert_eq!(neighbours.followed, [(ZONE, 0)]);
	network.pay(10, ROUNDS);
	network.pay(20, ROUNDS);
	network.restart();
	network.pay(30, ROUNDS);

	// Messages are on their way, and one more is sent while no router runs.
	network.main.send(table(1), 1);
	network.rounds(1);
	network.main.send(table(1), 2);
	network.main.make(&InherentData::new());
	network.restart();
	network.rounds(ROUNDS);
	assert_eq!(network.network.shards[0].arrived(), [10, 20, 30, 1, 2]);
	assert_eq!(network.main.in_flight(), 0);
}

#[test]
fn epochs_of_the_main_chain_and_of_the_zone_are_followed() {
	let mut network = WithMain::new();
	network.rounds(ROUNDS);
	for value in 1..=4 {
		network.main.end_epoch();
		network.rounds(2);
		network.network.zone.end_epoch();
		network.rounds(2);
		if value == 3 {
			network.restart();
		}
		network.pay(100 * value, ROUNDS);
	}
	let neighbours = network.main.neighbours(network.main.newest()).unwrap();
	assert_eq!(neighbours.followed, [(ZONE, 4)]);
	let neighbours = network.network.zone.neighbours(network.network.zone.newest()).unwrap();
	assert_eq!(neighbours.followed[0], (ChainTag::Main, 4));
}

#[test]
fn a_main_chain_far_ahead_of_a_zone_that_stood_is_caught_up_with() {
	const EPOCHS: usize = 50;
	let mut network = WithMain::new();
	network.rounds(ROUNDS);
	let one = network.network.shards[0].clone();
	for epoch in 0..EPOCHS {
		network.main.end_epoch();
		(0..30).for_each(|_| network.main.make(&InherentData::new()));
		if epoch == 20 {
			network.main.send(table(1), 7);
		}
		network.network.data(&one);
	}
	// A router that starts then reads few of the blocks between.
	network.restart();
	network.rounds(EPOCHS + ROUNDS);
	assert_eq!((one.arrived(), network.main.in_flight()), (vec![7], 0));
	network.pay(1, ROUNDS);
}

#[test]
fn a_main_chain_that_stood_catches_up_with_the_zone() {
	let network = WithMain::new();
	network.rounds(ROUNDS);
	let one = &network.network.shards[0];
	one.send(Destination::Main, 7);
	for _ in 0..20 {
		network.network.zone.end_epoch();
		network.network.rounds(10);
	}
	assert_eq!((network.main.arrived(), one.in_flight()), (vec![], 1));
	network.rounds(ROUNDS);
	assert_eq!((network.main.arrived(), one.in_flight()), (vec![7], 0));
	network.pay(1, ROUNDS);
}

#[test]
fn a_router_votes_for_headers_of_the_main_chain_that_it_executed() {
	let network = WithMain::new();
	network.rounds(ROUNDS);
	network.main.make(&InherentData::new());
	let newest = network.main.header(network.main.newest()).unwrap().unwrap();
	assert_eq!(network.verdict_on(newest.clone()), Ok(()));
	let included = network.network.zone.neighbours(network.network.zone.newest()).unwrap().heads[0].height;
	let old = network.main.header(included).unwrap().unwrap();
	let invalid = |verdict: Result<(), ContentsFault>, words: &str| match verdict {
		Err(ContentsFault::Invalid(reason)) => assert!(reason.contains(words), "{reason}"),
		other => panic!("{other:?}"),
	};
	invalid(network.verdict_on(old), "not above the included one");

	let mut forged = newest.clone();
	forged.header.state_root.0[0] ^= 1;
	invalid(network.verdict_on(forged), "main chain is another than this node executed");
	let mut ahead = newest;
	ahead.header.number += 1;
	match network.verdict_on(ahead) {
		Err(ContentsFault::NotYet(reason)) => assert!(reason.contains("of the main chain"), "{reason}"),
		other => panic!("{other:?}"),
	}
}

#[test]
fn validators_vote_for_the_zone_that_they_derive() {
	let network = WithMain::new();
	network.network.make(&network.main);
	let early = network.network.data(&network.main);
	let early: Option<Update> = early.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap();
	assert_eq!(early, None, "the zone has no block");
	network.network.rounds(3);
	let derived = network.registration();
	assert_eq!((derived.ledger.chain, derived.genesis), (ZONE, network.network.zone.genesis()));
	assert_eq!(network.verdict(vec![derived.clone()]), Ok(()));
	let refused = |change: &dyn Fn(&mut Registration)| {
		let mut other = derived.clone();
		change(&mut other);
		assert!(matches!(network.verdict(vec![other]), Err(ContentsFault::Invalid(_))));
	};
	refused(&|other| other.genesis.0[0] ^= 1);
	refused(&|other| other.members[0].weight += 1);
	refused(&|other| other.first += 1);
	refused(&|other| other.ledger.chain = ChainTag::Zone(1));
	refused(&|other| other.ledger.chain = shard(1));
	let two = vec![derived.clone(), Registration { epoch: 9, ..derived.clone() }];
	assert!(matches!(network.verdict(two), Err(ContentsFault::Invalid(_))));

	// A validator without the zone's blocks, and one without a router.
	let empty = RouterHandle::new(0);
	let update = Update { registrations: vec![derived], ..Update::default() };
	let proposal = network.main.proposal(&update);
	let on = |contents: Arc<dyn BlockContents>| contents.check(&proposal);
	assert!(matches!(on(empty.contents(ChainTag::Main, Arc::new(TransactionsOnly))), Err(ContentsFault::NotYet(_))));
	match on(Arc::new(Unrouted::new(Arc::new(TransactionsOnly)))) {
		Err(ContentsFault::NotYet(reason)) => assert!(reason.contains("--shards"), "{reason}"),
		other => panic!("{other:?}"),
	}
	let ordinary = network.main.proposal(&Update::default());
	assert_eq!(Unrouted::new(Arc::new(TransactionsOnly)).check(&ordinary), Ok(()));
	assert_eq!(network.contents().check(&ordinary), Ok(()));
}

#[test]
fn a_quiet_main_chain_and_a_quiet_zone_make_no_blocks_for_each_other() {
	let network = WithMain::new();
	network.rounds(ROUNDS);
	network.pay(5, ROUNDS);
	let router = &network.network.router;
	let is_pending = |ledger: &Arc<TestLedger>| {
		let contents = router.contents(ledger.chain(), Arc::new(TransactionsOnly));
		contents.pending(ledger.newest_hash()).now_or_never().is_some()
	};
	let [zone, main] = [&network.network.zone, &network.main];
	// Idle blocks of both.
	network.network.make(main);
	network.network.data(zone);
	assert!(!is_pending(zone), "the main chain says nothing new");
	network.network.make(zone);
	network.network.data(main);
	assert!(!is_pending(main), "the zone has nothing for the main chain");

	main.send(table(1), 6);
	main.make(&InherentData::new());
	network.network.data(&network.network.shards[0]);
	assert!(is_pending(zone), "the main chain has sent something");
	main.end_epoch();
	network.rounds(ROUNDS);
	zone.end_epoch();
	zone.make(&InherentData::new());
	network.network.data(&network.network.shards[0]);
	assert!(is_pending(main), "the main chain follows each epoch of the zone");
}
