//! Properties of random histories of an account.

use super::*;
use proptest::prelude::*;

/// A step of a history: the time that passes, the balance that is held meanwhile, and the use that is tried then.
type Step = (u64, Balance, u64, u32);

fn steps() -> impl Strategy<Value = Vec<Step>> {
	proptest::collection::vec((0..DAY_MS / 4, 0..2 * FULL, 0u64..1_500, 100u32..=400), 1..60)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// All use is at most the first share, and what regrew by stake and by balance held, with what was lent.
	#[test]
	fn use_is_at_most_what_regrew(steps in steps(), locked in 0u128..10_000_000) {
		let mut quota = Quota { locked, ..Quota::begin(0, &RULES) };
		let stake = u128::from(RULES.shares(locked).staked.compute);
		let day = u128::from(DAY_MS);
		let (mut now, mut used, mut regrown) = (0, 0u128, stake * day * FULL);
		for (time, balance, cost, lent_percent) in steps {
			now += time;
			regrown += u128::from(time) * (stake * FULL + 1_000 * balance.min(FULL));
			let rules = QuotaRules { lent_percent, ..RULES };
			quota.touch(now, balance, FULL);
			if quota.charge(now, balance, compute(cost), &rules).is_ok() {
				used += u128::from(cost) * 100 / u128::from(lent_percent);
			}
			prop_assert!(used * day * FULL <= regrown, "{} used at {}", used, now);
		}
	}

	/// A debt and all use after it are at most what regrew, also if the debt is many shares.
	#[test]
	fn a_debt_is_made_up_for(steps in steps(), debt in 0u64..9_000) {
		let mut quota = Quota::begin(0, &RULES);
		quota.charge_anyway(0, FULL, compute(debt), &RULES);
		let day = u128::from(DAY_MS);
		let (mut now, mut used, mut regrown) = (0, 0u128, 0u128);
		for (time, balance, cost, _) in steps {
			now += time;
			regrown += u128::from(time) * 1_000 * balance.min(FULL);
			quota.touch(now, balance, FULL);
			if quota.charge(now, balance, compute(cost), &RULES).is_ok() && cost > 0 {
				used += u128::from(cost);
				prop_assert!((u128::from(debt) + used) * day * FULL <= regrown, "{} used at {}", used, now);
			}
		}
	}

	/// Touches that change no balance change no later use by more than their rounding, and never in favour of the account.
	#[test]
	fn touches_are_neutral(times in proptest::collection::vec(0..DAY_MS, 1..50), balance in 0..2 * FULL) {
		let quota = Quota::begin(0, &RULES);
		let mut touched = quota;
		let mut times = times;
		times.sort_unstable();
		for now in times {
			touched.touch(now, balance, FULL);
			let (one, other) = (quota.used_at(now, balance, &RULES), touched.used_at(now, balance, &RULES));
			prop_assert!(other.free.compute >= one.free.compute && other.free.compute <= one.free.compute + 1);
		}
	}

	/// The time that a refusal names is the first at which the cost is allowed.
	#[test]
	fn the_time_of_a_refusal_is_exact(
		steps in steps(), cost in 1u64..1_200, balance in 0..2 * FULL, locked in 0u128..3_000_000,
		debt in prop_oneof![Just(0), 0u64..9_000],
	) {
		let mut quota = Quota { locked, ..Quota::default() };
		quota.charge_anyway(0, FULL, compute(debt), &RULES);
		let mut now = 0;
		for (time, balance, cost, _) in steps {
			now += time;
			quota.touch(now, balance, FULL);
			let _charged = quota.charge(now, balance, compute(cost), &RULES);
		}
		let allows = |at| { quota }.charge(at, balance, compute(cost), &RULES).is_ok();
		match quota.allowed_at(now, balance, compute(cost), &RULES) {
			Some(at) => prop_assert!(allows(at) && (at == now || !allows(at - 1))),
			None => prop_assert!(!allows(now + 10_000 * DAY_MS)),
		}
	}

	/// A refund leads to what the actual cost alone would have led to.
	#[test]
	fn a_refund_corrects_the_charge(
		(cost, actual) in (0u64..1_000).prop_flat_map(|cost| (Just(cost), 0..=cost)),
		locked in 0u128..10_000_000, lent_percent in 100u32..=400,
	) {
		let rules = QuotaRules { lent_percent, ..RULES };
		let start = Quota { locked, ..Quota::default() };
		let (mut declared, mut exact) = (start, start);
		let charge: Charge = declared.charge(5, FULL, compute(cost), &rules).unwrap();
		let back = declared.refund(&charge, compute(actual), &rules);
		let expected = exact.charge(5, FULL, compute(actual), &rules).unwrap();
		prop_assert_eq!(declared, exact);
		prop_assert_eq!(charge.free.saturating_sub(back), expected.free);
	}
}
