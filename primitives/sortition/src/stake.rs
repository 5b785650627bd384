//! Comprehensive stake of a candidate in the draw, and weight of a vote for a candidate.

use crate::Fixed;
use core::num::NonZeroU64;
use sp_arithmetic::{FixedPointNumber, FixedU64};
use sp_core::U256;

/// The two factors are in ten thousandths each.
const FACTORS: u64 = 10_000 * 10_000;

/// Growth of a vote's weight for a month of lock, in hundredths.
const MONTHLY_GROWTH: (u64, NonZeroU64) = (104, HUNDRED);
const HUNDRED: NonZeroU64 = NonZeroU64::new(100).expect("a hundred is not zero; qed");
/// Days of a month of lock.
const MONTH_DAYS: NonZeroU64 = NonZeroU64::new(30).expect("thirty is not zero; qed");
/// Maximum weight of a vote.
const MAX_WEIGHT: u32 = 2;

/// Returns `min(assets, cap) × reputation × power`, rounded down, with the factors in ten thousandths. The result
/// saturates.
///
/// The arithmetic has 256 bits, so only the final value can saturate. It rounds once, at the end: a split of assets
/// below the cap loses at most one unit and never gains.
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

/// Returns the part of a node's assets that weighs in one role: `assets × least / least_of_all`, rounded down.
///
/// `least` is the least deposit of the role, and `least_of_all` the sum over all roles that the node offers. The parts of
/// all its roles are at most its assets, so no token weighs in two draws. Without least deposits the part is zero.
pub fn role_assets(assets: u128, least: u128, least_of_all: u128) -> u128 {
	if least_of_all == 0 {
		return 0;
	}
	let part = U256::from(assets) * U256::from(least) / U256::from(least_of_all);
	u128::try_from(part).unwrap_or(u128::MAX)
}

/// Returns the cap on the assets of a candidate: `2 × total_assets / seats`, rounded down. The result saturates.
///
/// `total_assets` are the assets of all nodes that can stand in a role, and `seats` the seats of that role. Zero seats
/// count as one.
///
/// The cap limits a node to twice the mean weight of a seat. Without it a rich node would be drawn in nearly every
/// draw.
pub fn cap(total_assets: u128, seats: u32) -> u128 {
	let cap = (U256::from(total_assets) << 1) / U256::from(seats.max(1));
	u128::try_from(cap).unwrap_or(u128::MAX)
}

/// Returns the weight of a vote that is locked for `days`: `min(1.04^(days / 30 − 1), 2)`, rounded to the nearest
/// 10^-9.
///
/// It is 0.96 without a lock, 1 for 30 days and 2 from 561 days on. It never falls.
pub fn vote_weight(days: u32) -> FixedU64 {
	let growth = Fixed::saturating_from_ratio(MONTHLY_GROWTH.0, MONTHLY_GROWTH.1);
	let months = Fixed::saturating_from_ratio(u64::from(days), MONTH_DAYS);
	let grown = growth.saturating_pow(months).unwrap_or(Fixed::ONE);
	// One division removes a month and converts the unit, so that the result is rounded once.
	let numerator = U256::from(grown.to_bits()) * U256::from(FixedU64::DIV) * U256::from(MONTHLY_GROWTH.1.get());
	let denominator = U256::from(MONTHLY_GROWTH.0) << Fixed::FRACTION_BITS;
	let weight = (numerator + (denominator >> 1)) / denominator;
	let max = FixedU64::from_u32(MAX_WEIGHT);
	u64::try_from(weight).map_or(max, FixedU64::from_inner).min(max)
}
