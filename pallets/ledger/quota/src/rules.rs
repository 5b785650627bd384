//! The sizes of shares, as root or the genesis sets them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Percent;
use tp_core::Balance;
use tp_quota::{FreeBucket, QuotaRules, Usage};

/// The smallest free share that rules may give. It suffices to set other rules, so that a mistake can be corrected.
pub const MIN_FREE: Usage = Usage { compute: 10_000_000_000, bytes: 4 * 1024, state: 1024 };

/// The sizes of shares, without the burst.
#[derive(
	Clone,
	Copy,
	Debug,
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShareRules {
	/// The daily share of every account whose own balance covers the existential deposit.
	pub free: Usage,
	/// The daily share of a locked balance of `stake_unit`.
	pub per_stake_unit: Usage,
	/// See `per_stake_unit`, in the token's smallest unit; 0 if stake gives no share.
	pub stake_unit: Balance,
	/// The balance that must be held for a free share to regrow within a day, in the token's smallest unit. A smaller balance
	/// takes longer in proportion. 0 if every balance suffices.
	pub full_balance: Balance,
	/// The most free use, which is the use that no stake covers, as a part of what a block holds and of `sustained`.
	pub block_free: Percent,
	/// What the ledger carries for good, for each second: what its nodes execute, send, and keep on their disks.
	pub sustained: Usage,
}

/// The reasons to refuse rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRules {
	/// Blocks have no room for free use, or an hour has less than [`MIN_FREE`].
	NoFreeUse,
	/// The free share is below [`MIN_FREE`].
	FreeShareTooSmall,
	/// Stake gives a share, but its unit is 0.
	NoStakeUnit,
}

impl core::fmt::Display for InvalidRules {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.write_str(match self {
			Self::NoFreeUse => {
				"there must be room for free use: `blockFree` is 0, or `sustained` is too small for one transaction an hour"
			},
			Self::FreeShareTooSmall => {
				"the free share is too small to ever set other rules: `free` needs 10 ms, 4 KiB and 1 KiB of state"
			},
			Self::NoStakeUnit => "stake gives a share, so `stakeUnit` must not be 0",
		})
	}
}

impl ShareRules {
	/// Checks that a ledger can have these rules, and can replace them.
	///
	/// # Errors
	/// The first reason to refuse them.
	pub fn check(&self) -> Result<(), InvalidRules> {
		if self.block_free == Percent::zero() || !MIN_FREE.fits(&FreeBucket::size(self.free_rate())) {
			Err(InvalidRules::NoFreeUse)
		} else if !MIN_FREE.fits(&self.free) {
			Err(InvalidRules::FreeShareTooSmall)
		} else if self.stake_unit == 0 && self.per_stake_unit != Usage::default() {
			Err(InvalidRules::NoStakeUnit)
		} else {
			Ok(())
		}
	}

	/// Returns the free use that the ledger carries for good, for each second.
	pub fn free_rate(&self) -> Usage {
		self.sustained.map(|sustained| self.block_free * sustained)
	}

	/// Returns the free use that a block of a capacity holds.
	pub fn free_of_block(&self, capacity: Usage) -> Usage {
		capacity.map(|capacity| self.block_free * capacity)
	}

	/// Returns the shares of a block with a burst and a capacity, of which this much free use is left over time.
	pub fn in_block(&self, burst_percent: u32, capacity: Usage, left: Usage) -> QuotaRules {
		let Self { free, per_stake_unit, stake_unit, full_balance, .. } = *self;
		let block_free = self.free_of_block(capacity).min(left);
		QuotaRules { free, per_stake_unit, stake_unit, full_balance, lent_percent: burst_percent, block_free }
	}
}
