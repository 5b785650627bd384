//! The destination's side.

use super::{
	bank::Order,
	ledgers::{account, account_in, lane_to, main_chain, payment, shard, TestLedger, MANY},
};
use crate::{
	bounds::{MAX_BUDGET, MIN_MESSAGE_WEIGHT, OUTBOX_BOUNCES},
	Arrival, Bounce, Class, Destination, Draft, Event, Home, Lane, Limits, MoveError, Reason, Store, TableId,
	TableRange, TakeError,
};
use codec::Encode;
use tp_core::{AccountId, Balance};

fn alice() -> AccountId {
	account(1)
}

/// An account without balance in table 9.
fn bob() -> AccountId {
	account_in(9)
}

fn sender() -> TestLedger {
	let mut source = shard(1);
	source.give(&alice(), 10_000);
	source.begin_block();
	source
}

fn lane(source: &TestLedger) -> Lane {
	lane_to(source, Home::Zone(0), &bob())
}

/// Carries all that is in flight on a lane to its destination, and the cursor back.
fn carry(source: &mut TestLedger, destination: &mut TestLedger, lane: &Lane) -> Vec<Event> {
	let (packet, anchor) = source.backlog(lane);
	let events = destination.take(vec![packet], &anchor, MANY);
	source.acknowledge(destination.acknowledgement(lane));
	events
}

fn order(order: Order, value: Balance) -> Draft {
	Draft { payload: order.encode(), budget: MAX_BUDGET, ..payment(Home::Zone(0), &bob(), value) }
}

#[test]
fn a_message_is_taken_once_in_its_order_however_often_it_is_brought() {
	let (mut source, mut destination) = (sender(), shard(2));
	for value in [10, 20, 30, 40] {
		source.send(&alice(), payment(Home::Zone(0), &bob(), value)).unwrap();
	}
	let lane = lane(&source);
	let refused = |error| vec![Event::Refused(lane, error)];
	let (late, anchor) = source.packet(&lane, 2, 4);
	assert_eq!(destination.take(vec![late.clone()], &anchor, MANY), refused(TakeError::Gap { first: 2, cursor: 0 }));
	let (early, _) = source.packet(&lane, 0, 2);
	assert_eq!(destination.take(vec![early.clone()], &anchor, MANY).len(), 2);
	let again = TakeError::AlreadyTaken { end: 2, cursor: 2 };
	assert_eq!(destination.take(vec![early], &anchor, MANY), refused(again));
	// A packet that begins too early continues at the cursor.
	let (overlapping, _) = source.packet(&lane, 1, 3);
	let arrival = |sequence| Arrival { lane, sequence };
	assert_eq!(destination.take(vec![overlapping], &anchor, MANY), [Event::Delivered(arrival(2))]);
	let twice = destination.take(vec![late.clone(), late], &anchor, MANY);
	assert_eq!(twice, [Event::Refused(lane, TakeError::Twice), Event::Delivered(arrival(3))]);
	assert_eq!(destination.bank.arrivals, (0..4).map(arrival).collect::<Vec<_>>());
	assert_eq!(destination.bank.balances[&bob()], 100);
	assert_eq!(source.acknowledge(destination.acknowledgement(&lane)).value, 100);
}

#[test]
fn the_limits_of_a_block_leave_the_rest_for_the_next() {
	let (mut source, mut destination) = (sender(), shard(2));
	for _ in 0..10 {
		source.send(&alice(), payment(Home::Zone(0), &bob(), 10)).unwrap();
	}
	let (packet, anchor) = source.backlog(&lane(&source));
	let few = Limits { messages: 4, ..MANY };
	for (taken, waiting) in [(4, 6), (4, 2), (2, 0)] {
		assert_eq!(destination.take(vec![packet.clone()], &anchor, few).len(), taken);
		assert_eq!(destination.store.inbound(&lane(&source)).unwrap().waiting(), waiting);
	}
	let light = Limits { weight: 3 * MIN_MESSAGE_WEIGHT, ..MANY };
	source.send(&alice(), payment(Home::Zone(0), &bob(), 10)).unwrap();
	let (packet, anchor) = source.backlog(&lane(&source));
	assert_eq!(destination.take(vec![packet], &anchor, light).len(), 1);
}

