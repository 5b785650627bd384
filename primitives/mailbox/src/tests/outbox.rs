//! The source's side.

use super::ledgers::{account, account_in, lane_to, main_chain, payment, shard, TestLedger, MANY};
use crate::{
	bounds::{FLOOR_MESSAGES, INBOX_FULL, LANE_MESSAGES},
	AcknowledgeError, Acknowledgement, Confirmed, Destination, Head, HeadPath, Home, KnownLevel, Levels, Packet,
	SendError, Store, TableId, TableRange,
};
use tp_core::ChainTag;

/// A shard that has sent a number of messages to an account of another shard.
fn with_messages(number: u32) -> (TestLedger, crate::Lane) {
	let mut source = shard(1);
	source.give(&account(1), 1_000_000);
	source.begin_block();
	let bob = account_in(9);
	for value in 0..number {
		source.send(&account(1), payment(Home::Zone(0), &bob, 100 + u128::from(value))).unwrap();
	}
	let lane = lane_to(&source, Home::Zone(0), &bob);
	(source, lane)
}

#[test]
fn an_acknowledgement_prunes_what_was_taken_and_no_more() {
	let (mut source, lane) = with_messages(10);
	let mut destination = shard(2);
	let (packet, anchor) = source.packet(&lane, 0, 4);
	destination.take(vec![packet], &anchor, MANY);
	let first = destination.acknowledgement(&lane);
	let confirmed = source.acknowledge(first.clone());
	assert_eq!(confirmed, Confirmed { lane, first: 0, end: 4, value: 100 + 101 + 102 + 103 });
	assert_eq!((source.store.outbox().messages, source.store.outbox().open_lanes), (6, 1));
	let cursor = first.0.verify(&first.1).unwrap();
	let stale = AcknowledgeError::Stale { taken: 4, acknowledged: 4 };
	assert_eq!(source.mailbox().acknowledge(&cursor), Err(stale));
	// What is left is proved from the pruned log, and then the lane leaves the outbox root.
	let (packet, anchor) = source.backlog(&lane);
	assert_eq!((packet.first, packet.messages.len()), (4, 6));
	destination.take(vec![packet], &anchor, MANY);
	assert_eq!(source.acknowledge(destination.acknowledgement(&lane)).end, 10);
	assert_eq!((source.store.outbox().messages, source.store.outbox().open_lanes), (0, 0));
	assert_eq!(source.commitments().outbox, shard(1).commitments().outbox, "no lane is open");
	// The lane goes on where it was.
	source.begin_block();
	assert_eq!(source.send(&account(1), payment(Home::Zone(0), &account_in(9), 10)).unwrap().sequence, 10);
}

#[test]
fn a_destination_that_states_more_than_was_sent_is_refused() {
	let (mut source, lane) = with_messages(3);
	let mut destination = shard(2);
	let (packet, anchor) = source.backlog(&lane);
	destination.take(vec![packet], &anchor, MANY);
	let honest = destination.store.inbound(&lane).unwrap();
	for change in 0..4 {
		let mut state = honest;
		match change {
			0 => state.taken.messages += 1,
			1 => state.taken.value += 1,
			2 => state.taken.bytes += 1,
			// Fewer messages than sent, with the value of all.
			_ => state.taken.messages -= 1,
		}
		destination.store.set_inbound(&lane, Some(state));
		let (acknowledgement, anchor) = destination.acknowledgement(&lane);
		let cursor = acknowledgement.verify(&anchor).unwrap();
		let result = source.mailbox().acknowledge(&cursor);
		if change < 3 {
			assert_eq!(result, Err(AcknowledgeError::NotSent), "{change}");
		}
	}
	let other = AcknowledgeError::OtherSource(ChainTag::Shard { zone: 0, incarnation: 1 });
	destination.store.set_inbound(&lane, Some(honest));
	let (acknowledgement, anchor): (Acknowledgement, _) = destination.acknowledgement(&lane);
	assert_eq!(main_chain().mailbox().acknowledge(&acknowledgement.verify(&anchor).unwrap()), Err(other));
}

fn level(source: &mut TestLedger, inbox: u8, turn: Option<ChainTag>) {
	let destination = Destination::of(Home::Zone(0), &account_in(9));
	let height = source.store.level(&destination).map_or(1, |known| known.height + 1);
	let levels = Levels { inbox, outbox: 0, turn };
	let chain = ChainTag::Shard { zone: 0, incarnation: 2 };
	let (table, home) = (destination.table(), destination.home());
	let mut known = source.store.levels(home);
	known.note(TableRange { first: table, last: table }, KnownLevel { chain, height, levels });
	source.store.set_levels(home, known);
}

