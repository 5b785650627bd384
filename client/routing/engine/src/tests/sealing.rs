//! What a shard learns of its own sealed heads.

use super::{ledger::ZONE, Network, ROUNDS};
use crate::LedgerAccess;
use futures::FutureExt;
use sp_inherents::InherentData;
use std::sync::Arc;
use tc_pbft::sdk::TransactionsOnly;
use tp_beacon::{Update, INHERENT_IDENTIFIER};
use tp_core::BlockNumber;

/// Returns the news for the next block of the first shard.
fn news(network: &Network) -> Update {
	network.data(&network.shards[0]).get_data(&INHERENT_IDENTIFIER).unwrap().unwrap_or_default()
}

/// Returns how many headers the news have, below which header of the zone they seal a head, and which one. Taking the block checks the proof.
fn seals(network: &Network) -> (usize, Option<(BlockNumber, BlockNumber)>) {
	let Update { headers, sealed, .. } = news(network);
	let sealed = sealed.inspect(|sealed| {
		let (head, shard) = (&sealed.step.head, &network.shards[0]);
		assert_eq!((sealed.by, head.ledger.chain), (ZONE, shard.chain()));
		assert_eq!(head.hash, shard.header(head.height).unwrap().unwrap().header.hash());
	});
	(headers.len(), sealed.map(|sealed| (sealed.height, sealed.step.head.height)))
}

/// A zone and shards whose first one has a block a second.
fn network() -> Network {
	let network = Network::new();
	network.shards[0].set_step(1_000);
	network
}

#[test]
fn a_shard_without_messages_learns_now_and_then_what_the_zone_seals() {
	let network = network();
	let one = &network.shards[0];
	network.rounds(5);
	assert_eq!(seals(&network), (0, None), "it waits: a zone header costs a certificate");
	network.rounds(1);
	assert_eq!(seals(&network), (1, Some((6, 6))));
	network.make(one);
	assert_eq!(one.unsealed(7).unwrap().sealed(), 6);
	network.make(&network.zone);
	assert_eq!(seals(&network), (0, None), "its oldest unsealed block is new");
	network.rounds(5);
	assert_eq!(seals(&network), (1, Some((12, 12))));
}

#[test]
fn a_header_without_the_head_puts_nothing_off() {
	let network = network();
	network.rounds(6);
	let Update { headers, .. } = news(&network);
	let mut data = InherentData::new();
	data.put_data(INHERENT_IDENTIFIER, &Update { headers, ..Update::default() }).unwrap();
	network.shards[0].make(&data);
	assert_eq!(seals(&network), (0, Some((6, 6))), "the header is held already");
	network.make(&network.zone);
	assert_eq!(seals(&network), (1, Some((7, 7))));
	network.make(&network.shards[0]);
	assert_eq!(network.shards[0].unsealed(8).unwrap().sealed(), 7);
}

#[test]
fn a_shard_that_takes_no_units_makes_a_block_at_once_to_learn_more() {
	let network = network();
	let one = &network.shards[0];
	network.rounds(6);
	let contents = network.router.contents(one.chain(), Arc::new(TransactionsOnly));
	assert!(contents.pending(one.newest_hash()).now_or_never().is_none(), "it waits for the next block");
	(0..30).for_each(|_| one.make(&InherentData::new()));
	assert!(one.unsealed(36).unwrap().is_late());
	network.make(&network.zone);
	network.data(&network.zone);
	assert!(contents.pending(one.newest_hash()).now_or_never().is_some());
	network.make(one);
	assert!(!one.unsealed(37).unwrap().is_late());
	assert!(contents.pending(one.newest_hash()).now_or_never().is_none());
}

#[test]
fn messages_come_with_what_the_zone_seals() {
	let network = Network::new();
	network.rounds(ROUNDS);
	network.shards[1].send(super::table(1), 3);
	network.make(&network.shards[1]);
	network.make(&network.zone);
	let (zone, shard) = (network.zone.newest(), network.shards[0].newest());
	assert_eq!(seals(&network), (1, Some((zone, shard))));
}
