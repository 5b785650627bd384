//! The order of units by quotas: what stake covers, then who has used the smallest part of its share.

use super::{ledger::Ledger, *};

fn metered(units: u64) -> Ledger {
	Ledger::metered(rules(units))
}

/// Returns how many units of an account a block with room for 32 takes.
fn taken(ledger: &Ledger, account: u32) -> usize {
	let selected = ledger.select_within(Budget { units: 32, ..ledger.budget() });
	selected.iter().filter(|unit| unit.body.account == id(account)).count()
}

#[test]
fn units_that_stake_covers_go_first() {
	let mut ledger = metered(40);
	ledger.store.get_mut(&id(9)).unwrap().data.quota.locked = ED;
	for account in 1..10 {
		ledger.submit_all(&chain(account, 0, FIRST, 40, 5));
	}
	println!("{} of 32 units are the staked account's", taken(&ledger, 9));
	assert_eq!(taken(&ledger, 9), 32);
}

#[test]
fn who_has_used_the_smallest_part_goes_first() {
	let mut ledger = metered(80);
	let half = ledger.pool.context().context.quota.unwrap().free;
	for account in 1..9 {
		let quota = &mut ledger.store.get_mut(&id(account)).unwrap().data.quota;
		(quota.free, quota.charged_at, quota.counted_at) = (half.map(|half| half / 2), START, START);
	}
	for account in 1..10 {
		ledger.submit_all(&chain(account, 0, FIRST, 32, 5));
	}
	println!("{} of 32 units are those of the account that has used least", taken(&ledger, 9));
	assert!(taken(&ledger, 9) >= 16);
}

#[test]
fn what_waits_behind_a_gap_counts_against_the_share() {
	let mut ledger = metered(4);
	let statuses = ledger.submit_all(&chain(1, 1, FIRST, 20, 5));
	let waiting = statuses.iter().filter(|status| **status == FUTURE).count();
	println!("{waiting} units wait on a share of 4");
	assert_eq!(waiting, 4);
}