/// The level comes back with an acknowledgement alone, and there is none without a message.
#[test]
fn a_full_destination_takes_one_message_of_an_empty_lane() {
	let (mut source, _) = with_messages(0);
	let draft = || payment(Home::Zone(0), &account_in(9), 10);
	level(&mut source, 100, None);
	source.send(&account(1), draft()).unwrap();
	assert_eq!(source.send(&account(1), draft()), Err(SendError::DestinationBusy { inbox: 100 }));
}

#[test]
fn a_loaded_destination_shrinks_the_lane_in_proportion() {
	let me = ChainTag::Shard { zone: 0, incarnation: 1 };
	let window = |inbox, turn| Levels { inbox, outbox: 0, turn }.window(&me);
	assert_eq!((window(0, None), window(25, None)), (LANE_MESSAGES, LANE_MESSAGES));
	assert!((0..100).all(|load| window(load, None) >= window(load + 1, None)));
	assert_eq!((window(70, None), window(100, None)), (LANE_MESSAGES * 30 / 75, 1));
	assert_eq!((window(100, Some(me)), window(100, Some(ChainTag::Main))), (FLOOR_MESSAGES, 1));
	assert_eq!(Levels::of(INBOX_FULL * 9, 1, None), Levels { inbox: 100, outbox: 1, turn: None });

	let (mut source, _) = with_messages(100);
	let draft = || payment(Home::Zone(0), &account_in(9), 10);
	level(&mut source, 93, None);
	assert_eq!(source.send(&account(1), draft()), Err(SendError::DestinationBusy { inbox: 93 }));
	level(&mut source, 90, None);
	source.send(&account(1), draft()).unwrap();
	// Other destinations and the system's messages go on.
	level(&mut source, 100, None);
	assert_eq!(source.send(&account(1), draft()), Err(SendError::DestinationBusy { inbox: 100 }));
	source.send(&account(1), payment(Home::Zone(0), &account_in(10), 10)).unwrap();
	source.mailbox().send_system(&account(1), draft()).unwrap();
}

#[test]
fn an_old_level_does_not_replace_a_newer_one() {
	let (mut source, lane) = with_messages(1);
	let mut destination = shard(2);
	destination.number = 7;
	let known = |source: &TestLedger| source.store.level(&lane.destination).map(|level| (level.chain, level.height));
	let note = |source: &mut TestLedger, head: Head| {
		let mut of = shard(0);
		of.ledger = head.ledger;
		of.number = head.height;
		let (path, anchor) = of.included();
		let head = path.verify(&anchor).unwrap();
		source.mailbox().note_level(&head);
	};
	let head = destination.head();
	note(&mut source, head);
	assert_eq!(known(&source), Some((destination.ledger.chain, 7)));
	note(&mut source, Head { height: 6, ..head });
	assert_eq!(known(&source), Some((destination.ledger.chain, 7)));
	// A later incarnation begins with low heights.
	let child = ChainTag::Shard { zone: 0, incarnation: 3 };
	let tables = Some(TableRange { first: TableId(0), last: TableId(9) });
	note(&mut source, Head { ledger: crate::Ledger { chain: child, tables }, height: 1, ..head });
	assert_eq!(known(&source), Some((child, 1)));
	note(&mut source, Head { height: 90, ..head });
	assert_eq!(known(&source), Some((child, 1)));
	let beyond = Destination::Table { zone: 0, table: TableId(10) };
	assert_eq!(source.store.level(&beyond).map(|level| level.chain), Some(destination.ledger.chain));
}

/// A packet of the main chain needs no step: the zone holds its header.
#[test]
fn the_source_can_be_the_held_header_itself() {
	let mut source = main_chain();
	source.give(&account(1), 100);
	source.begin_block();
	source.send(&account(1), payment(Home::Zone(0), &account_in(9), 50)).unwrap();
	let lane = lane_to(&source, Home::Zone(0), &account_in(9));
	let (packet, anchor) = source.backlog_of_main(&lane);
	assert_eq!(packet.head, HeadPath::default());
	assert!(packet.clone().verify(&anchor).is_ok());
	let below = source.included();
	assert!(Packet { head: below.0, ..packet }.verify(&below.1).is_ok());
}
