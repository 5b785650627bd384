//! Comprehensive stake: what a candidate weighs in the draw, and what a vote weighs for a candidate.

use crate::Fixed;
use core::num::NonZeroU64;
use sp_arithmetic::{FixedPointNumber, FixedU64};
use sp_core::U256;

/// Factors are in ten thousandths; there are two of them.
const FACTORS: u64 = 10_000 * 10_000;

/// By how much votes gain in a month of lock, and the whole that this is a hundredth of.
const MONTHLY_GROWTH: (u64, NonZeroU64) = (104, HUNDRED);
const HUNDRED: NonZeroU64 = NonZeroU64::new(100).expect("a hundred is not zero; qed");
/// Days of a month of lock.
const MONTH_DAYS: NonZeroU64 = NonZeroU64::new(30).expect("thirty is not zero; qed");
/// The most that a vote weighs.
const MOST_WEIGHT: u32 = 2;

/// `min(assets, cap) × reputation × power`, the factors in ten thousandths, rounded down. The largest number if it is
/// larger.
pub fn comprehensive_stake(
	assets: u128,
	cap: u128,
	reputation_ten_thousandths: u16,
	power_ten_thousandths: u16,
) -> u128 {
	let factors = u64::from(reputation_ten_thousandths) * u64::from(power_ten_thousandths);
	let stake = U256::from(assets.min(cap)) * U256::from(factors) / U256::from(FACTORS);
	u128::try_from(stake).unwrap_or(u128::MAX)
}

/// More assets than these count for nothing: `2 × total_assets / seats`, rounded down, with the assets of all candidates
/// of a role and the seats of it. Without seats, as for one. The largest number if it is larger.
pub fn cap(total_assets: u128, seats: u32) -> u128 {
	let cap = (U256::from(total_assets) << 1) / U256::from(seats.max(1));
	u128::try_from(cap).unwrap_or(u128::MAX)
}

/// What a vote weighs that is locked for so many days: `min(1.04^(days / 30 − 1), 2)`, rounded to the nearest 10^-9. From
/// 0.96 without a lock over 1 for 30 days to 2 from 561 days on; it never falls.
pub fn vote_weight(days: u32) -> FixedU64 {
	let growth = Fixed::saturating_from_ratio(MONTHLY_GROWTH.0, MONTHLY_GROWTH.1);
	let months = Fixed::saturating_from_ratio(u64::from(days), MONTH_DAYS);
	let grown = growth.saturating_pow(months).unwrap_or(Fixed::ONE);
	// One month less, and the other unit, in one division.
	let numerator = U256::from(grown.to_bits()) * U256::from(FixedU64::DIV) * U256::from(MONTHLY_GROWTH.1.get());
	let denominator = U256::from(MONTHLY_GROWTH.0) << Fixed::FRACTION_BITS;
	let weight = (numerator + (denominator >> 1)) / denominator;
	let most = FixedU64::from_u32(MOST_WEIGHT);
	u64::try_from(weight).map_or(most, FixedU64::from_inner).min(most)
}
