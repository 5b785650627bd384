//! Quotas in place of gas: what an account uses fades to nothing over a day, and may not be more than its share.
//!
//! `used(t) = used × max(0, 1 − Δ/day)`; `share = free share + stake share`, where the stake share is linear in the
//! balance that is locked for it, by the account and by its sponsors. The free share is for accounts with a balance of
//! their own that is enough to live: of one that sponsors alone keep there, the stake share is all.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::Balance;

/// The time over which use fades, in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

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

	/// The sum, of each resource.
	pub fn saturating_add(self, other: Self) -> Self {
		Self { compute: self.compute.saturating_add(other.compute), bytes: self.bytes.saturating_add(other.bytes) }
	}

	/// What is left, of each resource.
	pub fn saturating_sub(self, other: Self) -> Self {
		Self { compute: self.compute.saturating_sub(other.compute), bytes: self.bytes.saturating_sub(other.bytes) }
	}

	/// The lesser, of each resource.
	pub fn min(self, other: Self) -> Self {
		Self { compute: self.compute.min(other.compute), bytes: self.bytes.min(other.bytes) }
	}

	/// Whether it is no more than another, of each resource.
	pub fn fits(&self, limit: &Self) -> bool {
		self.compute <= limit.compute && self.bytes <= limit.bytes
	}
}

/// What an account has used, and what is locked for it to use more.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Quota {
	/// Used, as of `at`.
	pub used: Usage,
	/// Milliseconds since 1970.
	pub at: u64,
	/// Balance locked for the stake share, by the account itself and by its sponsors.
	pub locked: Balance,
}

/// How large shares are.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QuotaRules {
	/// A day's share of every account that has enough to live.
	pub free: Usage,
	/// A day's share of a locked balance of `stake_unit`.
	pub per_stake_unit: Usage,
	/// See `per_stake_unit`; 0 if stake gives none.
	pub stake_unit: Balance,
	/// Capacity that nobody uses is lent: shares are worth so many percent, 100 to 400.
	pub lent_percent: u32,
	/// All free use of a block together: what no stake covers. It is what makes splitting one owner into many accounts
	/// win nothing.
	pub block_free: Usage,
}

impl QuotaRules {
	/// The most that shares can be worth while capacity is unused, in percent.
	pub const MAX_LENT_PERCENT: u32 = 400;

	/// The shares of accounts without a balance of their own: what stake gives them, and nothing for free.
	pub fn without_free_share(self) -> Self {
		Self { free: Usage::default(), ..self }
	}

	/// What an account may have used at any time, for what is locked.
	pub fn share(&self, locked: Balance) -> Usage {
		self.lent(self.free, locked)
	}

	/// The part of the share that stake gives.
	pub fn stake_share(&self, locked: Balance) -> Usage {
		self.lent(Usage::default(), locked)
	}

	fn lent(&self, free: Usage, locked: Balance) -> Usage {
		let percent = u128::from(self.lent_percent.clamp(100, Self::MAX_LENT_PERCENT));
		let share = |free: u64, per_unit: u64| {
			let staked = u128::from(per_unit).saturating_mul(locked).checked_div(self.stake_unit).unwrap_or(0);
			let share = u128::from(free).saturating_add(staked).saturating_mul(percent) / 100;
			u64::try_from(share).unwrap_or(u64::MAX)
		};
		Usage {
			compute: share(free.compute, self.per_stake_unit.compute),
			bytes: share(free.bytes, self.per_stake_unit.bytes),
		}
	}
}

/// Who meters the use of a ledger.
pub trait QuotaMeter {
	/// The shares of this block; `None` if nothing is metered.
	fn rules() -> Option<QuotaRules>;
	/// Counts free use of this block. `false`, and nothing is counted, if all of it together would be more than
	/// [`QuotaRules::block_free`].
	fn use_free(used: Usage) -> bool;
	/// What an account begins with that an extrinsic makes now.
	fn new_account() -> Quota {
		Quota::default()
	}
}

/// Nothing is metered.
impl QuotaMeter for () {
	fn rules() -> Option<QuotaRules> {
		None
	}

	fn use_free(_: Usage) -> bool {
		true
	}
}

impl Quota {
	/// What counts as used at a time.
	pub fn used_at(&self, now: u64) -> Usage {
		let left = DAY_MS.saturating_sub(now.saturating_sub(self.at));
		let fade = |used: u64| scale_up(used, left, DAY_MS);
		Usage { compute: fade(self.used.compute), bytes: fade(self.used.bytes) }
	}

	/// Uses something, if the share allows it; returns what of it the account's stake does not cover. Stake is used up
	/// first.
	///
	/// # Errors
	/// The time at which it will: milliseconds since 1970, or `None` if the share is too small for it at any time.
	pub fn charge(&mut self, now: u64, cost: Usage, rules: &QuotaRules) -> Result<Usage, Option<u64>> {
		let (used, share) = (self.used_at(now), rules.share(self.locked));
		let after = used.saturating_add(cost);
		if after.fits(&share) {
			self.used = after;
			self.at = self.at.max(now);
			return Ok(after.saturating_sub(rules.stake_share(self.locked)).min(cost));
		}
		// What was used fades as it did before: a refusal changes nothing.
		let faded = |used: u64, at_start: u64, cost: u64, share: u64| {
			let room = share.checked_sub(cost)?;
			// at_start × (day − Δ) / day ≤ room
			Some(if used <= room { 0 } else { scale_up(DAY_MS, at_start.saturating_sub(room), at_start) })
		};
		let compute = faded(used.compute, self.used.compute, cost.compute, share.compute).ok_or(None)?;
		let bytes = faded(used.bytes, self.used.bytes, cost.bytes, share.bytes).ok_or(None)?;
		Err(Some(self.at.saturating_add(compute.max(bytes)).max(now)))
	}
}

/// `value × numerator / denominator`, rounded up.
fn scale_up(value: u64, numerator: u64, denominator: u64) -> u64 {
	let scaled = (u128::from(value) * u128::from(numerator)).div_ceil(u128::from(denominator.max(1)));
	u64::try_from(scaled).unwrap_or(u64::MAX)
}
