//! Fixed-point logarithms and exponentials.
//!
//! Logarithms: a number is a power of two times some m in [3/4, 3/2); ln m = 2 artanh((m − 1) / (m + 1)), whose series
//! gains more than four bits a term. Exponentials: whole multiples of ln 2 are shifts, of the rest the Taylor series.
//! Everything rounds down, so errors are counted in units of the last place, 2^-120.

use crate::Draw;
use core::num::NonZeroU64;
use sp_core::U256;

/// ln 2 in units of 2^-120, rounded to the nearest.
const LN_2: u128 = 921_350_637_599_661_305_226_344_307_672_478_455;

/// A number from 0 to below 256, in units of 2^-120.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed(u128);

impl Fixed {
	/// How many bits are behind the point.
	pub const FRACTION_BITS: u32 = 120;
	/// 0.
	pub const ZERO: Self = Self(0);
	/// 1.
	pub const ONE: Self = Self(1 << Self::FRACTION_BITS);
	/// The most: 256 less a unit of the last place.
	pub const MAX: Self = Self(u128::MAX);

	/// So many units of 2^-120.
	pub const fn from_bits(bits: u128) -> Self {
		Self(bits)
	}

	/// How many units of 2^-120 it is.
	pub const fn to_bits(self) -> u128 {
		self.0
	}

	/// A fraction, rounded down; [`Self::MAX`] if it is larger.
	pub fn saturating_from_ratio(numerator: u64, denominator: NonZeroU64) -> Self {
		let quotient = (U256::from(numerator) << Self::FRACTION_BITS) / U256::from(denominator.get());
		Self(u128::try_from(quotient).unwrap_or(u128::MAX))
	}

	/// The product, rounded down; [`Self::MAX`] if it is larger.
	pub const fn saturating_mul(self, other: Self) -> Self {
		let (high, low) = widening_mul(self.0, other.0);
		if high >> Self::FRACTION_BITS != 0 {
			return Self::MAX;
		}
		Self(high << (u128::BITS - Self::FRACTION_BITS) | low >> Self::FRACTION_BITS)
	}

	/// The natural logarithm, within 2^-113. `None` below one, where it is negative.
	pub fn ln(self) -> Option<Self> {
		if self < Self::ONE {
			return None;
		}
		let power = nearest_power(self.0);
		let whole = u128::from(power - Self::FRACTION_BITS) * LN_2;
		let (is_below, rest) = ln_beside(self.0, power);
		// A number of at least one that is below its power of two has a higher one, so the whole is at least ln 2.
		Some(Self(if is_below { whole.saturating_sub(rest.0) } else { whole + rest.0 }))
	}

	/// e to the power of it, within 2^-113 of itself; [`Self::MAX`] if that is larger.
	pub fn saturating_exp(self) -> Self {
		let doublings = self.0 / LN_2;
		let rest = Self(self.0 % LN_2);
		let (mut sum, mut term, mut n) = (0, Self::ONE, 1);
		// rest < 0.7, so every term is smaller than the one before; the sum stays below 2.
		while term.0 != 0 {
			sum += term.0;
			term = Self(rest.saturating_mul(term).0 / n);
			n += 1;
		}
		match u32::try_from(doublings) {
			Ok(doublings) if doublings <= sum.leading_zeros() => Self(sum << doublings),
			_ => Self::MAX,
		}
	}

	/// It to the power of `exponent`, within 2^-113 × (`exponent` + 2) of itself; [`Self::MAX`] if that is larger. `None`
	/// if it is below one.
	pub fn saturating_pow(self, exponent: Self) -> Option<Self> {
		Some(self.ln()?.saturating_mul(exponent).saturating_exp())
	}
}

/// −ln((u + 1) / 2^64): from 0, of the largest draw, to 64 ln 2 = 44.4, of draw 0. Never infinite.
///
/// It is within 2^-113 of the true value: the series has at most 28 terms that lose less than 3 units of the last place
/// each, and 64 times ln 2 as we keep it is wrong by at most 32. The true value changes by more than 2^-64 from draw to
/// draw, so this one falls strictly.
pub fn neg_ln(draw: Draw) -> Fixed {
	let number = u128::from(draw) + 1;
	let power = nearest_power(number);
	let whole = u128::from(Draw::BITS - power) * LN_2;
	let (is_below, rest) = ln_beside(number, power);
	// The number is at most 2^64. If it is above its power of two then that is a lower one, and the whole is at least
	// ln 2, where the rest is at most ln 3/2.
	Fixed(if is_below { whole + rest.0 } else { whole.saturating_sub(rest.0) })
}

/// The p for which 3/4 ≤ number / 2^p < 3/2. Zero has that of one.
const fn nearest_power(number: u128) -> u32 {
	match number.checked_ilog2() {
		Some(power) if power > 0 && number >> (power - 1) & 1 == 1 => power + 1,
		Some(power) => power,
		None => 0,
	}
}

/// Whether a number is below 2^power, the nearest, and |ln(number / 2^power)|.
fn ln_beside(number: u128, power: u32) -> (bool, Fixed) {
	let (number, one) = (U256::from(number), U256::one() << power);
	if number < one {
		(true, twice_artanh(one - number, one + number))
	} else {
		(false, twice_artanh(number - one, number + one))
	}
}

/// 2 artanh(numerator / denominator) of a fraction of at most 1/5, whose numerator is at most 2^127.
fn twice_artanh(numerator: U256, denominator: U256) -> Fixed {
	let ratio = Fixed(((numerator << Fixed::FRACTION_BITS) / denominator).low_u128());
	let square = ratio.saturating_mul(ratio);
	let (mut sum, mut odd_power, mut exponent) = (0, ratio, 1);
	// Each power is at most 1/25 of the one before.
	while odd_power.0 >= exponent {
		sum += odd_power.0 / exponent;
		odd_power = odd_power.saturating_mul(square);
		exponent += 2;
	}
	Fixed(2 * sum)
}

/// The product of two numbers: its upper half, then its lower. As a pair it compares as the product does.
pub(crate) const fn widening_mul(a: u128, b: u128) -> (u128, u128) {
	const HALF: u32 = u128::BITS / 2;
	const LOW: u128 = u128::MAX >> HALF;
	let (a_high, a_low) = (a >> HALF, a & LOW);
	let (b_high, b_low) = (b >> HALF, b & LOW);
	let low = a_low * b_low;
	// Each sum is at most (2^64 − 1)² + 2 (2^64 − 1) < 2^128.
	let middle = a_high * b_low + (low >> HALF);
	let other_middle = a_low * b_high + (middle & LOW);
	let high = a_high * b_high + (middle >> HALF) + (other_middle >> HALF);
	(high, other_middle << HALF | low & LOW)
}
