//! How large shares are.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Percent;
use tp_core::Balance;
use tp_lattice::{QuotaRules, Usage};

/// The least free share that rules may give: enough to set others, whatever it was that went wrong.
pub const LEAST_FREE: Usage = Usage { compute: 10_000_000_000, bytes: 4 * 1024 };

/// How large shares are, before anything is lent.
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
	/// A day's share of every account that has enough to live.
	pub free: Usage,
	/// A day's share of a locked balance of `stake_unit`.
	pub per_stake_unit: Usage,
	/// See `per_stake_unit`, in the token's smallest unit; 0 if stake gives none.
	pub stake_unit: Balance,
	/// All free use of a block together, which is what no stake covers: so much of what a block holds.
	pub block_free: Percent,
}

/// Why rules are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRules {
	/// No free use of a block.
	NoFreeUse,
	/// A free share below [`LEAST_FREE`].
	FreeShareTooSmall,
	/// Stake gives a share, but its unit is 0.
	NoStakeUnit,
}

impl core::fmt::Display for InvalidRules {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		f.write_str(match self {
			Self::NoFreeUse => "blocks must have room for free use: `blockFree` is 0",
			Self::FreeShareTooSmall => {
				"the free share is too small to ever set other rules: `free` needs 10 ms and 4 KiB"
			},
			Self::NoStakeUnit => "stake gives a share, so `stakeUnit` must not be 0",
		})
	}
}

impl ShareRules {
	/// Whether a ledger can have these rules, and be rid of them.
	///
	/// # Errors
	/// What is wrong with them.
	pub fn check(&self) -> Result<(), InvalidRules> {
		if self.block_free == Percent::zero() {
			Err(InvalidRules::NoFreeUse)
		} else if !LEAST_FREE.fits(&self.free) {
			Err(InvalidRules::FreeShareTooSmall)
		} else if self.stake_unit == 0 && self.per_stake_unit != Usage::default() {
			Err(InvalidRules::NoStakeUnit)
		} else {
			Ok(())
		}
	}

	/// The shares of a block that holds so much.
	pub fn in_block(&self, lent_percent: u32, capacity: Usage) -> QuotaRules {
		let Self { free, per_stake_unit, stake_unit, block_free } = *self;
		let block_free = Usage { compute: block_free * capacity.compute, bytes: block_free * capacity.bytes };
		QuotaRules { free, per_stake_unit, stake_unit, lent_percent, block_free }
	}
}
