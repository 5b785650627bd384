//! Several accounts of one owner gain nothing over one.

use super::*;

const TIME: u64 = 1_800_000_000_000;

/// Uses all that a quota allows, in steps of one. Returns the use.
fn use_up(quota: &mut Quota, now: u64, balance: Balance, rules: &QuotaRules) -> u64 {
	(0..).take_while(|_| quota.charge(now, balance, compute(4), rules).is_ok()).count() as u64 * 4
}

#[test]
fn a_purse_that_a_thousand_accounts_pass_along_regrows_one_share() {
	let mut accounts = vec![Quota::begin(TIME, &LENT); 1_000];
	let (mut now, mut used) = (TIME, 0);
	for day in 0..3 {
		for quota in &mut accounts {
			// The account has held nothing until the purse comes, and holds it until it goes.
			quota.touch(now, 0, FULL);
			now += DAY_MS / 1_000;
			used += use_up(quota, now, FULL, &LENT);
			quota.touch(now, FULL, FULL);
		}
		assert!(used <= 4_000 * (day + 1), "{used} on day {day}, a share is 4,000");
	}
	let mut alone = Quota::begin(TIME, &LENT);
	let by_one: u64 = (1..=3_000).map(|at| use_up(&mut alone, TIME + at * DAY_MS / 1_000, FULL, &LENT)).sum();
	assert!(used <= by_one, "{used} by a thousand, {by_one} by one");
}

#[test]
fn new_accounts_instead_of_old_ones_gain_nothing() {
	for life in [0, 1_000, DAY_MS / 24, DAY_MS] {
		let used: u64 = (0..100).map(|_| use_up(&mut Quota::begin(TIME, &LENT), TIME + life, FULL, &LENT)).sum();
		assert!(used <= 100 * 4_000 * life / DAY_MS, "{used} in lives of {life} ms");
	}
}
