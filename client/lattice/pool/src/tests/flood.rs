//! Floods from one account, from many poor accounts, and of gaps. An ordinary user notices none of them.

use super::{ledger::Ledger, *};

/// Balances of the floods' accounts and of ordinary users.
const POOR: Balance = 2 * ED;
const ORDINARY: Balance = 1_000_000;

/// Units of a small block.
const BLOCK: usize = 2_000;

/// Submits a unit without checking all invariants.
fn send(ledger: &mut Ledger, unit: Unit) -> Status {
	match ledger.admit(&unit) {
		Admission::Known(status) | Admission::Refused(status) => status,
		Admission::Verify => {
			let unit = Arc::new(PooledUnit::new(unit));
			ledger.pool.insert(unit, ledger.now, &ledger.store, &mut ledger.events).status()
		},
	}
}

fn flooded(balances: impl IntoIterator<Item = Balance>, max_units: usize) -> Ledger {
	Ledger::new(Limits { max_units, ..Limits::default() }, context(), balances)
}

/// Returns the number of blocks until all these units are included.
fn blocks_until_included(ledger: &mut Ledger, units: &[Unit]) -> usize {
	for blocks in 1..10 {
		let selected = ledger.select_within(Budget { units: BLOCK, ..ledger.budget() });
		let outcome = ledger.block(selected, |_| ());
		assert_eq!(outcome.refused, []);
		if ledger.statuses(units).iter().all(|status| matches!(status, Some(Status::Final { .. }))) {
			return blocks;
		}
	}
	panic!("not in ten blocks");
}

#[test]
fn one_account_floods() {
	let mut ledger = flooded([ORDINARY; 300], 1_000);
	for unit in chain(1, 0, FIRST, 2_000, 5) {
		send(&mut ledger, unit);
	}
	assert_eq!(ledger.pool.stats().units, 256);
	let users: Vec<_> = (2..300).map(|user| unit(user, 0, FIRST, vec![pay(0, 5)])).collect();
	for user in &users {
		assert_eq!(send(&mut ledger, user.clone()), READY);
	}
	assert_eq!(blocks_until_included(&mut ledger, &users), 1);
}

#[test]
fn fifty_thousand_poor_accounts_flood() {
	let poor = 50_000;
	let balances = std::iter::repeat_n(POOR, poor).chain([ORDINARY; 20]);
	let mut ledger = flooded(balances, 100_000);
	let user = |number: usize| unit((poor + number) as u32, 0, FIRST, vec![pay(0, 5)]);
	let early: Vec<_> = (0..10).map(user).collect();
	for unit in &early {
		assert_eq!(send(&mut ledger, unit.clone()), READY);
	}
	for account in 1..poor as u32 {
		for unit in chain(account, 0, FIRST, 4, 0) {
			send(&mut ledger, unit);
		}
	}
	let stats = ledger.pool.stats();
	assert_eq!(stats.units, 100_000);
	assert!(ledger.statuses(&early).iter().all(|status| *status == Some(READY)));
	let late: Vec<_> = (10..20).map(user).collect();
	for unit in &late {
		assert_eq!(send(&mut ledger, unit.clone()), READY);
	}
	ledger.pool.check_invariants(&ledger.store);
	assert_eq!(blocks_until_included(&mut ledger, &[early, late].concat()), 1);
	assert_eq!(blocks_until_included(&mut ledger, &[]), 1, "the flood is served after them");
}

#[test]
fn a_hundred_thousand_poor_accounts_are_ready_first() {
	let poor = 100_000;
	let mut ledger = flooded(std::iter::repeat_n(POOR, poor).chain([ORDINARY; 50]), 200_000);
	for account in 1..poor as u32 {
		assert_eq!(send(&mut ledger, unit(account, 0, FIRST, vec![pay(0, 0)])), READY);
	}
	let users: Vec<_> = (poor..poor + 50).map(|user| unit(user as u32, 0, FIRST, vec![pay(0, 5)])).collect();
	for user in &users {
		assert_eq!(send(&mut ledger, user.clone()), READY);
	}
	assert_eq!(blocks_until_included(&mut ledger, &users), 1);
}

#[test]
fn accounts_as_poor_as_the_flood_keep_one_unit_each() {
	let flooders = 300;
	let mut ledger = flooded([ORDINARY; 400], 10_000);
	for account in 1..flooders {
		for unit in chain(account, 0, FIRST, 64, 5) {
			send(&mut ledger, unit);
		}
	}
	assert_eq!(ledger.pool.stats().units, 10_000);
	let users: Vec<_> = (flooders..400).map(|user| unit(user, 0, FIRST, vec![pay(0, 5)])).collect();
	for user in &users {
		assert_eq!(send(&mut ledger, user.clone()), READY);
	}
	for account in 1..flooders {
		for unit in chain(account, 0, FIRST, 64, 6) {
			send(&mut ledger, unit);
		}
	}
	assert!(ledger.statuses(&users).iter().all(|status| *status == Some(READY)));
	ledger.pool.check_invariants(&ledger.store);
}

#[test]
fn gaps_flood() {
	let flooders = 2_000;
	let mut ledger = flooded(std::iter::repeat_n(ORDINARY, flooders + 100), 20_000);
	for account in 1..flooders as u32 {
		for unit in chain(account, 1, FIRST, 100, 5) {
			send(&mut ledger, unit);
		}
	}
	let stats = ledger.pool.stats();
	assert_eq!((stats.units, stats.ready), (20_000, 0));
	let users: Vec<_> = (flooders..flooders + 100).map(|user| chain(user as u32, 0, FIRST, 3, 5)).collect();
	for unit in users.iter().flatten() {
		assert_eq!(send(&mut ledger, unit.clone()), READY);
	}
	assert_eq!(ledger.pool.stats().units, 20_000);
	assert_eq!(blocks_until_included(&mut ledger, &users.concat()), 1);
	ledger.now += 60_000;
	ledger.prune();
	assert_eq!(ledger.pool.stats().units, 0);
}
