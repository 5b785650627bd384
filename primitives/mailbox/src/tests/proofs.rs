//! Packets and acknowledgements, from a held header down.

use super::ledgers::{account, account_in, lane_to, main_chain, payment, shard, TestLedger};
use crate::{
	bounds::{LANE_MESSAGES, MAX_SIBLINGS},
	root_of, Anchor, Claims, Commitments, Head, HeadPath, HeadStep, Home, Ledger, ProofError, RangeError,
};
use sp_core::H256;
use tp_core::ChainTag;

/// A shard with three messages to an account of the main chain.
fn sender() -> (TestLedger, crate::Lane) {
	let mut source = shard(1);
	let alice = account(1);
	source.give(&alice, 1_000);
	source.begin_block();
	for value in [20, 30, 40] {
		source.send(&alice, payment(Home::Main, &account(2), value)).unwrap();
	}
	let lane = lane_to(&source, Home::Main, &account(2));
	(source, lane)
}

#[test]
fn a_packet_proves_its_messages_below_a_zone_header() {
	let (mut source, lane) = sender();
	let (packet, anchor) = source.packet(&lane, 1, 3);
	let proven = packet.verify(&anchor).unwrap();
	assert_eq!((proven.lane(), proven.first(), proven.end(), proven.count()), (&lane, 1, 3, 3));
	assert_eq!(proven.messages().iter().map(|message| message.value).collect::<Vec<_>>(), [30, 40]);
}

/// Returns the way over another zone, whose header the receiver's zone includes.
fn over_sibling(source: &mut TestLedger, own_zone: u16) -> (HeadPath, Anchor) {
	let (HeadPath(mut steps), sibling) = source.included();
	let head = Head { ledger: sibling.ledger, height: 5, hash: H256::zero(), commitments: sibling.commitments };
	let (head, path) = Claims::new(vec![head]).find(|_| true).unwrap();
	steps.insert(0, HeadStep { head, path });
	let commitments = Commitments { heads: root_of([head]), ..Commitments::default() };
	let ledger = Ledger { chain: ChainTag::Zone(own_zone), tables: None };
	(HeadPath(steps), Anchor { ledger, height: 6, commitments })
}

#[test]
fn a_shard_of_another_zone_is_reached_over_its_zone() {
	let (mut source, lane) = sender();
	let (packet, _) = source.packet(&lane, 0, 3);
	let (head, anchor) = over_sibling(&mut source, 1);
	assert!(crate::Packet { head, ..packet.clone() }.verify(&anchor).is_ok());
	// A zone is no sibling of itself.
	let (head, anchor) = over_sibling(&mut source, 0);
	let stranger = ProofError::Stranger { by: ChainTag::Zone(0), head: ChainTag::Zone(0) };
	assert_eq!(crate::Packet { head, ..packet }.verify(&anchor), Err(stranger));
}

#[test]
fn a_zone_vouches_for_its_own_shards_alone() {
	let (mut source, lane) = sender();
	source.ledger.chain = ChainTag::Shard { zone: 3, incarnation: 1 };
	let (HeadPath(steps), anchor) = source.included();
	let by = ChainTag::Zone(0);
	let stranger = ProofError::Stranger { by, head: source.ledger.chain };
	assert_eq!(HeadPath(steps).verify(&anchor), Err(stranger));
	assert_eq!(lane.source, ChainTag::Shard { zone: 0, incarnation: 1 });
	// Neither does a zone vouch for the main chain below another header, nor a shard for anything.
	for (anchor_chain, above, below) in [
		(ChainTag::Main, ChainTag::Zone(1), ChainTag::Main),
		(ChainTag::Zone(2), ChainTag::Zone(1), ChainTag::Zone(3)),
		(ChainTag::Zone(2), ChainTag::Zone(1), ChainTag::Shard { zone: 2, incarnation: 0 }),
		(ChainTag::Zone(2), ChainTag::Main, ChainTag::Zone(1)),
	] {
		let mut inner = Head { ledger: Ledger { chain: below, tables: None }, ..source.head() };
		let mut steps = Vec::new();
		for chain in [above, anchor_chain] {
			let (head, path) = Claims::new(vec![inner]).find(|_| true).unwrap();
			steps.insert(0, HeadStep { head, path });
			let commitments = Commitments { heads: root_of([head]), ..Commitments::default() };
			inner = Head { ledger: Ledger { chain, tables: None }, commitments, ..inner };
		}
		let anchor = Anchor { ledger: inner.ledger, height: 1, commitments: inner.commitments };
		let refused = Err(ProofError::Stranger { by: above, head: below });
		assert_eq!(HeadPath(steps).verify(&anchor), refused, "{anchor_chain:?} {above:?} {below:?}");
	}
}

