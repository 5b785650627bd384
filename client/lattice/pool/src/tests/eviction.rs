//! A full pool.

use super::{ledger::Ledger, *};

fn full(max_units: usize, balances: impl IntoIterator<Item = Balance>) -> Ledger {
	Ledger::new(Limits { max_units, ..Limits::default() }, context(), balances)
}

#[test]
fn the_account_with_the_most_loses_its_last_unit() {
	let mut ledger = full(20, [1_000_000; 10]);
	let units = chain(1, 0, FIRST, 12, 5);
	ledger.submit_all(&units);
	assert_eq!(ledger.submit_all(&chain(2, 0, FIRST, 8, 5)), [READY; 8]);
	assert_eq!(ledger.submit(&chain(3, 0, FIRST, 1, 5)[0]), READY);
	assert_eq!(ledger.events, [Event { hash: units[11].hash(), status: dropped(DropReason::Replaced) }]);
	assert_eq!(ledger.submit(&units[11]), dropped(DropReason::PoolFull), "it evicts no unit in return");
	assert_eq!(ledger.pool.stats().units, 20);
}

#[test]
fn equal_accounts_do_not_evict_each_other() {
	let mut ledger = full(5, [1_000_000; 10]);
	for account in 1..6 {
		assert_eq!(ledger.submit(&unit(account, 0, FIRST, vec![pay(0, 5)])), READY);
	}
	let sixth = unit(6, 0, FIRST, vec![pay(0, 5)]);
	assert_eq!(
		ledger.admit(&sixth),
		Admission::Refused(dropped(DropReason::PoolFull)),
		"before the signature is verified"
	);
	assert_eq!(ledger.insert(&sixth), dropped(DropReason::PoolFull));
	let selected = ledger.select(1_000_000);
	ledger.block(selected, |_| ());
	assert_eq!(ledger.submit(&sixth), READY, "a block makes room");
}

#[test]
fn the_least_recently_used_of_equal_accounts_loses() {
	let mut ledger = full(8, [1_000_000; 10]);
	let units: Vec<_> = [1, 2].map(|account| chain(account, 0, FIRST, 4, 5)).concat();
	ledger.submit_all(&units[..3]);
	ledger.submit_all(&units[4..]);
	ledger.submit(&units[3]);
	assert_eq!(ledger.submit(&chain(3, 0, FIRST, 1, 5)[0]), READY);
	assert_eq!(ledger.events, [Event { hash: units[7].hash(), status: dropped(DropReason::Replaced) }]);
}

#[test]
fn the_oldest_gap_loses_first_and_from_its_end() {
	let mut ledger = full(6, [1_000_000; 10]);
	let (older, newer) = (chain(1, 1, FIRST, 2, 5), chain(2, 1, FIRST, 2, 5));
	ledger.submit_all(&[older.clone(), newer.clone(), chain(3, 0, FIRST, 2, 5)].concat());
	let more = chain(3, 2, chain(3, 0, FIRST, 2, 5)[1].hash(), 4, 5);
	let lost: Vec<_> = more
		.iter()
		.map(|unit| {
			ledger.submit(unit);
			ledger.events[0].hash
		})
		.collect();
	assert_eq!(lost, [&older[1], &older[0], &newer[1], &newer[0]].map(|unit| unit.hash()));
	assert_eq!(ledger.pool.stats().ready, 6);
	let gap = unit(4, 3, FIRST, vec![pay(0, 5)]);
	assert_eq!(ledger.submit(&gap), dropped(DropReason::PoolFull));
}

#[test]
fn an_account_that_closes_its_gap_loses_its_last_unit() {
	let mut ledger = full(2, [1_000_000; 10]);
	let units = chain(1, 0, FIRST, 3, 5);
	assert_eq!(ledger.submit_all(&units[1..]), [FUTURE; 2]);
	assert_eq!(ledger.submit(&units[0]), READY);
	assert_eq!(ledger.statuses(&units), [Some(READY), Some(READY), Some(dropped(DropReason::Replaced))]);
	let mut single = full(1, [1_000_000; 10]);
	assert_eq!(single.submit_all(&[units[1].clone(), units[0].clone()]), [FUTURE, READY]);
}

#[test]
fn the_bucket_with_the_most_per_balance_loses() {
	// 512 units: the floor of a bucket is 2.
	let poor = std::iter::repeat_n(4_000, 600);
	let mut ledger = full(512, poor.chain([1_000_000; 10]));
	for account in 1..513 {
		assert_eq!(ledger.insert(&unit(account, 0, FIRST, vec![pay(0, 5)])), READY);
	}
	assert_eq!(ledger.submit(&unit(513, 0, FIRST, vec![pay(0, 5)])), dropped(DropReason::PoolFull));
	for unit in chain(600, 0, FIRST, 100, 5) {
		assert_eq!(ledger.submit(&unit), READY);
		assert_eq!(ends(&ledger.events), [dropped(DropReason::Replaced)]);
	}
	let left = chain(600, 0, FIRST, 100, 5).iter().filter(|unit| ledger.pool.get(&unit.hash()).is_some()).count();
	assert_eq!(left, 100);
}

#[test]
fn a_bucket_keeps_its_floor_against_any_balance() {
	let mut ledger = full(512, [vec![2_000; 3], vec![Balance::MAX / 1_000; 10]].concat());
	let poor: Vec<_> = [1, 2].map(|account| unit(account, 0, FIRST, vec![pay(0, 5)])).into();
	assert_eq!(ledger.submit_all(&poor), [READY; 2]);
	for account in 3..6 {
		ledger.submit_all(&chain(account, 0, FIRST, 256, 5));
	}
	assert_eq!(ledger.pool.stats().units, 512);
	assert_eq!(ledger.statuses(&poor), [Some(READY); 2]);
	assert_eq!(
		ledger.submit(&unit(0, 0, FIRST, vec![pay(1, 5)])),
		dropped(DropReason::PoolFull),
		"no more than the floor"
	);
}

#[test]
fn bytes_are_bounded_too() {
	let limits = Limits { max_bytes: 5_000, ..Limits::default() };
	let mut ledger = Ledger::new(limits, context(), [1_000_000; 10]);
	let units = chain(1, 0, FIRST, 30, 5);
	let refused = ledger.submit_all(&units).iter().filter(|status| **status != READY).count();
	assert!(refused > 0 && ledger.pool.stats().bytes <= 5_000);
	let before = ledger.pool.stats().units;
	let large = unit(2, 0, FIRST, (0..16).map(|_| pay(3, 5)).collect());
	assert_eq!(ledger.submit(&large), READY);
	assert!(ledger.events.len() >= 4 && ledger.pool.stats().units == before + 1 - ledger.events.len());
}
