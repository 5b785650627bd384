//! The carrying of messages and cursors.

use super::network::{lane, plain, router, shard, table, zone_block, Source, ZONE};
use crate::{
	limits::{ASK_AGAIN_MS, PACKET_MESSAGES, RELAY_AGAIN_MS, RELAY_STEP_MS},
	Answer, Effects, Executed, Input, Output, Place, Question, Relay, Router, Trees, Verdict,
};
use sp_core::H256;
use tp_core::ChainTag;
use tp_mailbox::{
	Anchor, Confirmed, Destination, Head, Lane, Mountain, ProofError, RangeError, Sent, TableId, TableRange,
};

fn relays(outputs: Vec<Output>) -> Vec<Relay> {
	let relays = outputs.into_iter().filter_map(|output| match output {
		Output::Relay(relay) => Some(relay),
		_ => None,
	});
	relays.collect()
}

fn anchor(number: u32, heads: Vec<Head>) -> Anchor {
	Anchor { ledger: plain(ZONE), height: number, commitments: zone_block(number, heads).commitments }
}

/// What is carried of a lane.
fn carried(relays: &[Relay], lane: &Lane, anchor: &Anchor) -> Vec<(u64, u64)> {
	let packets = relays.iter().flat_map(|relay| &relay.packets).filter(|packet| packet.claim.lane == *lane);
	let proven = packets.map(|packet| packet.clone().verify(anchor).expect("it is proved"));
	proven.map(|messages| (messages.first(), messages.end())).collect()
}

#[test]
fn messages_go_to_the_owner_of_their_table_and_cursors_come_back() {
	let mut router = router(0, 1);
	let (mut source, mut destination) = (Source::new(shard(1)), Source::new(shard(2)));
	let lane = lane(shard(1), table(2));
	source.send(table(2));
	source.send(table(2));
	let (first, _) = source.block(&mut router);
	let (second, _) = destination.block(&mut router);
	let sent = relays(router.step(Input::Imported(zone_block(1, vec![first, second]))));
	assert_eq!((sent.len(), sent[0].to, sent[0].zone, sent[0].anchor.header.number), (1, shard(2).chain, 0, 1));
	assert_eq!(carried(&sent, &lane, &anchor(1, vec![first, second])), [(0, 2)]);
	assert_eq!(relays(router.step(Input::Tick { now_ms: 50 })), [], "it is on its way");

	destination.take(lane, 2);
	router.step(Input::Tick { now_ms: 80 });
	let (second, outputs) = destination.block(&mut router);
	assert_eq!(outputs, [Output::Arrived { lane, messages: 2, latency_ms: 80 }]);
	let back = relays(router.step(Input::Imported(zone_block(2, vec![first, second]))));
	let [Relay { to, packets, acknowledgements, .. }] = back.as_slice() else { panic!("{back:?}") };
	assert_eq!((*to, packets.len()), (shard(1).chain, 0));
	let cursor = acknowledgements[0].verify(&anchor(2, vec![first, second])).unwrap();
	assert_eq!((cursor.lane(), cursor.taken().messages), (&lane, 2));
}

#[test]
fn what_is_not_taken_is_carried_again() {
	let mut router = router(0, 1);
	let (mut source, mut destination) = (Source::new(shard(1)), Source::new(shard(2)));
	let lane = lane(shard(1), table(2));
	source.send(table(2));
	let heads = vec![source.block(&mut router).0, destination.block(&mut router).0];
	let below = anchor(1, heads.clone());
	assert_eq!(carried(&relays(router.step(Input::Imported(zone_block(1, heads)))), &lane, &below), [(0, 1)]);
	let early = router.step(Input::Tick { now_ms: RELAY_AGAIN_MS - 1 });
	assert_eq!(relays(early), []);
	let again = relays(router.step(Input::Tick { now_ms: RELAY_AGAIN_MS }));
	assert_eq!(carried(&again, &lane, &below), [(0, 1)]);
	// What follows is carried at once, after what is on its way.
	source.send(table(2));
	let heads = vec![source.block(&mut router).0, destination.block(&mut router).0];
	let below = anchor(2, heads.clone());
	let more = relays(router.step(Input::Imported(zone_block(2, heads))));
	assert_eq!(carried(&more, &lane, &below), [(1, 2)]);
}

