//! Several ledgers: no node has two seats of a role, or seats in a zone and its shards.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const LEDGERS: [(ChainTag, u32); 7] =
	[(Main, 4), (Zone(0), 4), (Zone(1), 4), (shard(0, 0), 4), (shard(0, 1), 5), (shard(1, 0), 4), (shard(1, 1), 8)];

/// Returns the seats of an epoch by node.
fn seats_of(epoch: Epoch) -> BTreeMap<u16, Vec<ChainTag>> {
	let mut seats: BTreeMap<u16, Vec<ChainTag>> = BTreeMap::new();
	for (chain, _) in LEDGERS {
		for node in nodes_of(chain, epoch) {
			seats.entry(node).or_default().push(chain);
		}
	}
	seats
}

fn zone(chain: ChainTag) -> Option<u16> {
	types::zone_of(chain)
}

#[test]
fn no_node_sits_twice_and_all_seats_are_filled() {
	let mut seen: BTreeMap<ChainTag, BTreeSet<u16>> = BTreeMap::new();
	on_network(&LEDGERS, 4, 60, |network| {
		for epoch in 2..22 {
			network.epoch(0..60);
			for (chain, seats) in LEDGERS {
				let nodes = nodes_of(chain, epoch);
				assert_eq!(nodes.len(), usize::try_from(seats).unwrap(), "{chain:?} in epoch {epoch}");
				seen.entry(chain).or_default().extend(nodes);
			}
			for (node, chains) in seats_of(epoch) {
				for role in [Role::Router, Role::Validator] {
					let of_role = chains.iter().filter(|chain| role_of(**chain) == role).count();
					assert!(of_role <= 1, "node {node} sits in {chains:?}");
				}
				let zones: Vec<_> = chains.iter().filter_map(|chain| zone(*chain)).collect();
				assert!(zones.len() < 2 || zones[0] != zones[1], "node {node} sits in {chains:?}");
			}
		}
		// Some nodes have seats of two roles where that is allowed.
		assert!((2..22).any(|epoch| seats_of(epoch).values().any(|chains| chains.len() == 2)));
	});
	// The shuffle spreads nodes over all ledgers.
	assert!(seen.values().all(|nodes| nodes.len() > 10), "{seen:?}");
}

#[test]
fn too_few_candidates_are_dealt_and_other_seats_stay_vacant() {
	on_network(&LEDGERS, 4, 14, |network| {
		let events = network.epoch(4..14);
		let sizes: Vec<_> = LEDGERS.iter().map(|(chain, _)| nodes_of(*chain, 2).len()).collect();
		// Ten routers take eight vacant seats of zones and one in rotation. They are barred from the shards of their
		// zone.
		assert_eq!(sizes[..3], [4, 4, 4]);
		let shards: usize = sizes[3..].iter().sum();
		assert_eq!(shards, 10, "each validator has a seat: {sizes:?}");
		assert!(sizes[3..].iter().all(|size| *size > 0), "every shard has a member: {sizes:?}");
		let short = events.iter().filter(|event| matches!(event, Event::TooFewCandidates { .. })).count();
		assert!(short >= 3, "{events:?}");
		// The shards fill up when more nodes register.
		register(14..60);
		network.run_to(3, 0..60);
		for (chain, seats) in LEDGERS {
			assert_eq!(nodes_of(chain, 4).len(), usize::try_from(seats).unwrap());
		}
	});
}

#[test]
fn two_nodes_can_run_all_ledgers_where_both_are_allowed() {
	let ledgers = [(Main, 1), (Zone(0), 1), (shard(0, 0), 1), (shard(0, 1), 1)];
	let run = |allow_both| {
		let genesis = GenesisConfig { allow_both, ..super::genesis(&ledgers, 1) };
		on_genesis(genesis, 2, |network| {
			// One node serves the main chain, the other becomes the zone's.
			network.epoch(0..2);
			ledgers.map(|(chain, _)| nodes_of(chain, 2))
		})
	};
	let [main, zone, one, other] = run(true);
	assert_eq!((main, zone), (vec![0], vec![1]));
	assert_eq!(BTreeSet::from([one, other]), BTreeSet::from([vec![0], vec![1]]));
	let [main, zone, one, other] = run(false);
	assert_eq!((main, zone), (vec![0], vec![1]));
	assert_eq!(BTreeSet::from([one, other]), BTreeSet::from([vec![], vec![0]]), "one shard has no member");
}

#[test]
fn a_validator_is_not_drawn_for_the_zone_of_its_shard() {
	on_network(&[(Main, 1), (shard(0, 0), 2)], 1, 3, |network| {
		network.epoch(0..3);
		let validators = nodes_of(shard(0, 0), 2);
		assert_eq!(validators.len(), 2);
		let chain = Zone(0);
		assert_ok!(ShardAssignment::register_ledger(RuntimeOrigin::root(), chain, params(chain, 2)));
		register(3..4);
		network.run_to(8, 0..4);
		for epoch in 3..=9 {
			let both = nodes_of(chain, epoch).into_iter().find(|node| nodes_of(shard(0, 0), epoch).contains(node));
			assert_eq!(both, None);
		}
		assert!(!nodes_of(chain, 9).is_empty());
	});
}

#[test]
fn a_new_ledger_votes_in_the_epoch_after_the_next() {
	on_network(&[(Main, 4)], 4, 20, |network| {
		network.end_epoch();
		let chain = shard(7, 3);
		assert_ok!(ShardAssignment::register_ledger(RuntimeOrigin::root(), chain, params(chain, 6)));
		network.epoch(0..20);
		assert!(nodes_of(chain, 2).is_empty());
		assert_eq!(nodes_of(chain, 3).len(), 6);
		assert_eq!(<ShardAssignment as tp_stake::Committees<AccountId>>::committee(chain, 3).unwrap().len(), 6);
	});
}
