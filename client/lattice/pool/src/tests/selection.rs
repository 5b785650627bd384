//! Selection of a block's units.

use super::{ledger::Ledger, *};
use std::collections::BTreeSet;

/// Bytes of a unit with one payment.
const UNIT: usize = 32 + 4 + 32 + 4 + 1 + (1 + 32 + 16) + 65;

#[test]
fn accounts_take_turns() {
	let mut ledger = Ledger::rich();
	ledger.submit_all(&chain(1, 0, FIRST, 40, 5));
	ledger.submit_all(&chain(2, 0, FIRST, 20, 5));
	ledger.submit_all(&chain(3, 0, FIRST, 2, 5));
	let selected = ledger.select(1_000_000);
	let mut order: Vec<(u32, usize)> = Vec::new();
	for unit in &selected {
		let account = (1..4).find(|number| id(*number) == unit.body.account).unwrap();
		match order.last_mut() {
			Some((last, count)) if *last == account => *count += 1,
			_ => order.push((account, 1)),
		}
	}
	assert_eq!(order, [(1, 16), (2, 16), (3, 2), (1, 14), (2, 4), (1, 10)]);
	assert_eq!(ledger.select(1_000_000), selected, "selection changes nothing");
}

#[test]
fn a_served_account_joins_the_queue_again() {
	let mut ledger = Ledger::rich();
	ledger.submit_all(&chain(1, 0, FIRST, 40, 0));
	ledger.submit_all(&chain(2, 0, FIRST, 40, 0));
	let first = ledger.select(5 + 16 * UNIT);
	assert!(first.len() == 16 && first.iter().all(|unit| unit.body.account == id(1)));
	ledger.block(first, |_| ());
	assert!(ledger.select(5 + 16 * UNIT).iter().all(|unit| unit.body.account == id(2)));
}

#[test]
fn all_limits_of_a_block_hold() {
	let mut ledger = Ledger::rich();
	for account in 1..10 {
		ledger.submit_all(&chain(account, 0, FIRST, 30, 5));
	}
	let all = ledger.budget();
	let count = |budget| ledger.select_within(budget).len();
	assert_eq!(count(all), 270);
	assert_eq!(count(Budget { units: 33, ..all }), 33);
	assert_eq!(count(Budget { bytes: 5 + 20 * UNIT + UNIT - 1, ..all }), 20);
	assert_eq!(count(Budget { compute: 21 * 25_000_000 - 1, ..all }), 20);
	assert_eq!(count(Budget { bytes: 0, ..all }), 0);
}

#[test]
fn a_large_unit_without_room_stops_only_its_account() {
	let mut ledger = Ledger::rich();
	let large = unit(1, 0, FIRST, (0..16).map(|_| pay(2, 5)).collect());
	ledger.submit(&large);
	ledger.submit_all(&chain(1, 1, large.hash(), 1, 5));
	let small = chain(2, 0, FIRST, 1, 5);
	ledger.submit_all(&small);
	assert_eq!(ledger.select(5 + 2 * UNIT), small);
}

#[test]
fn free_use_is_capped_and_stake_is_not() {
	let block_free = Usage { compute: 25_000_000 * 10, ..Usage::MAX };
	let mut ledger = Ledger::metered(QuotaRules { block_free, ..rules(20) });
	ledger.store.get_mut(&id(9)).unwrap().data.quota.locked = ED;
	for account in (1..10).rev() {
		ledger.submit_all(&chain(account, 0, FIRST, 20, 5));
	}
	let selected = ledger.select(1_000_000);
	let staked = selected.iter().filter(|unit| unit.body.account == id(9)).count();
	assert_eq!((selected.len(), staked), (30, 20));
	let outcome = ledger.block(selected, |_| ());
	assert!(outcome.refused.is_empty() && outcome.free.compute == block_free.compute);
}

#[test]
fn a_block_includes_what_the_stake_of_a_sponsored_account_allows() {
	let mut ledger = Ledger::metered(QuotaRules { lent_percent: 400, ..rules(2) });
	let mut account = Account { providers: 0, sufficients: 1, ..funded(0) };
	account.data.quota.locked = ED;
	ledger.store.insert(id(20), account);
	let units = chain(20, 0, FIRST, 8, 0);
	assert_eq!(ledger.submit_all(&units), [READY; 8]);
	let mut next = ledger.pool.context().clone();
	next.context.quota = Some(QuotaRules { block_free: Usage::default(), ..rules(2) });
	ledger.block_with(vec![], |_| (), next);
	let selected = ledger.select(1_000_000);
	assert_eq!(selected, units[..2], "with the free share it would be four");
	assert_eq!(ledger.block(selected, |_| ()).refused, []);
}

#[test]
fn a_thousand_free_units_without_room_hide_no_staked_unit() {
	let block_free = Usage::default();
	let mut pool = context();
	pool.context.quota = Some(QuotaRules { block_free, ..rules(20) });
	let mut ledger = Ledger::new(Limits::default(), pool, [1_000_000; 1_001]);
	ledger.store.get_mut(&id(1_000)).unwrap().data.quota.locked = ED;
	for account in 1..1_001 {
		ledger.insert(&unit(account, 0, FIRST, vec![pay(0, 5)]));
	}
	let takers: Vec<_> = ledger.select(1_000_000).iter().map(|unit| unit.body.account.clone()).collect();
	assert_eq!(takers, [id(1_000)]);
}

#[test]
fn a_smaller_burst_makes_units_wait_and_drops_none() {
	let mut ledger = Ledger::metered(QuotaRules { lent_percent: 200, ..rules(2) });
	let units = chain(1, 0, FIRST, 4, 5);
	assert_eq!(ledger.submit_all(&units), [READY; 4]);
	let mut next = ledger.pool.context().clone();
	next.context.quota = Some(rules(2));
	ledger.block_with(vec![], |_| (), next);
	assert_eq!(ledger.statuses(&units), [Some(READY); 4]);
	assert_eq!(ledger.select(1_000_000), units[..2]);
}

#[test]
fn the_block_s_own_number_counts() {
	let mut ledger = Ledger::rich();
	let mut ending = unit(1, 0, FIRST, vec![pay(0, 5)]);
	ending.body.valid_until = 10;
	ledger.submit(&ending);
	let mut later = ledger.pool.context().context.clone();
	assert_eq!(ledger.pool.select(ledger.budget(), &later).units.len(), 1);
	later.number = 11;
	assert_eq!(ledger.pool.select(ledger.budget(), &later).units.len(), 0);
}

#[test]
fn buckets_take_turns() {
	let poor = std::iter::repeat_n(2_000, 1_000);
	let mut ledger = Ledger::new(Limits::default(), context(), poor.chain([1_000_000_000; 3]));
	for account in (0..1_003).collect::<BTreeSet<_>>() {
		ledger.insert(&unit(account, 0, FIRST, vec![pay(0, 5)]));
	}
	let selected = ledger.select(5 + 20 * UNIT);
	let rich = selected.iter().filter(|unit| (1_000..1_003).any(|number| id(number) == unit.body.account)).count();
	assert_eq!((selected.len(), rich), (20, 3));
}
