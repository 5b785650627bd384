//! A shard whose committee certifies a block that is not valid.

use super::{ledger::table, Network, ROUNDS};
use crate::LedgerAccess;
use tc_pbft::ContentsFault;
use tp_beacon::{NamedHeader, Update};

#[test]
fn a_shard_that_certifies_an_invalid_block_is_sealed_up_to_it_and_others_go_on() {
	let network = Network::new();
	network.rounds(ROUNDS);
	let [bad, good] = &network.shards;
	bad.send(table(2), 5);
	network.make(bad);
	let (last, invalid) = (bad.newest(), bad.certify_invalid());
	good.send(table(1), 7);
	for _ in 0..ROUNDS {
		network.make(good);
		network.make(&network.zone);
	}

	let sealed = network.router.ledgers().sealed().unwrap();
	let height = |of| sealed.heads.iter().find(|head| head.ledger.chain == of).unwrap().height;
	assert_eq!((height(bad.chain()), height(good.chain())), (last, good.newest()));
	assert_eq!(sealed.invalid, [(bad.chain(), invalid)]);
	assert_eq!(good.arrived(), [5], "what it sent before is valid");
	assert_eq!(good.in_flight(), 1, "it takes nothing any more, and nothing is lost");

	// A router that is captured too finds no vote here.
	let named = NamedHeader { chain: bad.chain(), signed: bad.invalid().unwrap() };
	let update = Update { headers: vec![named], ..Update::default() };
	match network.verdict(&update) {
		Err(ContentsFault::Invalid(reason)) => assert!(reason.contains("is not valid"), "{reason}"),
		other => panic!("{other:?}"),
	}
}

/// The audit of the shard begins again, and the node still has the block.
#[test]
fn a_router_that_starts_again_finds_the_block_again() {
	let mut network = Network::new();
	network.rounds(ROUNDS);
	let bad = network.shards[0].clone();
	bad.certify_invalid();
	network.rounds_of_the_zone(ROUNDS);
	network.restart();
	network.rounds_of_the_zone(ROUNDS);
	let named = NamedHeader { chain: bad.chain(), signed: bad.invalid().unwrap() };
	let update = Update { headers: vec![named], ..Update::default() };
	assert!(matches!(network.verdict(&update), Err(ContentsFault::Invalid(_))));
}
