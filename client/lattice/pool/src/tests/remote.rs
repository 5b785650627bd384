//! Units that pay accounts of other shards.

use super::{ledger::Ledger, *};
use tp_lattice::{Room, TableId};

/// The accounts of the ledger's tables, the lower half.
fn here() -> impl Iterator<Item = u32> {
	(0..).filter(|number| TableId::of(&id(*number)).0 < 128)
}

/// An account of another shard.
fn there() -> u32 {
	(0..).find(|number| TableId::of(&id(*number)).0 >= 128).expect("there is one")
}

/// Returns the rules of a shard with the lower half of the tables. It has room for messages, if it does not run alone.
fn with(messages: Option<u32>) -> PoolContext {
	let mut pool = context();
	pool.context.tables = 0..=127;
	pool.context.room = messages.map(|messages| Arc::new(Room { messages, per_lane: messages, ..Room::default() }));
	pool
}

fn ledger(messages: Option<u32>) -> Ledger {
	Ledger::new(Limits::default(), with(messages), [1_000_000; 40])
}

fn leaves(account: u32, height: Nonce, parent: UnitHash) -> Unit {
	unit(account, height, parent, vec![pay(there(), 5)])
}

#[test]
fn a_ledger_alone_refuses_them_and_a_shard_of_a_zone_takes_them() {
	let by = here().next().unwrap();
	let unit = leaves(by, 0, FIRST);
	assert_eq!(ledger(None).submit(&unit), invalid(Reason::DestinationElsewhere));
	let mut ledger = ledger(Some(3));
	assert_eq!(ledger.submit(&unit), READY);
	let stranger = leaves(there(), 0, FIRST);
	assert_eq!(ledger.submit(&stranger), invalid(Reason::Elsewhere));
	let outcome = ledger.block(ledger.select(100_000), |_| ());
	assert_eq!((outcome.applied(), outcome.remote.len()), (1, 1));
}

#[test]
fn without_room_a_unit_is_refused_for_now() {
	let by = here().next().unwrap();
	let mut ledger = ledger(Some(0));
	let unit = leaves(by, 0, FIRST);
	assert_eq!(ledger.submit(&unit), invalid(Reason::LaneFull));
	ledger.block_with(vec![], |_| (), with(Some(1)));
	assert_eq!(ledger.submit(&unit), READY, "the same unit is taken once there is room");
}

#[test]
fn units_wait_while_the_ledger_takes_none() {
	let by = here().next().unwrap();
	let mut ledger = ledger(Some(3));
	let paused = PoolContext { is_paused: true, ..with(Some(3)) };
	ledger.block_with(vec![], |_| (), paused);
	assert_eq!(ledger.submit(&leaves(by, 0, FIRST)), READY);
	assert!(!ledger.pool.has_selectable() && ledger.select(100_000).is_empty());
	ledger.block_with(vec![], |_| (), with(Some(3)));
	assert!(ledger.pool.has_selectable());
	assert_eq!(ledger.select(100_000).len(), 1);
}

#[test]
fn a_block_has_no_more_of_them_than_have_room_and_local_ones_pass() {
	let mut ledger = ledger(Some(3));
	for by in here().take(5) {
		let first = leaves(by, 0, FIRST);
		let second = unit(by, 1, first.hash(), vec![pay(here().nth(6).unwrap(), 5)]);
		assert_eq!(ledger.submit_all(&[first, second]), [READY; 2]);
	}
	let local = unit(here().nth(5).unwrap(), 0, FIRST, vec![pay(here().next().unwrap(), 5)]);
	assert_eq!(ledger.submit(&local), READY);
	let selected = ledger.select(1_000_000);
	assert_eq!(selected.len(), 7, "three with their followers, and the local one");
	let outcome = ledger.block_with(selected, |_| (), with(Some(0)));
	assert_eq!((outcome.refused, outcome.remote.len()), (vec![], 3));
	// The others stay ready, and wait for room.
	assert_eq!((ledger.pool.stats().ready, ledger.select(1_000_000).len()), (4, 0));
	assert!(!ledger.pool.has_selectable(), "a block for them would be empty");
	ledger.block_with(vec![], |_| (), with(Some(9)));
	assert!(ledger.pool.has_selectable());
	let selected = ledger.select(1_000_000);
	let outcome = ledger.block(selected, |_| ());
	assert_eq!((outcome.applied(), outcome.remote.len(), ledger.pool.stats().units), (4, 2, 0));
}

#[test]
fn room_that_changes_validates_nothing_again() {
	let mut ledger = ledger(Some(3));
	ledger.submit(&leaves(here().next().unwrap(), 0, FIRST));
	let validated = ledger.pool.stats().validated;
	for messages in [0, 7, 1] {
		ledger.block_with(vec![], |_| (), with(Some(messages)));
	}
	assert_eq!(ledger.pool.stats().validated, validated);
	// A ledger that has no other shards any more is another matter.
	ledger.block_with(vec![], |_| (), with(None));
	assert_eq!(ends(&ledger.events), [invalid(Reason::DestinationElsewhere)]);
}

#[test]
fn messages_count_in_the_compute_of_a_block() {
	let mut pool = with(Some(9));
	let room = Room { messages: 9, per_lane: 9, lanes: vec![], compute_per_message: 100_000_000 };
	pool.context.room = Some(Arc::new(room));
	let mut ledger = Ledger::new(Limits::default(), pool, [1_000_000; 40]);
	for by in here().take(3) {
		assert_eq!(ledger.submit(&leaves(by, 0, FIRST)), READY);
	}
	let of = |compute| Budget { compute, ..ledger.budget() };
	assert_eq!(ledger.select_within(of(2 * 125_000_000)).len(), 2);
	assert_eq!(ledger.select_within(of(2 * 125_000_000 - 1)).len(), 1);
}
