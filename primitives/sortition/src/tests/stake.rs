//! Comprehensive stake, its cap, and the weight of votes.

use super::*;
use proptest::prelude::*;
use sp_arithmetic::{traits::One, FixedU64};
use tp_core::TOP;

/// One, in ten thousandths.
const ONE: u16 = 10_000;

#[test]
fn stake_is_assets_times_factors_up_to_the_cap() {
	let of = |assets| comprehensive_stake(assets * TOP, 1_000 * TOP, 3_300, 15_000);
	assert_eq!(of(0), 0);
	assert_eq!(of(100), 49_500_000);
	assert_eq!(of(1_000), 495 * TOP);
	assert_eq!(of(1_001), 495 * TOP);
	assert_eq!(comprehensive_stake(5, 3, ONE, ONE), 3);
	assert_eq!(comprehensive_stake(3, 5, ONE, ONE), 3);
	// Rounded down.
	assert_eq!(comprehensive_stake(199, 1_000, 5_000, ONE), 99);
	assert_eq!(comprehensive_stake(5, 5, 0, ONE), 0);
	assert_eq!(comprehensive_stake(5, 5, ONE, 0), 0);
}

#[test]
fn stake_saturates() {
	assert_eq!(comprehensive_stake(u128::MAX, u128::MAX, ONE, ONE), u128::MAX);
	assert_eq!(comprehensive_stake(u128::MAX, u128::MAX, ONE, 15_000), u128::MAX);
	assert_eq!(comprehensive_stake(u128::MAX, u128::MAX, u16::MAX, u16::MAX), u128::MAX);
	assert_eq!(comprehensive_stake(u128::MAX, u128::MAX, 5_000, ONE), u128::MAX / 2);
	assert_eq!(comprehensive_stake(u128::MAX, 7, ONE, ONE), 7);
}

#[test]
fn the_cap_is_twice_the_mean_of_a_seat() {
	assert_eq!(cap(1_000, 10), 200);
	assert_eq!(cap(1_003, 10), 200);
	assert_eq!(cap(1_005, 10), 201);
	assert_eq!(cap(0, 10), 0);
	assert_eq!(cap(10, 0), 20);
	assert_eq!(cap(u128::MAX, 1), u128::MAX);
	assert_eq!(cap(u128::MAX, 2), u128::MAX);
	assert_eq!(cap(u128::MAX, 4), u128::MAX / 2);
}

proptest! {
	/// Compares the stakes of the two parts of a split with the stake of the whole.
	#[test]
	fn a_split_below_the_cap_gains_nothing(
		assets in 2..1u128 << 100,
		part in 0..=1_000u128,
		reputation in 1_000..=ONE,
		power in 8_000..=12_000u16,
	) {
		let part = assets * part / 1_000;
		let stake = |assets| comprehensive_stake(assets, u128::MAX, reputation, power);
		let parts = stake(part) + stake(assets - part);
		prop_assert!(parts <= stake(assets) && stake(assets) <= parts + 1);
	}

	#[test]
	fn more_assets_are_never_less_stake(assets: u128, more: u128, cap: u128, reputation: u16, power: u16) {
		let stake = |assets| comprehensive_stake(assets, cap, reputation, power);
		prop_assert!(stake(assets) <= stake(assets.saturating_add(more)));
	}
}

#[test]
fn votes_weigh_as_the_formula_says_on_every_day() {
	let mut worst = 0f64;
	let mut before = FixedU64::from_u32(0);
	for days in 0..=1_000 {
		let weight = vote_weight(days);
		let expected = 1.04f64.powf(f64::from(days) / 30.0 - 1.0).min(2.0);
		worst = worst.max((weight.to_float() - expected).abs());
		assert!(weight >= before, "day {days}");
		// Every day counts below the maximum.
		assert!(weight > before || weight == FixedU64::from_u32(2), "day {days}");
		before = weight;
	}
	println!("weights of votes: worst error on days 0 to 1,000 {worst:.2e}");
	// The bound is half of the last place plus the error of the float.
	assert!(worst < 0.51e-9);
}

#[test]
fn votes_weigh_at_most_two() {
	assert_eq!(vote_weight(0), FixedU64::from_inner(961_538_462));
	assert_eq!(vote_weight(30), FixedU64::one());
	assert_eq!(vote_weight(60), FixedU64::from_inner(1_040_000_000));
	assert!(vote_weight(560) < FixedU64::from_u32(2));
	for days in [561, 1_000, 7_680, 100_000, u32::MAX] {
		assert_eq!(vote_weight(days), FixedU64::from_u32(2));
	}
}

#[test]
fn a_deposit_is_divided_over_the_roles_and_weighs_once() {
	// The least deposits of edge, router, validator and archive, in thousands of TOP.
	let least = [200u128, 1_000, 500, 1_000].map(|thousands| thousands * 1_000 * TOP);
	let all: u128 = least.iter().sum();
	// With the least deposits of all roles, each role weighs its own.
	assert_eq!(least.map(|one| role_assets(all, one, all)), least);
	// A node of one role weighs with all of its assets.
	assert_eq!(role_assets(7, least[1], least[1]), 7);
	assert_eq!(role_assets(7, 0, 0), 0);
	assert_eq!(role_assets(u128::MAX, u128::MAX, 1), u128::MAX);
}

proptest! {
	#[test]
	fn the_parts_of_all_roles_are_at_most_the_whole(
		assets in any::<u128>(),
		least in proptest::collection::vec(1..1u128 << 100, 1..5),
	) {
		let all: u128 = least.iter().sum();
		let parts = least.iter().map(|one| role_assets(assets, *one, all));
		let sum = parts.fold(0u128, |sum, part| sum.checked_add(part).unwrap());
		prop_assert!(sum <= assets && assets - sum < least.len() as u128);
	}
}
