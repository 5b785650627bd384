//! Amounts of the metered resources.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The bytes of state that a new account takes: its record, its key, and its place in the tree.
pub const ACCOUNT_STATE: u64 = 320;
/// The bytes that stay of a unit or an extrinsic when its block's body is pruned: its hash and its mark.
pub const LINK_STATE: u64 = 33;

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
#[serde(deny_unknown_fields)]
pub struct Usage {
	/// Reference time, in picoseconds.
	pub compute: u64,
	/// Bytes in blocks.
	pub bytes: u64,
	/// Bytes that stay: new state, and what is kept of history for good.
	pub state: u64,
}

impl Usage {
	/// More than any use.
	pub const MAX: Self = Self { compute: u64::MAX, bytes: u64::MAX, state: u64::MAX };

	/// Returns a function of the amounts of each resource.
	pub fn map(self, change: impl Fn(u64) -> u64) -> Self {
		Self { compute: change(self.compute), bytes: change(self.bytes), state: change(self.state) }
	}

	/// Returns a function of two amounts of each resource.
	pub fn zip(self, other: Self, join: impl Fn(u64, u64) -> u64) -> Self {
		Self {
			compute: join(self.compute, other.compute),
			bytes: join(self.bytes, other.bytes),
			state: join(self.state, other.state),
		}
	}

	/// Returns the sum of each resource.
	pub fn saturating_add(self, other: Self) -> Self {
		self.zip(other, u64::saturating_add)
	}

	/// Returns the difference of each resource.
	pub fn saturating_sub(self, other: Self) -> Self {
		self.zip(other, u64::saturating_sub)
	}

	/// Returns the lesser amount of each resource.
	pub fn min(self, other: Self) -> Self {
		self.zip(other, Ord::min)
	}

	/// Tells whether no resource exceeds the limit.
	pub fn fits(&self, limit: &Self) -> bool {
		self.compute <= limit.compute && self.bytes <= limit.bytes && self.state <= limit.state
	}

	/// Returns which part of a share this is, by the resource of which the part is largest: from 0 to [`WHOLE_PART`], also
	/// if it is more than the share. A resource of which nothing is used does not count.
	pub fn part_of(&self, share: &Self) -> u32 {
		let part = |used: u64, share: u64| {
			let part = (u128::from(used) * u128::from(WHOLE_PART)).checked_div(u128::from(share));
			let whole = if used == 0 { 0 } else { WHOLE_PART };
			part.map_or(whole, |part| u32::try_from(part).unwrap_or(WHOLE_PART).min(WHOLE_PART))
		};
		part(self.compute, share.compute).max(part(self.bytes, share.bytes)).max(part(self.state, share.state))
	}
}

/// The whole of a share. See [`Usage::part_of`].
pub const WHOLE_PART: u32 = 1 << 24;

/// Returns `value × numerator / denominator`, rounded up.
pub(crate) fn scale_up(value: u64, numerator: u64, denominator: u64) -> u64 {
	match value.checked_mul(numerator) {
		Some(product) => product.div_ceil(denominator.max(1)),
		None => narrow((u128::from(value) * u128::from(numerator)).div_ceil(denominator.max(1).into())),
	}
}

/// Returns `value × numerator / denominator`, rounded down.
pub(crate) fn scale_down(value: u64, numerator: u64, denominator: u64) -> u64 {
	match value.checked_mul(numerator) {
		Some(product) => product / denominator.max(1),
		None => narrow(u128::from(value) * u128::from(numerator) / u128::from(denominator.max(1))),
	}
}

fn narrow(value: u128) -> u64 {
	u64::try_from(value).unwrap_or(u64::MAX)
}
