//! Shares, how use fades, and the cap of free use.

mod bucket;
mod properties;
mod sharing;

use crate::{Charge, Exhausted, Quota, QuotaRules, Usage, Used, DAY_MS};
use tp_core::Balance;

/// The balance with which a free share regrows within a day.
const FULL: Balance = 1_000;
const RULES: QuotaRules = QuotaRules {
	free: Usage { compute: 1_000, bytes: 10_000, state: 5_000 },
	per_stake_unit: Usage { compute: 100, bytes: 1_000, state: 500 },
	stake_unit: 1_000_000,
	full_balance: FULL,
	lent_percent: 100,
	block_free: Usage::MAX,
};
const LENT: QuotaRules = QuotaRules { lent_percent: 400, ..RULES };
const COST: Usage = Usage { compute: 100, bytes: 200, state: 10 };

fn compute(compute: u64) -> Usage {
	Usage { compute, ..Usage::default() }
}

#[test]
fn use_fades_over_a_day() {
	let mut quota = Quota::default();
	quota.charge(DAY_MS, FULL, Usage { compute: 800, bytes: 8, state: 1 }, &RULES).unwrap();
	let used = |after| quota.used_at(DAY_MS + after, FULL, &RULES).total().compute;
	assert_eq!([used(0), used(DAY_MS / 4), used(DAY_MS / 2), used(DAY_MS), used(9 * DAY_MS)], [800, 600, 400, 0, 0]);
	assert_eq!(quota.used_at(0, FULL, &RULES).total().compute, 800, "a clock that goes back gives nothing back");
}

#[test]
fn free_use_fades_with_the_balance_held() {
	let mut quota = Quota::default();
	quota.charge(DAY_MS, FULL, compute(800), &RULES).unwrap();
	let used = |balance, days| quota.used_at(DAY_MS + days * DAY_MS, balance, &RULES).total().compute;
	assert_eq!([used(0, 100), used(FULL / 100, 1), used(FULL / 2, 1), used(FULL * 9, 1)], [800, 792, 400, 0]);
	assert_eq!([used(FULL / 100, 50), used(FULL / 100, 100)], [400, 0]);
	let any = QuotaRules { full_balance: 0, ..RULES };
	assert_eq!(quota.used_at(2 * DAY_MS, 0, &any).total(), Usage::default());
}

#[test]
fn of_use_beyond_the_share_a_share_fades_in_a_day() {
	let mut quota = Quota::default();
	let charge = quota.charge_anyway(DAY_MS, FULL, compute(3_500), &RULES);
	assert_eq!((charge.free, charge.taken.free), (compute(3_500), compute(3_500)));
	let used = |days, balance| quota.used_at(DAY_MS + days * DAY_MS / 4, balance, &RULES).free.compute;
	assert_eq!([0, 1, 4, 13, 14, 99].map(|days| used(days, FULL)), [3_500, 3_250, 2_500, 250, 0, 0]);
	assert_eq!([used(99, 0), used(4, FULL / 10)], [3_500, 3_400]);
	// Changes of the balance, and charges, do not make it fade faster.
	let mut touched = quota;
	for hour in 1..=12 {
		touched.touch(DAY_MS + hour * DAY_MS / 12, FULL, FULL);
	}
	assert_eq!(touched.used_at(3 * DAY_MS, FULL, &RULES), quota.used_at(3 * DAY_MS, FULL, &RULES));
	touched.charge_anyway(3 * DAY_MS, FULL, compute(0), &RULES);
	assert_eq!(touched.used_at(5 * DAY_MS, FULL, &RULES).free.compute, 0);
	assert_eq!(touched.used_at(4 * DAY_MS, FULL, &RULES).free.compute, 500);
	let at = |cost| quota.allowed_at(DAY_MS, FULL, compute(cost), &RULES);
	assert_eq!([at(1_000), at(500)], [Some(DAY_MS * 9 / 2), Some(DAY_MS * 4)]);
}

#[test]
fn balance_counts_before_it_changes() {
	let mut quota = Quota::begin(0, &RULES);
	// A quarter of a day with all of it, then half a day without, then a quarter with a half.
	quota.touch(DAY_MS / 4, FULL, FULL);
	quota.touch(DAY_MS * 3 / 4, 0, FULL);
	assert_eq!(quota.used_at(DAY_MS, FULL / 2, &RULES).free.compute, 1_000 - 250 - 125);
	// A touch without a change has no effect on the use of any later time.
	for step in 1..1_000 {
		let now = DAY_MS * 3 / 4 + step * 17;
		let before = quota;
		quota.touch(now, FULL / 2, FULL);
		assert_eq!(quota.used_at(DAY_MS, FULL / 2, &RULES), before.used_at(DAY_MS, FULL / 2, &RULES));
	}
}

#[test]
fn an_account_begins_with_the_whole_share_used_whatever_is_lent_later() {
	let quota = Quota::begin(DAY_MS, &RULES);
	for rules in [RULES, LENT] {
		assert_eq!({ quota }.charge(DAY_MS, FULL, compute(1), &rules), Err(Exhausted));
		assert_eq!(rules.shares(0).used_part(&quota.used_at(DAY_MS, FULL, &rules), false), crate::WHOLE_PART);
	}
	let after = |rules: &QuotaRules, balance| {
		let mut quota = quota;
		(0..).take_while(|_| quota.charge(DAY_MS + DAY_MS / 10, balance, compute(1), rules).is_ok()).count()
	};
	assert_eq!((after(&RULES, FULL), after(&RULES, FULL / 10)), (100, 10), "a tenth of the share");
	// One picosecond costs one of the share at least.
	assert_eq!(after(&LENT, FULL), 100);
	let large = |rules: &QuotaRules| { quota }.charge(DAY_MS + DAY_MS / 10, FULL, compute(400), rules).is_ok();
	assert_eq!((large(&RULES), large(&LENT)), (false, true));
}

