//! Gaps, promotion, speculation, time.

use super::{ledger::Ledger, *};

#[test]
fn units_out_of_order_become_ready_together() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 4, 5);
	let order = [3, 1, 2, 0].map(|at: usize| units[at].clone());
	assert_eq!(ledger.submit_all(&order), [FUTURE, FUTURE, FUTURE, READY]);
	let promoted: Vec<_> = ledger.events.iter().map(|event| (event.hash, event.status)).collect();
	let expected: Vec<_> = units[1..].iter().map(|unit| (unit.hash(), READY)).collect();
	assert_eq!(promoted, expected);
	assert!(ledger.pool.has_ready());
	assert_eq!(ledger.select(100_000), units);
}

#[test]
fn the_speculative_account_equals_the_account_after_the_block() {
	let mut ledger = Ledger::metered(rules(10));
	assert_eq!(ledger.pool.speculative(&id(1)), None);
	let units = chain(1, 0, FIRST, 3, 100);
	ledger.submit_all(&units);
	let Speculation { account, pending } = ledger.pool.speculative(&id(1)).unwrap();
	assert_eq!(pending, 3);
	ledger.block(units, |_| ());
	assert_eq!(account, ledger.store.get(&id(1)).cloned());
}

#[test]
fn money_is_counted_over_all_ready_units() {
	let mut ledger = Ledger::new(Limits::default(), context(), [ED, 10_000]);
	let units = chain(1, 0, FIRST, 4, 3_000);
	assert_eq!(ledger.submit_all(&units), [READY, READY, READY, invalid(Reason::Balance)]);
	let again = unit(1, 3, units[2].hash(), vec![pay(0, 1_000)]);
	assert_eq!(ledger.submit(&again), READY, "a refused unit takes no height");
	assert_eq!(ledger.pool.speculative(&id(1)).unwrap(), Speculation { account: None, pending: 4 });
	let after_death = unit(1, 4, again.hash(), vec![pay(0, 0)]);
	assert_eq!(ledger.submit(&after_death), invalid(Reason::NoAccount));
}

#[test]
fn a_future_unit_that_does_not_apply_leaves_at_its_turn() {
	let mut ledger = Ledger::new(Limits::default(), context(), [ED, 10_000]);
	let good = unit(1, 0, FIRST, vec![pay(0, 5_000)]);
	let dear = unit(1, 1, good.hash(), vec![pay(0, 5_001)]);
	let last = unit(1, 2, dear.hash(), vec![pay(0, 1)]);
	assert_eq!(ledger.submit_all(&[last.clone(), dear.clone(), good]), [FUTURE, FUTURE, READY]);
	assert_eq!(ledger.events, [Event { hash: dear.hash(), status: invalid(Reason::Balance) }]);
	assert_eq!(ledger.pool.status(&last.hash()), Some(FUTURE), "there may be money when the other unit is sent again");
	assert_eq!(ledger.pool.status(&dear.hash()), Some(invalid(Reason::Balance)));
	ledger.block(vec![], |store| store.get_mut(&id(1)).unwrap().data.free += 5_000);
	assert_eq!(ledger.submit(&dear), READY, "there is money now");
	assert_eq!(ledger.events, [Event { hash: last.hash(), status: READY }]);
}

#[test]
fn followers_of_another_unit_leave() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 4, 5);
	let mut usurper = units[0].clone();
	usurper.body.operations[0] = pay(3, 9);
	ledger.submit_all(&units[1..]);
	assert_eq!(ledger.submit(&usurper), READY);
	assert_eq!(ends(&ledger.events), [invalid(Reason::Parent); 3]);
	assert_eq!(ledger.pool.stats().units, 1);
}

#[test]
fn a_gap_that_does_not_close_in_time_drops_units() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 4, 5);
	assert_eq!(ledger.submit(&units[3]), FUTURE);
	ledger.now += 30_000;
	assert_eq!(ledger.submit_all(&[units[2].clone(), units[0].clone()]), [FUTURE, READY]);
	ledger.now += 29_999;
	ledger.prune();
	assert_eq!(ledger.events, []);
	ledger.now += 1;
	ledger.prune();
	assert_eq!(ledger.events, [Event { hash: units[3].hash(), status: dropped(DropReason::TimedOut) }]);
	ledger.now += 30_000;
	ledger.prune();
	assert_eq!(ledger.events, [Event { hash: units[2].hash(), status: dropped(DropReason::TimedOut) }]);
	assert_eq!(ledger.pool.status(&units[0].hash()), Some(READY), "ready units do not time out");
	assert_eq!(ledger.submit(&units[2]), FUTURE, "the unit may be sent again");
}

#[test]
fn a_limited_number_of_outcomes_is_remembered() {
	let limits = Limits { max_outcomes: 3, ..Limits::default() };
	let mut ledger = Ledger::new(limits, context(), [1_000_000; 2]);
	let units = chain(1, 0, FIRST, 4, 5);
	ledger.submit_all(&units);
	ledger.block(units.clone(), |_| ());
	let known: Vec<_> = ledger.statuses(&units).iter().map(Option::is_some).collect();
	assert_eq!(known, [false, true, true, true]);
	assert_eq!(ledger.submit(&units[0]), invalid(Reason::Height));
}
