//! The quota of an account: what it has used fades over a day.

use crate::{QuotaRules, Usage};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::Balance;

/// The time over which use fades, in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

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

impl Quota {
	/// Returns what counts as used at a time.
	pub fn used_at(&self, now: u64) -> Usage {
		let left = DAY_MS.saturating_sub(now.saturating_sub(self.at));
		let fade = |used: u64| scale_up(used, left, DAY_MS);
		Usage { compute: fade(self.used.compute), bytes: fade(self.used.bytes) }
	}

	/// Charges a cost if the share allows it. Returns the part of the cost that the account's stake does not cover: stake
	/// is used up first.
	///
	/// # Errors
	/// The time at which the share will allow it, in milliseconds since 1970, or `None` if the share is too small at any
	/// time. A refusal changes nothing.
	pub fn charge(&mut self, now: u64, cost: Usage, rules: &QuotaRules) -> Result<Usage, Option<u64>> {
		let (used, share) = (self.used_at(now), rules.share(self.locked));
		let after = used.saturating_add(cost);
		if after.fits(&share) {
			self.used = after;
			// A clock that goes back must not make use fade twice.
			self.at = self.at.max(now);
			return Ok(after.saturating_sub(rules.stake_share(self.locked)).min(cost));
		}
		let faded = |used: u64, at_start: u64, cost: u64, share: u64| {
			let room = share.checked_sub(cost)?;
			// The least Δ for which at_start × (day − Δ) / day ≤ room.
			Some(if used <= room { 0 } else { scale_up(DAY_MS, at_start.saturating_sub(room), at_start) })
		};
		let compute = faded(used.compute, self.used.compute, cost.compute, share.compute).ok_or(None)?;
		let bytes = faded(used.bytes, self.used.bytes, cost.bytes, share.bytes).ok_or(None)?;
		Err(Some(self.at.saturating_add(compute.max(bytes)).max(now)))
	}
}

/// Returns `value × numerator / denominator`, rounded up.
fn scale_up(value: u64, numerator: u64, denominator: u64) -> u64 {
	let scaled = (u128::from(value) * u128::from(numerator)).div_ceil(u128::from(denominator.max(1)));
	u64::try_from(scaled).unwrap_or(u64::MAX)
}
