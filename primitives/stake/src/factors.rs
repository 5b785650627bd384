//! The factors of comprehensive stake besides assets, in ten thousandths.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The reputation of a node by its past service: 0.1 to 1.0.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Reputation(u16);

impl Reputation {
	/// The minimum.
	pub const MIN: Self = Self(1_000);
	/// The maximum.
	pub const MAX: Self = Self(10_000);
	/// The reputation of a new node, to which a node without seats returns.
	pub const START: Self = Self(3_300);
	/// The minimum to stand. A node that falls below it is excluded from the draw for
	/// [`STAY_EPOCHS`](crate::STAY_EPOCHS).
	pub const MIN_TO_STAND: Self = Self(1_500);

	/// Returns the value in ten thousandths.
	pub const fn ten_thousandths(self) -> u16 {
		self.0
	}

	/// Creates a reputation from ten thousandths, clamped to the minimum and the maximum.
	pub fn from_ten_thousandths(value: u16) -> Self {
		Self(value.clamp(Self::MIN.0, Self::MAX.0))
	}

	/// Returns it raised by a number of ten thousandths, up to the maximum.
	pub fn raised(self, by: u16) -> Self {
		Self::from_ten_thousandths(self.0.saturating_add(by))
	}

	/// Returns it lowered by a number of ten thousandths, down to the minimum.
	pub fn lowered(self, by: u16) -> Self {
		Self::from_ten_thousandths(self.0.saturating_sub(by))
	}

	/// Returns it moved towards [`Self::START`] by at most this number of ten thousandths.
	pub fn decayed(self, by: u16) -> Self {
		match self.0.cmp(&Self::START.0) {
			core::cmp::Ordering::Less => Self(self.0.saturating_add(by).min(Self::START.0)),
			core::cmp::Ordering::Equal => self,
			core::cmp::Ordering::Greater => Self(self.0.saturating_sub(by).max(Self::START.0)),
		}
	}
}

impl Default for Reputation {
	fn default() -> Self {
		Self::START
	}
}

/// The proved computing power of a node: 0.8 to 1.2.
///
/// The range is narrow, because computing power can be hired by the hour: a wider one would be the cheapest way to weight.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Power(u16);

impl Power {
	/// The power of a node without a proof.
	pub const MIN: Self = Self(8_000);
	/// What a node gains that proved what its role requires, in ten thousandths.
	const OF_REQUIRED: u64 = 2_000;
	/// The power of a node that proved at least twice what its role requires.
	pub const MAX: Self = Self(12_000);

	/// Returns the value in ten thousandths.
	pub const fn ten_thousandths(self) -> u16 {
		self.0
	}

	/// Returns `clamp(0.8 + 0.2 × lanes / required, 0.8, 1.2)`.
	pub fn of_lanes(lanes: u32, required: u32) -> Self {
		let earned = Self::OF_REQUIRED * u64::from(lanes) / u64::from(required.max(1));
		let all = u16::try_from(u64::from(Self::MIN.0) + earned).unwrap_or(u16::MAX);
		Self(all.min(Self::MAX.0))
	}
}

impl Default for Power {
	fn default() -> Self {
		Self::MIN
	}
}
