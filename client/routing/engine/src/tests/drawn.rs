//! A network whose main chain draws the committees of the zone and of its shards: each epoch has other keys.

use super::{
	ledger::{
		committees::{addresses_of, members_of},
		shard, table, TestLedger, ZONE,
	},
	Network, ROUNDS,
};
use crate::{LedgerAccess, RouterHandle};
use sp_inherents::InherentData;
use std::sync::Arc;
use tp_beacon::{Authority, Update};
use tp_core::ChainTag;
use tp_mailbox::Destination;
use tp_pbft::{Contacts, Epoch};

struct Drawn {
	network: Network,
	main: Arc<TestLedger>,
}

impl Drawn {
	fn new() -> Self {
		let main = TestLedger::drawn(ChainTag::Main);
		let (zone, shards) = (TestLedger::drawn(ZONE), [1, 2].map(|number| TestLedger::drawn(shard(number))));
		zone.follows(&main);
		shards.iter().for_each(|shard| shard.follows(&zone));
		let network = Network { router: RouterHandle::drawn(0), zone, shards };
		let drawn = Self { network, main };
		drawn.serve();
		drawn
	}

	fn serve(&self) {
		let Network { router, zone, shards } = &self.network;
		shards.iter().chain([zone, &self.main]).for_each(|ledger| std::mem::forget(router.serve(ledger.clone())));
	}

	fn restart(&mut self) {
		self.network.router = RouterHandle::drawn(0);
		self.serve();
	}

	fn rounds(&self, count: usize) {
		for _ in 0..count {
			self.network.make(&self.main);
			self.network.round();
		}
	}

	/// Returns the epochs of the main chain, the zone, and the shards.
	fn epochs(&self) -> [Epoch; 4] {
		let [one, two] = &self.network.shards;
		[&self.main, &self.network.zone, one, two].map(|ledger| ledger.epoch())
	}

	/// Sends a value both ways and between shards, and checks that all arrive once and are confirmed.
	fn pay(&self, value: u128) {
		let [one, two] = &self.network.shards;
		let before = (self.main.arrived(), one.arrived(), two.arrived());
		self.main.send(table(1), value);
		one.send(Destination::Main, value + 1);
		one.send(table(2), value + 2);
		self.rounds(2 * ROUNDS);
		assert_eq!(self.main.arrived(), [before.0, vec![value + 1]].concat());
		assert_eq!(one.arrived(), [before.1, vec![value]].concat());
		assert_eq!(two.arrived(), [before.2, vec![value + 2]].concat());
		assert_eq!((self.main.in_flight(), one.in_flight()), (0, 0));
	}

	fn news(&self, ledger: &TestLedger) -> Update {
		self.network.data(ledger).get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap().unwrap_or_default()
	}
}

#[test]
fn the_zone_and_its_shards_follow_the_epochs_of_the_main_chain() {
	let mut drawn = Drawn::new();
	drawn.rounds(ROUNDS);
	assert_eq!(drawn.epochs(), [0; 4]);
	for epoch in 1..=6 {
		drawn.main.end_epoch();
		drawn.rounds(ROUNDS);
		assert_eq!(drawn.epochs(), [epoch; 4], "nothing but the end of its epoch is on its way");
		if epoch % 2 == 0 {
			drawn.restart();
			drawn.pay(100 * u128::from(epoch));
		}
	}
	let neighbours = drawn.main.neighbours(drawn.main.newest()).unwrap();
	assert_eq!(neighbours.followed, [(ZONE, 6)], "the main chain follows by what it has drawn itself");
	for ledger in [&drawn.main, &drawn.network.zone, &drawn.network.shards[0]] {
		assert_eq!(drawn.news(ledger).announcements, [], "nothing is announced twice");
	}
}

