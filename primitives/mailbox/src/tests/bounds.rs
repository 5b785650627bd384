//! Every bound is refused by name before anything changes.

use super::{
	bank::Order,
	ledgers::{account, account_in, payment, shard, TestLedger},
};
use crate::{
	bounds::*, check_budget, Class, Destination, Draft, Home, Initiator, Lane, MessageError, Outbox, SendError, Store,
};
use codec::Encode;

fn sender() -> TestLedger {
	let mut source = shard(1);
	source.give(&account(1), 1_000_000_000);
	source.begin_block();
	source
}

fn draft() -> Draft {
	payment(Home::Zone(0), &account_in(9), 10)
}

#[track_caller]
fn assert_refused(source: &mut TestLedger, draft: Draft, error: impl Into<SendError>) {
	let before = (source.store.clone(), source.bank.clone());
	assert_eq!(source.send(&account(1), draft), Err(error.into()));
	assert_eq!((source.store.clone(), source.bank.clone()), before, "nothing changed");
}

#[test]
fn malformed_messages_are_refused() {
	let mut source = sender();
	let overhead = draft().by(Initiator { home: Home::Zone(0), account: account(1) }).encode().len() - 33;
	// The length of a payload above 63 takes two bytes.
	let longest = MAX_MESSAGE_BYTES - overhead - 1;
	let long = Draft { payload: vec![0; longest + 1], ..draft() };
	assert_refused(&mut source, long, MessageError::TooLong(MAX_MESSAGE_BYTES + 1));
	source.send(&account(1), Draft { payload: vec![0; longest], ..draft() }).unwrap();
	for weight in [0, MIN_MESSAGE_WEIGHT - 1, MAX_MESSAGE_WEIGHT + 1] {
		assert_refused(&mut source, Draft { weight, ..draft() }, MessageError::BadWeight(weight));
	}
	let budget = MAX_BUDGET + 1;
	assert_refused(&mut source, Draft { budget, ..draft() }, MessageError::BadBudget(budget));
	source.send(&account(1), Draft { weight: MAX_MESSAGE_WEIGHT, budget: MAX_BUDGET, ..draft() }).unwrap();
}

#[test]
fn children_share_the_budget_of_their_parent() {
	let parent = Draft { budget: 5 * MIN_MESSAGE_WEIGHT, ..draft() };
	let mut parent = parent.by(Initiator { home: Home::Zone(0), account: account(1) });
	let child = Draft { budget: MIN_MESSAGE_WEIGHT, ..draft() };
	assert_eq!(check_budget(&parent, &[child.clone(), child.clone(), draft()]), Ok(()));
	let three = [child.clone(), child.clone(), child.clone()];
	assert_eq!(check_budget(&parent, &three), Err(MessageError::BudgetExceeded));
	let endless = Draft { weight: u64::MAX, budget: u64::MAX, ..draft() };
	assert_eq!(check_budget(&parent, &[endless]), Err(MessageError::BudgetExceeded));
	let many = vec![draft(); MAX_CHILDREN + 1];
	assert_eq!(check_budget(&parent, &many), Err(MessageError::TooManyChildren));
	parent.hop = MAX_HOPS;
	assert_eq!(child.after(&parent).check(), Err(MessageError::TooManyHops));
	parent.hop = u8::MAX;
	assert_eq!(draft().after(&parent).check(), Err(MessageError::TooManyHops));
}

#[test]
fn a_full_lane_is_refused_by_number_and_by_bytes() {
	let mut source = sender();
	for _ in 0..LANE_MESSAGES {
		source.send(&account(1), draft()).unwrap();
	}
	assert_refused(&mut source, draft(), SendError::LaneFull);
	// Another lane is free.
	let large = Draft { payload: vec![0; 16_000], ..payment(Home::Zone(0), &account_in(10), 10) };
	let mut sent = 0;
	while source.send(&account(1), large.clone()).is_ok() {
		sent += 1;
	}
	assert_eq!(sent, 65);
	assert_refused(&mut source, large, SendError::LaneBytes);
}

fn outbox(source: &mut TestLedger, change: impl Fn(&mut Outbox)) {
	let mut outbox = source.store.outbox();
	change(&mut outbox);
	source.store.set_outbox(outbox);
}

