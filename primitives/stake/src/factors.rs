//! The factors of comprehensive stake beside assets, in ten thousandths.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How a node served until now: 0.1 to 1.0.
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
	/// The least.
	pub const MIN: Self = Self(1_000);
	/// The most.
	pub const MAX: Self = Self(10_000);
	/// What a new node begins with, and what one that is never drawn comes back to.
	pub const START: Self = Self(3_300);
	/// Below it a node is out of the draw until it has stayed away for [`STAY_EPOCHS`](crate::STAY_EPOCHS).
	pub const LEAST_TO_STAND: Self = Self(1_500);

	/// In ten thousandths.
	pub const fn ten_thousandths(self) -> u16 {
		self.0
	}

	/// From ten thousandths, kept between the least and the most.
	pub fn from_ten_thousandths(value: u16) -> Self {
		Self(value.clamp(Self::MIN.0, Self::MAX.0))
	}

	/// Raised by so many ten thousandths, at most to the most.
	pub fn raised(self, by: u16) -> Self {
		Self::from_ten_thousandths(self.0.saturating_add(by))
	}

	/// Lowered by so many ten thousandths, at least to the least.
	pub fn lowered(self, by: u16) -> Self {
		Self::from_ten_thousandths(self.0.saturating_sub(by))
	}

	/// Moved towards [`Self::START`] by at most so many ten thousandths.
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

/// What a node proved to compute: 0.5 to 1.5.
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
	/// Of a node that proved nothing.
	pub const MIN: Self = Self(5_000);
	/// Of a node that proved twice what its role requires, or more.
	pub const MAX: Self = Self(15_000);

	/// In ten thousandths.
	pub const fn ten_thousandths(self) -> u16 {
		self.0
	}

	/// `clamp(0.5 + 0.5 × lanes / required, 0.5, 1.5)`.
	pub fn of_lanes(lanes: u32, required: u32) -> Self {
		let half = u64::from(Self::MIN.0);
		let earned = half * u64::from(lanes) / u64::from(required.max(1));
		let all = u16::try_from(half + earned).unwrap_or(u16::MAX);
		Self(all.min(Self::MAX.0))
	}
}

impl Default for Power {
	fn default() -> Self {
		Self::MIN
	}
}