#[test]
fn what_cannot_be_delivered_comes_back_once() {
	for (draft, reason) in [
		(payment(Home::Zone(0), &bob(), 5), Reason::NoAccount),
		(order(Order::Fail, 500), Reason::Failed),
		(Draft { payload: vec![255; 100], ..order(Order::Fail, 500) }, Reason::Unreadable),
	] {
		let (mut source, mut destination) = (sender(), shard(2));
		let value = draft.value;
		source.send(&alice(), draft).unwrap();
		let lane = lane(&source);
		let events = carry(&mut source, &mut destination, &lane);
		let arrival = Arrival { lane, sequence: 0 };
		assert_eq!(events[0], Event::Bounced { arrival, reason });
		assert_eq!(source.bank.balances[&alice()], 10_000 - value);
		let back = Destination::of(Home::Zone(0), &alice());
		let back = Lane { source: destination.ledger.chain, destination: back, class: Class::Bounce };
		assert_eq!(destination.store.outbox().bounces, 1);
		let events = carry(&mut destination, &mut source, &back);
		assert_eq!(events, [Event::Refunded(Arrival { lane: back, sequence: 0 })]);
		assert_eq!(source.bank.balances[&alice()], 10_000);
		assert_eq!(source.bank.bounces, [Bounce { lane, sequence: 0, reason }]);
		assert_eq!((source.store.outbox(), destination.store.outbox()), Default::default());
	}
}

#[test]
fn a_bounce_for_an_account_that_ended_is_kept_for_it_and_never_bounces() {
	let (mut source, mut destination) = (sender(), shard(2));
	source.send(&alice(), payment(Home::Zone(0), &bob(), 5)).unwrap();
	let lane = lane(&source);
	carry(&mut source, &mut destination, &lane);
	source.bank.balances.clear();
	let back = Destination::of(Home::Zone(0), &alice());
	let back = Lane { source: destination.ledger.chain, destination: back, class: Class::Bounce };
	carry(&mut destination, &mut source, &back);
	assert_eq!((source.bank.kept, source.store.outbox().bounces), (5, 0));
}

#[test]
fn a_lane_whose_bounce_has_no_room_waits_and_others_go_on() {
	let (mut source, mut destination) = (sender(), shard(2));
	source.send(&alice(), order(Order::Fail, 500)).unwrap();
	source.send(&alice(), payment(Home::Zone(0), &bob(), 50)).unwrap();
	source.send(&alice(), payment(Home::Zone(0), &account_in(10), 70)).unwrap();
	let mut outbox = destination.store.outbox();
	outbox.bounces = OUTBOX_BOUNCES;
	destination.store.set_outbox(outbox);
	let other = lane_to(&source, Home::Zone(0), &account_in(10));
	let (first, anchor) = source.backlog(&lane(&source));
	let (second, _) = source.backlog(&other);
	let events = destination.take(vec![first.clone(), second], &anchor, MANY);
	let arrival = |lane| Arrival { lane, sequence: 0 };
	assert_eq!(events, [Event::Waits(arrival(lane(&source))), Event::Delivered(arrival(other))]);
	assert_eq!(destination.bank.balances.get(&bob()), None);
	destination.store.set_outbox(Default::default());
	let events = destination.take(vec![first], &anchor, MANY);
	assert_eq!(events[0], Event::Bounced { arrival: arrival(lane(&source)), reason: Reason::Failed });
	assert_eq!(destination.bank.balances[&bob()], 50);
}

/// Each delivery sends two messages to the same account, as long as budget and hops last.
fn bomb(depth: u32) -> Order {
	let parts = match depth {
		0 => Vec::new(),
		_ => {
			let payload = bomb(depth - 1).encode();
			let budget = MAX_BUDGET >> (20 - depth);
			let part = |payload| Draft {
				destination: Destination::of(Home::Zone(0), &bob()),
				weight: MIN_MESSAGE_WEIGHT,
				budget,
				value: 1,
				payload,
			};
			vec![part(payload.clone()), part(payload)]
		},
	};
	Order::Forward(bob(), parts)
}

#[test]
fn a_message_that_multiplies_ends_by_its_budget() {
	let mut ledger = sender();
	ledger.give(&bob(), 100);
	let budget = 6 * MIN_MESSAGE_WEIGHT;
	let draft = Draft { budget, ..order(bomb(6), 100) };
	ledger.send(&alice(), draft).unwrap();
	let lane = lane(&ledger);
	let (mut rounds, mut delivered) = (0, 0);
	while ledger.store.outbox().messages > 0 {
		let (packet, anchor) = ledger.backlog(&lane);
		let events = ledger.take(vec![packet], &anchor, MANY);
		delivered += events.iter().filter(|event| matches!(event, Event::Delivered(_))).count();
		let acknowledgement = ledger.acknowledgement(&lane);
		ledger.acknowledge(acknowledgement);
		rounds += 1;
		assert!(rounds < 20, "it goes on");
	}
	assert!(delivered <= 1 + 6, "{delivered} messages were paid for");
}