#[test]
fn long_lanes_are_carried_in_pieces() {
	let mut router = router(0, 1);
	let (mut source, mut destination) = (Source::new(shard(1)), Source::new(shard(2)));
	let lane = lane(shard(1), table(2));
	(0..PACKET_MESSAGES + 3).for_each(|_| source.send(table(2)));
	let heads = vec![source.block(&mut router).0, destination.block(&mut router).0];
	let below = anchor(1, heads.clone());
	let first = relays(router.step(Input::Imported(zone_block(1, heads))));
	assert_eq!(carried(&first, &lane, &below), [(0, PACKET_MESSAGES)]);
	let second = relays(router.step(Input::Tick { now_ms: 1 }));
	assert_eq!(carried(&second, &lane, &below), [(PACKET_MESSAGES, PACKET_MESSAGES + 3)]);
}

#[test]
fn routers_take_turns_and_do_not_repeat_what_they_hear_of() {
	let carries_at = |index: u16, number: u32, hears: bool| {
		let mut router = router(index, 3);
		let (mut source, mut destination) = (Source::new(shard(1)), Source::new(shard(2)));
		source.send(table(2));
		let heads = vec![source.block(&mut router).0, destination.block(&mut router).0];
		let mut outputs = router.step(Input::Imported(zone_block(number, heads)));
		for now_ms in 1..3 * RELAY_STEP_MS {
			if !relays(outputs).is_empty() {
				return Some(now_ms - 1);
			}
			if hears && now_ms == 10 {
				router.step(Input::Heard { lane: lane(shard(1), table(2)), end: 1 });
			}
			outputs = router.step(Input::Tick { now_ms });
		}
		None
	};
	for number in 1..=3 {
		let mut times: Vec<u64> = (0..3).map(|index| carries_at(index, number, false).unwrap()).collect();
		let first = times.iter().position(|time| *time == 0);
		times.sort_unstable();
		assert_eq!(times, [0, RELAY_STEP_MS, 2 * RELAY_STEP_MS]);
		let heard = (0..3).filter(|index| carries_at(*index, number, true).is_some()).count();
		assert_eq!(heard, 1, "only the first one carries");
		assert!(first.is_some());
	}
	let first = |number| (0..3).find(|index| carries_at(*index, number, false) == Some(0));
	assert!(first(1) != first(2) && first(2) != first(3));
}

#[test]
fn the_main_chain_gets_messages_below_a_zone_header_and_sends_some() {
	let mut router = router(0, 1);
	let (mut source, mut main) = (Source::new(shard(1)), Source::new(plain(ChainTag::Main)));
	source.send(Destination::Main);
	main.send(table(1));
	let heads = vec![source.block(&mut router).0, main.block(&mut router).0];
	let below = anchor(1, heads.clone());
	let relays = relays(router.step(Input::Imported(zone_block(1, heads))));
	assert_eq!(relays.iter().map(|relay| relay.to).collect::<Vec<_>>(), [ChainTag::Main, shard(1).chain]);
	assert_eq!(carried(&relays, &lane(shard(1), Destination::Main), &below), [(0, 1)]);
	assert_eq!(carried(&relays, &lane(plain(ChainTag::Main), table(1)), &below), [(0, 1)]);
}