#[test]
fn a_refusal_is_allowed_at_a_time() {
	let mut quota = Quota::default();
	let now = 1_000_000;
	for _ in 0..10 {
		quota.charge(now, FULL, COST, &RULES).unwrap();
	}
	let unchanged = quota;
	assert_eq!(quota.charge(now, FULL, COST, &RULES), Err(Exhausted));
	assert_eq!(quota, unchanged);
	let at = |quota: &Quota, balance, cost| quota.allowed_at(now, balance, cost, &RULES);
	assert_eq!(at(&quota, FULL, COST), Some(now + DAY_MS / 10), "a tenth of the share in a tenth of the day");
	assert_eq!(at(&quota, FULL / 50, COST), Some(now + DAY_MS * 5), "and in fifty times as long with a fiftieth");
	assert_eq!(at(&quota, 0, COST), None, "without a balance it does not regrow");
	assert_eq!(at(&quota, FULL, compute(1_001)), None);
	assert_eq!(at(&Quota::default(), FULL, COST), Some(now));
	let regrown = now + DAY_MS / 10;
	assert_eq!(quota.charge(regrown - 1, FULL, COST, &RULES), Err(Exhausted));
	assert_eq!(quota.charge(regrown, FULL, COST, &RULES).unwrap().free, COST);
}

#[test]
fn stake_and_burst_raise_the_share() {
	assert_eq!(RULES.share(0).compute, 1_000);
	assert_eq!(RULES.share(5_500_000), Usage { compute: 1_550, bytes: 15_500, state: 7_750 });
	let burst = QuotaRules { lent_percent: 250, ..RULES };
	assert_eq!(burst.share(1_000_000).compute, 2_750);
	let too_much = QuotaRules { lent_percent: 10_000, ..RULES };
	assert_eq!(too_much.share(0).compute, 4_000);
	let without_stake = QuotaRules { stake_unit: 0, lent_percent: 0, ..RULES };
	assert_eq!(without_stake.share(u128::MAX).compute, 1_000);
	assert_eq!(RULES.share(u128::MAX).compute, u64::MAX);
}

#[test]
fn what_is_lent_makes_use_count_less() {
	let mut quota = Quota::default();
	for _ in 0..40 {
		quota.charge(1, FULL, COST, &LENT).unwrap();
	}
	assert_eq!(quota.charge(1, FULL, COST, &LENT), Err(Exhausted));
	assert_eq!(quota.free.compute, 1_000);
	// When nothing is lent any more, use that was cheap stays cheap.
	assert_eq!(quota.allowed_at(1, FULL, COST, &RULES), Some(1 + DAY_MS / 10));
}

#[test]
fn stake_is_used_up_before_the_free_share() {
	let mut quota = Quota { locked: 2_000_000, ..Quota::default() };
	for _ in 0..2 {
		assert_eq!(quota.charge(1, FULL, COST, &RULES).unwrap().free, Usage::default(), "200 of the stake's 200");
	}
	let beyond = Usage { compute: 50, bytes: 1_700, state: 0 };
	let charge = quota.charge(1, FULL, beyond, &RULES).unwrap();
	assert_eq!(charge.free, Usage { compute: 50, bytes: 100, state: 0 });
	assert_eq!(quota.used_at(1, FULL, &RULES).total().compute, 250);
	// Without a balance the stake share regrows as well.
	assert_eq!(quota.used_at(1 + DAY_MS, 0, &RULES), Used { staked: Usage::default(), free: charge.taken.free });
}

#[test]
fn a_used_free_share_does_not_take_from_stake() {
	let mut quota = Quota { locked: 1_000_000, ..Quota::begin(1, &RULES) };
	let none = RULES.without_free_share();
	assert_eq!(quota.charge(1, 0, compute(100), &none).unwrap().free, Usage::default());
	assert_eq!(quota.charge(1, 0, compute(1), &none), Err(Exhausted));
}

#[test]
fn use_of_stake_that_has_gone_takes_from_the_free_share() {
	let mut quota = Quota { locked: 5_000_000, ..Quota::default() };
	quota.charge(1, FULL, compute(500), &RULES).unwrap();
	// A sponsor leaves.
	quota.locked = 0;
	assert_eq!(quota.charge(1, FULL, compute(501), &RULES), Err(Exhausted));
	assert_eq!(quota.charge(1, FULL, compute(500), &RULES).unwrap().free, compute(500));
	// Use of the stake fades for itself.
	assert_eq!(quota.used_at(1 + DAY_MS, 0, &RULES).total(), compute(500));
}

#[test]
fn released_stake_leaves_its_use_behind_as_free_use() {
	let used = || {
		let mut quota = Quota { locked: 5_000_000, ..Quota::default() };
		quota.charge(1, FULL, compute(500), &RULES).unwrap();
		quota
	};
	let mut quota = used();
	assert_eq!(quota.release(1, FULL, 5_000_000, &RULES), Ok(compute(500)));
	assert_eq!((quota.staked, quota.free, quota.locked), (Usage::default(), compute(500), 0));
	let mut quota = used();
	assert_eq!(quota.release(1 + DAY_MS / 2, FULL, 2_000_000, &RULES), Ok(Usage::default()), "half has faded");
	assert_eq!(quota.locked, 3_000_000);
	let mut quota = Quota { free: compute(501), ..used() };
	let before = quota;
	assert_eq!(quota.release(1, FULL, 5_000_000, &RULES), Err(Exhausted));
	assert_eq!(quota, before);
}