/// A shard that has no messages takes no header of the zone. What it holds is older than the states that nodes keep.
#[test]
fn a_quiet_shard_follows_although_the_states_below_its_last_header_are_pruned() {
	let drawn = Drawn::new();
	drawn.rounds(ROUNDS);
	let [one, two] = drawn.network.shards.clone();
	for epoch in 1..=3 {
		for _ in 0..ROUNDS {
			for ledger in [&drawn.main, &drawn.network.zone, &one, &two] {
				ledger.make(&InherentData::new());
			}
		}
		// The zone and the main chain go on with news of each other alone.
		for _ in 0..3 {
			drawn.network.make(&drawn.main);
			drawn.network.make(&drawn.network.zone);
		}
		for ledger in [&drawn.main, &drawn.network.zone] {
			ledger.prune(ledger.newest());
		}
		drawn.main.end_epoch();
		drawn.rounds(2 * ROUNDS);
		assert_eq!(drawn.epochs(), [epoch; 4]);
	}
	drawn.pay(10);
}

#[test]
fn ledgers_that_stood_still_follow_one_epoch_after_the_other() {
	let mut drawn = Drawn::new();
	drawn.rounds(ROUNDS);
	let [one, two] = drawn.network.shards.clone();
	// The first shard stands while the others go through three epochs.
	for _ in 0..3 {
		drawn.main.end_epoch();
		for _ in 0..ROUNDS {
			drawn.network.make(&drawn.main);
			drawn.network.make(&two);
			drawn.network.make(&drawn.network.zone);
		}
	}
	assert_eq!(drawn.epochs(), [3, 3, 0, 3]);
	drawn.rounds(4 * ROUNDS);
	assert_eq!(drawn.epochs(), [3; 4]);
	drawn.pay(10);
	// The zone and the shards stand while the main chain goes on, and a router begins meanwhile.
	for _ in 0..3 {
		drawn.main.end_epoch();
		drawn.network.make(&drawn.main);
		drawn.network.make(&drawn.main);
	}
	drawn.restart();
	drawn.rounds(6 * ROUNDS);
	assert_eq!(drawn.epochs(), [6; 4]);
	drawn.pay(20);
	assert_eq!(one.in_flight(), 0);
}

#[test]
fn members_are_known_an_epoch_ahead_at_the_ports_of_their_ledger() {
	let drawn = Drawn::new();
	drawn.rounds(ROUNDS);
	let router = &drawn.network.router;
	assert!(router.contacts(ChainTag::Main, 0).is_none() && RouterHandle::new(0).contacts(ZONE, 1).is_none());
	let key = |epoch| members_of(shard(1), epoch).remove(0).key;
	let added = router.contacts(shard(1), 2).unwrap().add(Contacts { next: vec![key(0)], published: Vec::new() });
	assert_eq!(added.next, [key(0), key(1)]);
	let published = added.published.into_iter().collect::<std::collections::BTreeMap<_, _>>();
	assert_eq!(published.keys().collect::<std::collections::BTreeSet<_>>(), [&key(0), &key(1)].into());
	let ports = |addresses: &tp_pbft::NodeAddresses| addresses.addresses[0][6..].to_vec();
	assert_eq!(ports(&published[&key(1)]), [ports(&addresses_of(&key(1)))[0], 2]);
}

#[test]
fn messages_of_the_zone_itself_arrive_and_are_confirmed() {
	let drawn = Drawn::new();
	drawn.rounds(ROUNDS);
	drawn.network.zone.send(Destination::Main, 5);
	drawn.main.end_epoch();
	drawn.rounds(2 * ROUNDS);
	assert_eq!((drawn.main.arrived(), drawn.network.zone.in_flight()), (vec![5], 0));
	drawn.network.zone.send(Destination::Main, 6);
	drawn.rounds(2 * ROUNDS);
	assert_eq!((drawn.main.arrived(), drawn.network.zone.in_flight()), (vec![5, 6], 0));
}

#[test]
fn the_zone_and_shards_are_registered_as_ledgers_of_the_main_chain() {
	let drawn = Drawn::new();
	drawn.network.shards.iter().for_each(|shard| shard.make(&InherentData::new()));
	let registrations = drawn.news(&drawn.network.zone).registrations;
	assert_eq!(registrations.len(), 2);
	drawn.rounds(2);
	let of_main = drawn.news(&drawn.main).registrations;
	assert_eq!(of_main.len(), 1);
	for registration in registrations.iter().chain(&of_main) {
		assert_eq!(registration.authority, Authority::MainChain, "{registration:?}");
	}
}
