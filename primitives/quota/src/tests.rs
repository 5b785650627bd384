//! Shares, and how use fades.

use crate::{Quota, QuotaRules, Usage, DAY_MS};

const RULES: QuotaRules = QuotaRules {
	free: Usage { compute: 1_000, bytes: 10_000 },
	per_stake_unit: Usage { compute: 100, bytes: 1_000 },
	stake_unit: 1_000_000,
	lent_percent: 100,
	block_free: Usage::MAX,
};
const COST: Usage = Usage { compute: 100, bytes: 200 };

#[test]
fn use_fades_over_a_day() {
	let mut quota = Quota::default();
	quota.charge(DAY_MS, Usage { compute: 800, bytes: 8 }, &RULES).unwrap();
	let used = |after| quota.used_at(DAY_MS + after).compute;
	assert_eq!([used(0), used(DAY_MS / 4), used(DAY_MS / 2), used(DAY_MS), used(9 * DAY_MS)], [800, 600, 400, 0, 0]);
	assert_eq!(quota.used_at(0).compute, 800, "a clock that goes back gives nothing back");
}

#[test]
fn a_refusal_says_when_the_cost_is_allowed() {
	let mut quota = Quota::default();
	let now = 1_000_000;
	for _ in 0..10 {
		quota.charge(now, COST, &RULES).unwrap();
	}
	let unchanged = quota;
	let regrown = quota.charge(now, COST, &RULES).unwrap_err().expect("the share is large enough");
	assert_eq!(quota, unchanged);
	assert_eq!(regrown, now + DAY_MS / 10, "a tenth of the share in a tenth of the day");
	assert!(quota.charge(regrown - 1_000_000, COST, &RULES).is_err());
	assert_eq!(quota.charge(regrown, COST, &RULES), Ok(COST));
	let never = Usage { compute: 1_001, bytes: 0 };
	assert_eq!(quota.charge(regrown, never, &RULES), Err(None));
}

#[test]
fn stake_and_burst_raise_the_share() {
	assert_eq!(RULES.share(0).compute, 1_000);
	assert_eq!(RULES.share(5_500_000), Usage { compute: 1_550, bytes: 15_500 });
	let burst = QuotaRules { lent_percent: 250, ..RULES };
	assert_eq!(burst.share(1_000_000).compute, 2_750);
	let too_much = QuotaRules { lent_percent: 10_000, ..RULES };
	assert_eq!(too_much.share(0).compute, 4_000);
	let without_stake = QuotaRules { stake_unit: 0, lent_percent: 0, ..RULES };
	assert_eq!(without_stake.share(u128::MAX).compute, 1_000);
	assert_eq!(RULES.share(u128::MAX).compute, u64::MAX);
}

#[test]
fn stake_is_used_up_before_the_free_share() {
	let mut quota = Quota { locked: 2_000_000, ..Quota::default() };
	assert_eq!(quota.charge(1, COST, &RULES), Ok(Usage::default()));
	assert_eq!(quota.charge(1, COST, &RULES), Ok(Usage::default()), "200 of the stake's 200");
	let beyond = Usage { compute: 50, bytes: 1_700 };
	assert_eq!(quota.charge(1, beyond, &RULES), Ok(Usage { compute: 50, bytes: 100 }));
	assert_eq!(quota.used.compute, 250);
}