#[test]
fn a_refused_child_undoes_the_delivery() {
	let (mut source, mut destination) = (sender(), shard(2));
	destination.give(&bob(), 100);
	let part = |budget| Draft {
		destination: Destination::Main,
		weight: MIN_MESSAGE_WEIGHT,
		budget,
		value: 30,
		payload: Order::Pay(alice()).encode(),
	};
	source.send(&alice(), order(Order::Forward(bob(), vec![part(0), part(MAX_BUDGET)]), 100)).unwrap();
	source.send(&alice(), order(Order::Forward(bob(), vec![part(0), part(0)]), 100)).unwrap();
	let lane = lane(&source);
	let events = carry(&mut source, &mut destination, &lane);
	let arrival = |sequence| Arrival { lane, sequence };
	assert_eq!(events[0], Event::Bounced { arrival: arrival(0), reason: Reason::CannotSend });
	assert_eq!(destination.bank.balances[&bob()], 100 + 40);
	// The children of the second one keep its initiator.
	let mut main = main_chain();
	let lane = Lane { source: destination.ledger.chain, destination: Destination::Main, class: Class::User };
	assert!(destination.logs[&lane]
		.message(1)
		.is_some_and(|child| child.initiator.account == alice() && child.hop == 1));
	carry(&mut destination, &mut main, &lane);
	assert_eq!(main.bank.balances[&alice()], 60);
}

#[test]
fn a_table_moves_with_its_lanes_and_their_cursors() {
	let (mut source, mut parent) = (sender(), shard(2));
	let low = TableRange { first: TableId(0), last: TableId(9) };
	let high = TableRange { first: TableId(10), last: TableId(255) };
	let mut child = shard(3);
	child.ledger.tables = Some(low);
	for value in [10, 20, 30] {
		source.send(&alice(), payment(Home::Zone(0), &bob(), value)).unwrap();
	}
	let lane = lane(&source);
	let (packet, anchor) = source.packet(&lane, 0, 2);
	parent.take(vec![packet], &anchor, MANY);

	let moving = parent.mailbox().release(low);
	assert_eq!(parent.mailbox().adopt(moving.clone()), Ok(()));
	assert_eq!(parent.mailbox().adopt(moving), Err(MoveError::Twice(lane.source)));
	let moving = parent.mailbox().release(low);
	parent.ledger.tables = Some(high);
	assert_eq!(parent.mailbox().adopt(moving.clone()), Err(MoveError::NotHere(lane.destination)));
	child.mailbox().adopt(moving).unwrap();

	let (whole, anchor) = source.packet(&lane, 0, 3);
	let refused = Event::Refused(lane, TakeError::NotHere(lane.destination));
	assert_eq!(parent.take(vec![whole.clone()], &anchor, MANY), [refused]);
	assert_eq!(child.take(vec![whole], &anchor, MANY), [Event::Delivered(Arrival { lane, sequence: 2 })]);
	assert_eq!(source.acknowledge(child.acknowledgement(&lane)).value, 60);
	assert_eq!(parent.mailbox().release(TableRange::ALL), Default::default());
}

#[test]
fn a_source_is_forgotten_when_all_of_its_messages_were_taken() {
	let (mut source, mut destination) = (sender(), shard(2));
	for value in [10, 20] {
		source.send(&alice(), payment(Home::Zone(0), &bob(), value)).unwrap();
	}
	let lane = lane(&source);
	let (packet, anchor) = source.packet(&lane, 0, 1);
	destination.take(vec![packet], &anchor, MANY);
	let sent = [(lane, source.store.outbound(&lane).sent)];
	assert!(!destination.mailbox().forget(lane.source, &sent));
	carry(&mut source, &mut destination, &lane);
	let own = destination.ledger.chain;
	assert!(!destination.mailbox().forget(own, &sent));
	assert!(destination.mailbox().forget(lane.source, &sent));
	assert_eq!(destination.store.inbound(&lane), None);
}

/// The turn of a full destination goes round all sources that send to it.
#[test]
fn each_source_has_its_turn() {
	let mut destination = shard(9);
	let mut sources = Vec::new();
	for incarnation in 1..4 {
		let mut source = shard(incarnation);
		source.give(&alice(), 1_000);
		source.begin_block();
		source.send(&alice(), payment(Home::Zone(0), &bob(), 10)).unwrap();
		let (packet, anchor) = source.backlog(&lane(&source));
		destination.take(vec![packet], &anchor, MANY);
		sources.push(source.ledger.chain);
	}
	let turns: Vec<_> =
		(0..3).map(|turn| destination.mailbox().levels(turn * crate::bounds::FLOOR_TURN).turn.unwrap()).collect();
	assert_eq!(turns, sources);
	assert_eq!(shard(1).mailbox().levels(5).turn, None);
}
