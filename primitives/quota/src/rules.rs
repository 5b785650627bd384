//! The sizes of shares in one block.

use crate::{
	usage::{scale_down, scale_up},
	Shares, Usage,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_core::Balance;

/// The sizes of shares in one block.
///
/// Use is counted in an account's own share. While `lent_percent` is above 100, a cost counts that much less, so the share is
/// worth that much more. So a share that is used up stays used when more is lent.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct QuotaRules {
	/// The daily free share of an account whose own balance covers the existential deposit.
	pub free: Usage,
	/// The daily share of a locked balance of `stake_unit`.
	pub per_stake_unit: Usage,
	/// See `per_stake_unit`; 0 if stake gives no share.
	pub stake_unit: Balance,
	/// The balance that must be held for a free share to regrow within a day. A smaller balance takes longer in proportion.
	/// 0 if every balance suffices.
	pub full_balance: Balance,
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

	/// Returns what an account may use now if it has used nothing, for a locked balance.
	pub fn share(&self, locked: Balance) -> Usage {
		self.to_use(self.free.saturating_add(self.own_stake_share(locked)))
	}

	/// Returns the part of [`Self::share`] that stake gives.
	pub fn stake_share(&self, locked: Balance) -> Usage {
		self.to_use(self.own_stake_share(locked))
	}

	/// Returns the shares for a locked balance, without what is lent.
	pub fn shares(&self, locked: Balance) -> Shares {
		Shares { staked: self.own_stake_share(locked), free: self.free }
	}

	fn own_stake_share(&self, locked: Balance) -> Usage {
		if locked == 0 {
			return Usage::default();
		}
		self.per_stake_unit.map(|per_unit| {
			let share = u128::from(per_unit).saturating_mul(locked).checked_div(self.stake_unit).unwrap_or(0);
			u64::try_from(share).unwrap_or(u64::MAX)
		})
	}

	/// Returns what a cost takes of a share, rounded up.
	pub fn to_share(&self, cost: Usage) -> Usage {
		let burst = self.burst();
		cost.map(|cost| scale_up(cost, 100, burst))
	}

	/// Returns the use that a part of a share is worth, rounded down.
	pub fn to_use(&self, share: Usage) -> Usage {
		let burst = self.burst();
		share.map(|share| scale_down(share, burst, 100))
	}

	fn burst(&self) -> u64 {
		self.lent_percent.clamp(100, Self::MAX_BURST_PERCENT).into()
	}
}