/// Two zones. The router of zone 1 asks below the header of zone 0 that its zone includes.
#[test]
fn routers_of_another_zone_ask_and_check_the_answer() {
	let far = Ledger1::new();
	let mut asker = Router::new(1, Place { index: 0, of: 1 });
	asker.add_shard(far.ledger, 0);
	let mut asked = router(0, 1);
	let mut source = Source::new(shard(1));
	let to = Destination::Table { zone: 1, table: TableId(7) };
	let lane = lane(shard(1), to);
	source.send(to);
	source.send(to);
	let head = source.block(&mut asked).0;
	let zone_0 = zone_block(5, vec![head]);
	let nothing = relays(asked.step(Input::Imported(zone_0.clone())));
	assert_eq!(nothing, [], "its destination is not below this zone's header");

	// Zone 1 includes that header of zone 0.
	let mut destination = Source::new(far.ledger);
	let below_0 = Head { ledger: plain(ZONE), height: 5, hash: H256::zero(), commitments: zone_0.commitments };
	let heads = vec![below_0, destination.block(&mut asker).0];
	let outputs = asker.step(Input::Imported(zone_block(3, heads.clone())));
	let question = Question { from: 1, zone: 0, number: 5, cursors: Vec::new(), acknowledged: Vec::new() };
	assert_eq!(outputs, [Output::Ask(question.clone())]);
	assert_eq!(asker.step(Input::Tick { now_ms: ASK_AGAIN_MS - 1 }), []);
	assert_eq!(asker.step(Input::Tick { now_ms: ASK_AGAIN_MS }), [Output::Ask(question.clone())]);

	let answers = asked.step(Input::Asked(question.clone()));
	let [Output::Answer(answer)] = answers.as_slice() else { panic!("{answers:?}") };
	let outputs = asker.step(Input::Answered(answer.clone()));
	let anchor_1 = zone_block(3, heads);
	let below = Anchor { ledger: plain(ChainTag::Zone(1)), height: 3, commitments: anchor_1.commitments };
	let sent = relays(outputs);
	assert_eq!((sent[0].to, sent[0].zone), (far.ledger.chain, 1));
	assert_eq!(carried(&sent, &lane, &below), [(0, 2)]);

	let spoil = |change: &dyn Fn(&mut Answer)| {
		let mut answer = answer.clone();
		change(&mut answer);
		asker.clone().step(Input::Answered(answer))
	};
	assert_eq!(
		spoil(&|answer| answer.packets[0].messages[0].value += 1),
		[Output::BadAnswer { zone: 0, error: ProofError::NoMessages(RangeError::OtherRoot) }]
	);
	assert_eq!(spoil(&|answer| answer.number += 1), []);
	assert_eq!(spoil(&|answer| answer.to = 9), []);

	// Only what is above the cursor, and only below a header that is kept.
	let known = Question { cursors: vec![(lane, 1)], ..question.clone() };
	let answers = asked.step(Input::Asked(known));
	assert!(matches!(answers.as_slice(), [Output::Answer(answer)] if answer.packets[0].first == 1), "{answers:?}");
	let all = Question { cursors: vec![(lane, 2)], ..question.clone() };
	assert_eq!(asked.step(Input::Asked(all)), []);
	assert_eq!(asked.step(Input::Asked(Question { number: 6, ..question.clone() })), []);
	assert_eq!(asked.step(Input::Asked(Question { zone: 2, ..question })), []);
}

/// A shard of zone 1.
struct Ledger1 {
	ledger: tp_mailbox::Ledger,
}

impl Ledger1 {
	fn new() -> Self {
		let chain = ChainTag::Shard { zone: 1, incarnation: 0 };
		Self { ledger: tp_mailbox::Ledger { chain, tables: Some(TableRange::ALL) } }
	}
}

/// A node that executes a block after the zone has included it can still prove it.
#[test]
fn a_block_that_is_executed_late_is_proved_all_the_same() {
	let (mut late, mut early) = (router(0, 1), router(0, 1));
	let mut source = Source::new(shard(1));
	source.send(table(2));
	let head = source.block(&mut early).0;
	let destination = Head { ledger: shard(2), ..head };
	let mut same = Source::new(shard(1));
	same.send(table(2));
	assert_eq!(relays(late.step(Input::Imported(zone_block(1, vec![head, destination])))), []);
	same.block(&mut late);
	let sent = relays(late.step(Input::Tick { now_ms: 1 }));
	let below = anchor(1, vec![head, destination]);
	assert_eq!(carried(&sent, &lane(shard(1), table(2)), &below), [(0, 1)]);
}

/// What the source knows to have arrived is forgotten, and proofs of the rest still hold.
#[test]
fn confirmed_messages_are_forgotten() {
	let mut router = router(0, 1);
	let mut source = Source::new(shard(1));
	(0..5).for_each(|_| source.send(table(2)));
	let lane = lane(shard(1), table(2));
	let head = source.block(&mut router).0;
	let confirmed = vec![Confirmed { lane, first: 0, end: 3, value: 3 }];
	let outbox = super::network::claims_of(&source).all().to_vec();
	let effects = Some(
		Effects { confirmed, trees: Trees::default().next(outbox, Vec::new()).into(), ..Effects::default() }.into(),
	);
	let block = Executed { ledger: shard(1), number: 2, hash: H256::zero(), effects };
	router.step(Input::Executed(block));
	let head = Head { height: 2, ..head };
	let destination = Head { ledger: shard(2), ..head };
	let sent = relays(router.step(Input::Imported(zone_block(1, vec![head, destination]))));
	assert_eq!(carried(&sent, &lane, &anchor(1, vec![head, destination])), [(3, 5)]);
	router.forget(shard(1).chain);
	assert_eq!(relays(router.step(Input::Tick { now_ms: 10 * RELAY_AGAIN_MS })), []);
}

