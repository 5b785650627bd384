//! Attacks on the free share by units, with their figures.

use super::*;
use tp_quota::DAY_MS;

/// The balance with which a free share regrows at its full rate.
const FULL: Balance = 100 * ED;
/// A share of ten small units a day, four times that while blocks have room.
const SHARE: Usage = Usage { compute: 250_000_000, bytes: 10_000, state: 2_000 };
const START: u64 = 1_800_000_000_000;
/// The payer of the attacks, whose stake covers all that it sends.
const PAYER: u32 = 0;

fn at(number: u32, now: u64) -> Context {
	let rules = QuotaRules {
		free: SHARE,
		per_stake_unit: SHARE,
		stake_unit: 1,
		full_balance: FULL,
		lent_percent: 400,
		block_free: Usage::MAX,
	};
	Context { quota: Some(rules), number, now, ..context() }
}

fn ledger() -> Store {
	let mut store = funded([(PAYER, Balance::MAX / 4)]);
	store.get_mut(&id(PAYER)).unwrap().data.quota.locked = 1_000_000;
	store
}

fn run(store: &mut Store, units: Vec<Unit>, context: &Context) -> Outcome {
	apply_units(&Batch::new(units).unwrap(), &|_, _| true, store, context)
}

/// Returns how many units of an account apply, one after another, without an effect on others.
fn use_up(store: &mut Store, account: u32, context: &Context) -> u64 {
	let mut count = 0;
	loop {
		let unit = next(store, account, vec![pay(PAYER, 0)]);
		if run(store, vec![unit], context).applied() == 0 {
			return count;
		}
		count += 1;
	}
}

#[test]
fn accounts_that_units_create_gain_nothing() {
	for life in [100, 60_000, 3_600_000] {
		let (mut store, mut now, mut sent) = (ledger(), START, 0);
		for round in 0..50 {
			let unit = next(&store, PAYER, vec![pay(100 + round, FULL)]);
			assert_eq!(run(&mut store, vec![unit], &at(10 + 2 * round, now)).applied(), 1);
			now += life;
			sent += use_up(&mut store, 100 + round, &at(11 + 2 * round, now));
			store.remove(&id(100 + round));
		}
		let earned = 40 * (now - START) / DAY_MS;
		println!("lives of {life} ms: {sent} units sent, {earned} earned");
		assert!(sent <= earned, "lives of {life} ms: {sent} units sent, {earned} earned");
	}
}

#[test]
fn a_purse_that_a_hundred_accounts_receive_in_turn_earns_no_share_of_each() {
	const ACCOUNTS: u32 = 100;
	let (mut store, mut now, mut number) = (ledger(), START, 10);
	for account in 1..=ACCOUNTS {
		let unit = next(&store, PAYER, vec![pay(account, ED)]);
		assert_eq!(run(&mut store, vec![unit], &at(number, now)).applied(), 1);
	}
	let mut sent = 0;
	for account in 1..=ACCOUNTS {
		now += DAY_MS / u64::from(ACCOUNTS);
		number += 1;
		let unit = next(&store, PAYER, vec![pay(account, FULL)]);
		assert_eq!(run(&mut store, vec![unit], &at(number, now)).applied(), 1);
		sent += use_up(&mut store, account, &at(number + 1, now + 100));
		// The purse goes on, by an extrinsic of the account.
		store.get_mut(&id(account)).unwrap().data.free = ED;
	}
	// Each has held a hundredth of the balance for a half of the day.
	let earned = 40 / 2;
	println!("{ACCOUNTS} accounts: {sent} units sent, {earned} earned");
	assert!(sent <= earned, "{sent} units sent, {earned} earned");
}

#[test]
fn accounts_are_created_only_as_far_as_the_payer_s_state_share_goes() {
	let mut store = funded([(1, Balance::MAX / 4)]);
	let mut created = 0;
	for number in 0..10 {
		let dests = (0..16).map(|dest| pay(1_000 + 16 * number + dest, ED)).collect();
		let unit = next(&store, 1, dests);
		created += 16 * u64::from(run(&mut store, vec![unit], &at(10 + number, START)).applied());
	}
	println!("one free share creates {created} accounts");
	// A share of some five accounts, four times that while blocks have room.
	assert!(created < 40, "{created} accounts");
}
