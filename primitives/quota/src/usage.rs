//! Amounts of the metered resources.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// An amount of each resource.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Usage {
	/// Reference time, in picoseconds.
	pub compute: u64,
	/// Bytes in blocks.
	pub bytes: u64,
}

impl Usage {
	/// More than any use.
	pub const MAX: Self = Self { compute: u64::MAX, bytes: u64::MAX };

	/// Returns the sum of each resource.
	pub fn saturating_add(self, other: Self) -> Self {
		Self { compute: self.compute.saturating_add(other.compute), bytes: self.bytes.saturating_add(other.bytes) }
	}

	/// Returns the difference of each resource.
	pub fn saturating_sub(self, other: Self) -> Self {
		Self { compute: self.compute.saturating_sub(other.compute), bytes: self.bytes.saturating_sub(other.bytes) }
	}

	/// Returns the lesser amount of each resource.
	pub fn min(self, other: Self) -> Self {
		Self { compute: self.compute.min(other.compute), bytes: self.bytes.min(other.bytes) }
	}

	/// Tells whether neither resource exceeds the limit.
	pub fn fits(&self, limit: &Self) -> bool {
		self.compute <= limit.compute && self.bytes <= limit.bytes
	}
}
