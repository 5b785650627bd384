//! What is proposed again although its last try found no quorum, and evidence of forks.

use super::{
	ledger::{shard, TestLedger, ZONE},
	Network, ROUNDS,
};
use crate::{tries::MAX_WAIT, LedgerAccess};
use sp_inherents::InherentData;
use tc_routing_core::{Input, Output};
use tp_beacon::{Authority, Beacon, MemoryStore, Registration, SignedHeader, Update};
use tp_core::{BlockNumber, ChainTag};
use tp_pbft::{check_signature, Certificate, Domain, MessageKind, Slot};

/// Returns the heights of a ledger's next blocks that try to register others, if each try fails.
fn tries(network: &Network, ledger: &TestLedger, blocks: usize) -> Vec<BlockNumber> {
	let mut tries = Vec::new();
	for _ in 0..blocks {
		// The primaries of a height after the first one may be on this node again.
		for _ in 0..2 {
			let update: Option<Update> = network.data(ledger).get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap();
			if update.is_some_and(|update| !update.registrations.is_empty()) {
				tries.push(ledger.newest() + 1);
			}
		}
		ledger.make(&InherentData::new());
	}
	tries
}

fn check_tries(found: &[BlockNumber], blocks: BlockNumber) {
	let waits: Vec<BlockNumber> = found.windows(2).map(|pair| pair[1] - pair[0]).collect();
	assert!(waits.starts_with(&[2, 4, 8, 16]), "{found:?}");
	assert!(waits[4..].iter().all(|wait| *wait == MAX_WAIT), "{found:?}");
	let last = found[found.len() - 1];
	assert!(found[0] + blocks - last <= MAX_WAIT, "it does not give up: {found:?}");
}

#[test]
fn a_registration_without_quorum_is_tried_ever_more_rarely() {
	const BLOCKS: usize = 200;
	let mut network = Network::new();
	let main = TestLedger::new(ChainTag::Main);
	network.zone.follows(&main);
	std::mem::forget(network.router.serve(main.clone()));
	network.rounds(3);
	let found = tries(&network, &main, BLOCKS);
	check_tries(&found, 200);
	// Others run the zone by then.
	for _ in 0..=MAX_WAIT {
		network.make(&main);
		network.round();
	}
	let followed = |main: &TestLedger| main.neighbours(main.newest()).unwrap().followed;
	assert_eq!(followed(&main), [(ZONE, 0)]);

	// Shards in zone blocks.
	network = Network::new();
	network.shards.iter().for_each(|shard| shard.make(&InherentData::new()));
	let zone = network.zone.clone();
	check_tries(&tries(&network, &zone, BLOCKS), 200);
	network.rounds(40);
	assert_eq!(followed(&zone), [(shard(1), 0), (shard(2), 0)]);
}

/// A shard whose blocks a quorum of routers cannot execute.
#[test]
fn a_shard_that_finds_no_quorum_does_not_stop_its_zone() {
	let network = Network::new();
	network.rounds(ROUNDS);
	let [bad, good] = &network.shards;
	let heads = || network.zone.neighbours(network.zone.newest()).unwrap().heads;
	let sealed = |of: &TestLedger| heads().iter().find(|head| head.ledger.chain == of.chain()).unwrap().height;
	let (mut failed, mut late) = (0, 0);
	let before = sealed(bad);
	for _ in 0..200 {
		network.make(bad);
		network.make(good);
		// The proposals of a height, one view after the other.
		let mut in_a_row = 0;
		loop {
			let data = network.data(&network.zone);
			let update: Option<Update> = data.get_data(&tp_beacon::INHERENT_IDENTIFIER).unwrap();
			let heads = update.unwrap_or_default().headers;
			if !heads.iter().any(|named| named.chain == bad.chain()) {
				network.zone.make(&data);
				break;
			}
			in_a_row += 1;
			assert!(in_a_row <= 2, "a height has at most two views without a decision");
		}
		failed += in_a_row;
		late += usize::from(sealed(good) < good.newest());
	}
	assert_eq!(sealed(bad), before);
	assert!(failed <= 24, "{failed} views failed");
	assert!(late <= 24, "the other shard was not sealed at once in {late} of 200 blocks");
	// The others have executed it.
	network.rounds(64);
	assert_eq!((sealed(bad), sealed(good)), (bad.newest(), good.newest()));
	let news = network.news();
	assert!(news.is_empty(), "{news:?}");
	network.make(bad);
	network.make(good);
	assert_eq!(network.news().headers.len(), 2, "both are named together again");
}

/// Other routers' proposals count as well, each once.
#[test]
fn what_others_propose_in_vain_is_left_out() {
	let network = Network::new();
	network.rounds(ROUNDS);
	network.make(&network.shards[0]);
	network.data(&network.shards[1]);
	let news = network.news();
	assert_eq!(news.headers.len(), 1);
	for _ in 0..3 {
		assert_eq!(network.verdict(&news), Ok(()));
	}
	assert!(network.news().is_empty());
	// The next height.
	network.zone.make(&InherentData::new());
	assert_eq!(network.news(), news);
}

/// Returns another block than a ledger's newest one, with a certificate.
fn fork_of(ledger: &TestLedger) -> SignedHeader {
	let SignedHeader { mut header, .. } = ledger.header(ledger.newest()).unwrap().unwrap();
	header.state_root.0[0] ^= 1;
	let slot = Slot { epoch: 0, height: header.number, view: 0, kind: MessageKind::Commit };
	let domain = Domain { chain: ledger.chain(), genesis: ledger.genesis() };
	let signature = ledger.sign(&slot.signing_payload(&domain, &header.hash()));
	let certificate = Certificate::from_votes(slot, header.hash(), 1, vec![(0, signature)]);
	SignedHeader { header, certificate }
}

#[test]
fn evidence_that_freezes_nothing_is_in_one_zone_block() {
	let network = Network::new();
	network.rounds(ROUNDS);
	let one = &network.shards[0];
	network.make(one);
	network.data(&network.zone);
	let fork = fork_of(one);
	let mut store = MemoryStore::default();
	let mut beacon = Beacon::new(&mut store);
	let (ledger, members) = (one.ledger().unwrap(), one.committee(1).unwrap().members);
	let (genesis, authority) = (one.genesis(), Authority::Itself);
	beacon.register(Registration { ledger, genesis, authority, epoch: 0, first: 1, members }).unwrap();
	let header = beacon.certify(one.chain(), &fork, check_signature).unwrap();
	let outputs =
		network.router.shared().with_state(|state| state.router.step(Input::Certified(header, fork))).unwrap();
	assert!(matches!(outputs.as_slice(), [Output::Forked(_)]), "{outputs:?}");
	let news = network.news();
	assert_eq!(news.conflicts.len(), 1);
	assert_eq!(network.verdict(&news), Ok(()));
	network.make(&network.zone);
	assert!(network.news().conflicts.is_empty());
}
