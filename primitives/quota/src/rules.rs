//! The sizes of shares in one block.

use crate::Usage;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::Balance;

/// The sizes of shares in one block.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QuotaRules {
	/// The daily share of every account whose own balance covers the existential deposit.
	pub free: Usage,
	/// The daily share of a locked balance of `stake_unit`.
	pub per_stake_unit: Usage,
	/// See `per_stake_unit`; 0 if stake gives no share.
	pub stake_unit: Balance,
	/// The burst: what shares are worth while blocks have room, 100 to 400 percent. The field's name is part of the
	/// metadata.
	pub lent_percent: u32,
	/// The most free use of a block together, which is the use that no stake covers. Because of this cap an owner gains
	/// nothing by splitting into many accounts.
	pub block_free: Usage,
}

impl QuotaRules {
	/// The largest burst, in percent.
	pub const MAX_BURST_PERCENT: u32 = 400;

	/// Returns the rules for accounts without a balance: the stake share, and no free share.
	pub fn without_free_share(self) -> Self {
		Self { free: Usage::default(), ..self }
	}

	/// Returns the most that an account may have used at any time, for a locked balance.
	pub fn share(&self, locked: Balance) -> Usage {
		self.with_burst(self.free, locked)
	}

	/// Returns the part of the share that stake gives.
	pub fn stake_share(&self, locked: Balance) -> Usage {
		self.with_burst(Usage::default(), locked)
	}

	fn with_burst(&self, free: Usage, locked: Balance) -> Usage {
		let percent = u128::from(self.lent_percent.clamp(100, Self::MAX_BURST_PERCENT));
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
