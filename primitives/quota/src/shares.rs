//! The shares of one account, and what is used of them.

use crate::Usage;

/// The shares of an account, without what is lent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
	/// The share that its stake gives.
	pub staked: Usage,
	/// The share that it has without stake.
	pub free: Usage,
}

/// The parts of an account's shares that are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
	/// The used part of the stake share.
	pub staked: Usage,
	/// The used part of the free share.
	pub free: Usage,
}

impl Used {
	/// Returns what is used of both shares.
	pub fn total(&self) -> Usage {
		self.staked.saturating_add(self.free)
	}

	/// Returns the sum of each part.
	pub fn saturating_add(&self, other: &Self) -> Self {
		Self { staked: self.staked.saturating_add(other.staked), free: self.free.saturating_add(other.free) }
	}
}

impl Shares {
	/// Splits what a cost takes of the shares: stake is used up first.
	pub fn split(&self, used: &Used, counted: Usage) -> Used {
		let staked = counted.min(self.staked.saturating_sub(used.staked));
		Used { staked, free: counted.saturating_sub(staked) }
	}

	/// Returns what is left of the free share. Use of stake that no longer counts takes its place.
	pub fn free_room(&self, used: &Used) -> Usage {
		self.free.saturating_sub(used.free).saturating_sub(self.excess(used))
	}

	/// Returns which part of a share is used, from 0 to [`crate::WHOLE_PART`]: of the stake share, or of the free share. The
	/// smallest part goes first in a block.
	pub fn used_part(&self, used: &Used, of_stake: bool) -> u32 {
		match of_stake {
			true => used.staked.part_of(&self.staked),
			false => used.free.saturating_add(self.excess(used)).part_of(&self.free),
		}
	}

	/// Returns the use of stake beyond the stake share: of stake that no longer counts.
	pub fn excess(&self, used: &Used) -> Usage {
		used.staked.saturating_sub(self.staked)
	}
}