/// The state of a block is gone: the zone can include its head, and nothing is proved below that.
#[test]
fn a_block_that_was_passed_counts_as_executed_and_proves_nothing() {
	let (mut router, mut other) = (router(0, 1), router(0, 1));
	let mut source = Source::new(shard(1));
	source.send(table(2));
	let (chain, lane) = (shard(1).chain, lane(shard(1), table(2)));
	let passed = source.block(&mut other).0;
	let log = other.views[&chain].log(&lane).unwrap().message(0).unwrap().clone();
	router.step(Input::Passed { chain, number: 1, hash: passed.hash });
	let destination = Source::new(shard(2)).block(&mut router).0;

	// Another router names the head of the passed block.
	let body = other.build();
	assert_eq!(router.check(&body), Verdict::Valid);
	assert_eq!(relays(router.step(Input::Imported(zone_block(1, vec![passed, destination])))), []);
	assert_eq!(router.load(shard(2).chain), None);

	// The next block has what that one sent.
	let leaf = log.leaf(&lane, 0);
	source.send(table(2));
	let head = source.block(&mut other).0;
	let second = other.views[&chain].log(&lane).unwrap().message(1).unwrap().clone();
	let sent = |sequence, leaf, message| (Sent { lane, sequence, leaf }, message);
	let sent = vec![sent(0, leaf, log), sent(1, second.leaf(&lane, 1), second)];
	let trees = other.views[&chain].newest_trees().clone();
	let effects = Some(Effects { sent, trees, ..Effects::default() }.into());
	router.step(Input::Executed(Executed { ledger: shard(1), number: 2, hash: head.hash, effects }));
	let carried_now = relays(router.step(Input::Imported(zone_block(2, vec![head, destination]))));
	assert_eq!(carried(&carried_now, &lane, &anchor(2, vec![head, destination])), [(0, 2)]);
}

/// A router that starts reads no messages that their destination has.
#[test]
fn a_lane_begins_after_the_messages_that_arrived() {
	let (mut router, mut other) = (router(0, 1), router(0, 1));
	let mut source = Source::new(shard(1));
	(0..5).for_each(|_| source.send(table(2)));
	let (chain, lane) = (shard(1).chain, lane(shard(1), table(2)));
	let head = source.block(&mut other).0;
	let log = other.views[&chain].log(&lane).unwrap();
	let mut base = Mountain::default();
	(0..3).for_each(|at| base.push(log.message(at).unwrap().leaf(&lane, at)));
	let waiting = (3..5).map(|sequence| {
		let message = log.message(sequence).unwrap().clone();
		(Sent { lane, sequence, leaf: message.leaf(&lane, sequence) }, message)
	});
	let (begun, sent) = (vec![(lane, base)], waiting.collect());
	let trees = other.views[&chain].newest_trees().clone();
	let effects = Some(Effects { begun, sent, trees, ..Effects::default() }.into());
	router.step(Input::Executed(Executed { ledger: shard(1), number: 1, hash: head.hash, effects }));
	let mut destination = Source::new(shard(2));
	destination.take(lane, 3);
	let destination = destination.block(&mut router).0;
	let relayed = relays(router.step(Input::Imported(zone_block(1, vec![head, destination]))));
	assert_eq!(carried(&relayed, &lane, &anchor(1, vec![head, destination])), [(3, 5)]);
}

/// A table has moved to another shard. The cursor of the shard that ended is old, and a source that ended needs none.
#[test]
fn cursors_come_from_the_owner_of_a_table_and_go_to_ledgers_that_go_on() {
	let mut router = router(0, 1);
	let heir = tp_mailbox::Ledger { chain: ChainTag::Shard { zone: 0, incarnation: 9 }, ..shard(2) };
	router.add_shard(heir, 0);
	let (mut source, mut ended, mut next) = (Source::new(shard(1)), Source::new(shard(2)), Source::new(heir));
	let lane = lane(shard(1), table(2));
	(0..3).for_each(|_| source.send(table(2)));
	let source = source.block(&mut router).0;
	ended.take(lane, 1);
	let ended = ended.block(&mut router).0;
	next.take(lane, 3);
	let next = next.block(&mut router).0;
	let without_tables = |head: Head| Head { ledger: plain(head.ledger.chain), ..head };
	let heads = vec![source, without_tables(ended), next];
	let sent = relays(router.clone().step(Input::Imported(zone_block(1, heads.clone()))));
	let [Relay { to, acknowledgements, .. }] = sent.as_slice() else { panic!("{sent:?}") };
	let cursors = acknowledgements.iter().map(|proof| proof.verify(&anchor(1, heads.clone())).unwrap());
	assert_eq!((*to, cursors.map(|cursor| cursor.taken().messages).collect::<Vec<_>>()), (shard(1).chain, vec![3]));
	let heads = vec![without_tables(source), without_tables(ended), next];
	assert_eq!(relays(router.step(Input::Imported(zone_block(1, heads)))), []);
}