#[test]
fn each_false_part_of_a_packet_is_refused_by_name() {
	let (mut source, lane) = sender();
	let (valid, anchor) = source.packet(&lane, 0, 2);
	let refusal = |change: &dyn Fn(&mut crate::Packet)| {
		let mut packet = valid.clone();
		change(&mut packet);
		packet.verify(&anchor).unwrap_err()
	};
	assert_eq!(refusal(&|packet| packet.claim.count += 1), ProofError::NoLane);
	assert_eq!(refusal(&|packet| packet.claim.root = H256::zero()), ProofError::NoLane);
	let source_chain = source.ledger.chain;
	let other = ProofError::OtherSource { expected: ChainTag::Main, found: source_chain };
	assert_eq!(refusal(&|packet| packet.claim.lane.source = ChainTag::Main), other);
	assert_eq!(refusal(&|packet| packet.head.0[0].head.height += 1), ProofError::NoHead);
	assert_eq!(refusal(&|packet| packet.messages[0].value += 1), ProofError::NoMessages(RangeError::OtherRoot));
	assert_eq!(refusal(&|packet| packet.messages.clear()), ProofError::NoMessages(RangeError::Empty));
	let far = RangeError::TooFar { end: u64::MAX, count: 3 };
	assert_eq!(refusal(&|packet| packet.first = u64::MAX), ProofError::NoMessages(far));
	assert_eq!(refusal(&|packet| packet.path.siblings = vec![H256::zero(); MAX_SIBLINGS + 1]), ProofError::TooLong);
	let twice = |packet: &mut crate::Packet| packet.head.0 = vec![packet.head.0[0].clone(); 3];
	assert_eq!(refusal(&twice), ProofError::TooLong);
	let many = usize::try_from(LANE_MESSAGES).unwrap() + 1;
	let long = |packet: &mut crate::Packet| packet.messages = vec![packet.messages[0].clone(); many];
	assert_eq!(refusal(&long), ProofError::TooMany(many));
}

#[test]
fn a_cursor_counts_only_from_a_ledger_that_owns_the_destination() {
	let bob = account_in(9);
	let mut source = main_chain();
	source.give(&account(1), 100);
	source.begin_block();
	source.send(&account(1), payment(Home::Zone(0), &bob, 50)).unwrap();
	let lane = lane_to(&source, Home::Zone(0), &bob);
	let mut destination = shard(1);
	let (packet, anchor) = source.backlog_of_main(&lane);
	destination.take(vec![packet], &anchor, super::ledgers::MANY);
	let (acknowledgement, anchor) = destination.acknowledgement(&lane);
	assert_eq!(acknowledgement.verify(&anchor).unwrap().taken().messages, 1);
	// The same cursor in a ledger of other tables.
	let tables = Some(crate::TableRange { first: crate::TableId(10), last: crate::TableId(20) });
	destination.ledger.tables = tables;
	let (acknowledgement, anchor) = destination.acknowledgement(&lane);
	let refused = Err(ProofError::OtherDestination(destination.ledger.chain));
	assert_eq!(acknowledgement.verify(&anchor), refused);
	destination.ledger.tables = Some(crate::TableRange::ALL);
	let (mut acknowledgement, anchor) = destination.acknowledgement(&lane);
	acknowledgement.claim.taken.value += 1;
	assert_eq!(acknowledgement.verify(&anchor), Err(ProofError::NoCursor));
}