#[test]
fn a_growing_outbox_refuses_many_then_users_then_deliveries_then_all() {
	let mut source = sender();
	let system = |source: &mut TestLedger| source.mailbox().send_system(&account(1), draft()).map(|_| ());
	let parent = Draft { budget: MAX_BUDGET, ..draft() }.by(Initiator { home: Home::Zone(0), account: account(1) });
	let delivery =
		|source: &mut TestLedger| source.mailbox().send_children(&parent, vec![draft()]).map(|sent| sent.len());
	outbox(&mut source, |outbox| outbox.messages = OUTBOX_MANY - 1);
	source.send(&account(1), draft()).unwrap();
	assert_refused(&mut source, draft(), SendError::OneAtATime);
	source.give(&account(2), 100);
	source.send(&account(2), draft()).unwrap();
	source.begin_block();
	source.send(&account(1), draft()).unwrap();

	assert!(!source.mailbox().asks_for_split());
	outbox(&mut source, |outbox| outbox.messages = OUTBOX_SPLIT);
	assert!(source.mailbox().asks_for_split());

	source.begin_block();
	outbox(&mut source, |outbox| outbox.messages = OUTBOX_USERS);
	assert_refused(&mut source, draft(), SendError::OutboxFull);
	assert_eq!((delivery(&mut source), system(&mut source)), (Ok(1), Ok(())));
	outbox(&mut source, |outbox| outbox.messages = OUTBOX_DELIVERIES);
	assert_eq!((delivery(&mut source), system(&mut source)), (Err(SendError::OutboxFull), Ok(())));
	outbox(&mut source, |outbox| outbox.messages = OUTBOX_FULL);
	assert_eq!(system(&mut source), Err(SendError::OutboxFull));
	// Bounces have their own room.
	let to = Destination::of(Home::Zone(0), &account_in(9));
	assert_eq!(source.mailbox().admit_bounce(to, &parent), Ok(()));
	outbox(&mut source, |outbox| outbox.bounces = OUTBOX_BOUNCES);
	assert_eq!(source.mailbox().admit_bounce(to, &parent), Err(SendError::OutboxFull));
}

#[test]
fn open_lanes_are_bounded_and_bounces_have_some_for_themselves() {
	let mut source = sender();
	source.send(&account(1), draft()).unwrap();
	outbox(&mut source, |outbox| outbox.open_lanes = u32::try_from(MAX_OPEN_LANES - BOUNCE_LANES).unwrap());
	let elsewhere = payment(Home::Zone(0), &account_in(10), 10);
	assert_refused(&mut source, elsewhere, SendError::TooManyLanes);
	source.send(&account(1), draft()).expect("an open lane goes on");
	let to = Destination::of(Home::Zone(0), &account_in(10));
	let bounce = draft().by(Initiator { home: Home::Zone(0), account: account(1) });
	assert_eq!(source.mailbox().admit_bounce(to, &bounce), Ok(()));
	outbox(&mut source, |outbox| outbox.open_lanes = u32::try_from(MAX_OPEN_LANES).unwrap());
	assert_eq!(source.mailbox().admit_bounce(to, &bounce), Err(SendError::TooManyLanes));
}

#[test]
fn a_delivery_sends_all_of_its_messages_or_none() {
	let mut source = sender();
	let parent = Draft { budget: MAX_BUDGET, ..draft() }.by(Initiator { home: Home::Zone(0), account: account(1) });
	for _ in 0..LANE_MESSAGES - 1 {
		source.send(&account(1), draft()).unwrap();
	}
	let before = source.store.clone();
	let both = vec![payment(Home::Zone(0), &account_in(10), 5), draft(), draft()];
	assert_eq!(source.mailbox().send_children(&parent, both).unwrap_err(), SendError::LaneFull);
	assert_eq!(source.store, before);
	let fits = vec![payment(Home::Zone(0), &account_in(10), 5), draft()];
	let sent = source.mailbox().send_children(&parent, fits).unwrap();
	assert!(sent.iter().all(|(_, message)| message.hop == 1 && message.initiator == parent.initiator));
	let lane = Lane { class: Class::User, ..sent[1].0.lane };
	assert_eq!(source.store.outbound(&lane).sent.messages, LANE_MESSAGES);
	assert_eq!(Order::Fail.encode().len(), 1);
}
