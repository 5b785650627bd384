//! Fixed-point logarithms and exponentials.
//!
//! Logarithms: a number is a power of two times some m in [3/4, 3/2). ln m = 2 artanh((m − 1) / (m + 1)), and its
//! series gains more than four bits a term. Exponentials: whole multiples of ln 2 are shifts, the rest is a Taylor
//! series.
//!
//! All operations round down. Errors are counted in units of the last place, 2^-120.
//!
//! **Fragile:** the draw is a consensus rule, so any change of a single bit here splits the network. A test pins the
//! hash of ten thousand logarithms.

use crate::Draw;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::num::NonZeroU64;
use scale_info::TypeInfo;
use sp_core::U256;

/// ln 2 in units of 2^-120, rounded to the nearest.
const LN_2: u128 = 921_350_637_599_661_305_226_344_307_672_478_455;

/// A number from 0 to below 256, in units of 2^-120.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Fixed(u128);

impl Fixed {
	/// Number of bits behind the point.
	pub const FRACTION_BITS: u32 = 120;
	/// 0.
	pub const ZERO: Self = Self(0);
	/// 1.
	pub const ONE: Self = Self(1 << Self::FRACTION_BITS);
	/// The largest number: 256 less a unit of the last place.
	pub const MAX: Self = Self(u128::MAX);

	/// Creates a number from units of 2^-120.
	pub const fn from_bits(bits: u128) -> Self {
		Self(bits)
	}

	/// Returns the number in units of 2^-120.
	pub const fn to_bits(self) -> u128 {
		self.0
	}

	/// Returns a fraction, rounded down, or [`Self::MAX`] if it is larger.
	pub fn saturating_from_ratio(numerator: u64, denominator: NonZeroU64) -> Self {
		let quotient = (U256::from(numerator) << Self::FRACTION_BITS) / U256::from(denominator.get());
		Self(u128::try_from(quotient).unwrap_or(u128::MAX))
	}

	/// Returns the product, rounded down, or [`Self::MAX`] if it is larger.
	pub const fn saturating_mul(self, other: Self) -> Self {
		let (high, low) = widening_mul(self.0, other.0);
		if high >> Self::FRACTION_BITS != 0 {
			return Self::MAX;
		}
		Self(high << (u128::BITS - Self::FRACTION_BITS) | low >> Self::FRACTION_BITS)
	}

	/// Returns the natural logarithm, within 2^-113, or `None` below one, where it is negative.
	pub fn ln(self) -> Option<Self> {
		if self < Self::ONE {
			return None;
		}
		let power = nearest_power(self.0);
		let whole = u128::from(power - Self::FRACTION_BITS) * LN_2;
		let (is_below, rest) = ln_beside(self.0, power);
		// If a number of at least one is below its nearest power, that power is at least two. So `whole` is at least ln
		// 2.
		Some(Self(if is_below { whole.saturating_sub(rest.0) } else { whole + rest.0 }))
	}

	/// Returns e to the power of the number, with a relative error of 2^-113, or [`Self::MAX`] if that is larger.
	pub fn saturating_exp(self) -> Self {
		let doublings = self.0 / LN_2;
		let rest = Self(self.0 % LN_2);
		let (mut sum, mut term, mut n) = (0, Self::ONE, 1);
		// rest < 0.7, so every term is smaller than the one before, and the sum stays below 2.
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

	/// Returns the number to the power of `exponent`, with a relative error of 2^-113 × (`exponent` + 2), or
	/// [`Self::MAX`] if that is larger. Returns `None` below one.
	pub fn saturating_pow(self, exponent: Self) -> Option<Self> {
		Some(self.ln()?.saturating_mul(exponent).saturating_exp())
	}
}

/// Returns −ln((u + 1) / 2^64): from 0 for the largest draw to 64 ln 2 = 44.4 for draw 0. It is always finite.
///
/// The error is below 2^-113. The series has at most 28 terms that lose less than 3 units of the last place each.
/// 64 times the rounded ln 2 is wrong by at most 32 units. The true value changes by more than 2^-64 from draw to draw,
/// so the computed value falls strictly.
pub fn neg_ln(draw: Draw) -> Fixed {
	let number = u128::from(draw) + 1;
	let power = nearest_power(number);
	let whole = u128::from(Draw::BITS - power) * LN_2;
	let (is_below, rest) = ln_beside(number, power);
	// The number is at most 2^64. If it is above its nearest power, that power is at most 2^63. So `whole` is at least
	// ln 2, and `rest` is at most ln 3/2.
	Fixed(if is_below { whole + rest.0 } else { whole.saturating_sub(rest.0) })
}

/// Returns the p for which 3/4 ≤ number / 2^p < 3/2. Zero has the same p as one.
const fn nearest_power(number: u128) -> u32 {
	match number.checked_ilog2() {
		Some(power) if power > 0 && number >> (power - 1) & 1 == 1 => power + 1,
		Some(power) => power,
		None => 0,
	}
}

/// Returns whether a number is below 2^power, its nearest power, and |ln(number / 2^power)|.
fn ln_beside(number: u128, power: u32) -> (bool, Fixed) {
	let (number, one) = (U256::from(number), U256::one() << power);
	if number < one {
		(true, twice_artanh(one - number, one + number))
	} else {
		(false, twice_artanh(number - one, number + one))
	}
}

/// Returns 2 artanh(numerator / denominator) of a fraction of at most 1/5 whose numerator is at most 2^127.
fn twice_artanh(numerator: U256, denominator: U256) -> Fixed {
	let ratio = Fixed(((numerator << Fixed::FRACTION_BITS) / denominator).low_u128());
	let square = ratio.saturating_mul(ratio);
	let (mut sum, mut odd_power, mut exponent) = (0, ratio, 1);
	// Each power is at most 1/25 of the one before, so the loop ends.
	while odd_power.0 >= exponent {
		sum += odd_power.0 / exponent;
		odd_power = odd_power.saturating_mul(square);
		exponent += 2;
	}
	Fixed(2 * sum)
}

/// Returns the product of two numbers as its upper and its lower half. The pair compares as the product does.
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
