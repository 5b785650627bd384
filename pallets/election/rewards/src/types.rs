//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};
use tp_core::{AccountId, Balance};
use tp_pbft::Epoch;

/// What a member's work in an epoch is worth: signatures, proposals, and what it took in of slow members' signatures.
pub type Points = u64;

/// `amount × part / whole`, rounded down. Nothing of nothing. `part` is not more than `whole`.
pub(crate) fn part_of(amount: Balance, part: u128, whole: u128) -> Balance {
	multiply_by_rational_with_rounding(amount, part, whole, Rounding::Down).unwrap_or(0)
}

/// A length as the weights take it. What is longer than they know is refused by its length anyway.
pub(crate) fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// What a node earned in an epoch. It is minted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Due {
	/// The node.
	pub node: AccountId,
	/// For its own work; a part of it, its dividend, is its voters'.
	pub work: Balance,
	/// Of the voters' pool: all of it is its voters'.
	pub votes: Balance,
}

/// Which chunks of dues wait. Numbers start over after the last.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Queue {
	/// The next to be paid.
	pub first: u32,
	/// The first number that is free.
	pub end: u32,
}

impl Queue {
	/// How many wait.
	pub fn len(&self) -> u32 {
		self.end.wrapping_sub(self.first)
	}

	/// Whether none waits.
	pub fn is_empty(&self) -> bool {
		self.first == self.end
	}
}

/// One, as accumulators count: 2^64. The least reward (one unit) shared by all votes that there can be (twice all TOP) still
/// adds 2^8, and all TOP for a vote of weight one adds 2^119.
const ONE: u128 = 1 << 64;

/// What the voters of one node can claim.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VoterPot {
	/// What lies in it.
	pub amount: Balance,
	/// What a vote of weight one earned since the pot exists, in 2^-64 units.
	pub per_weight: u128,
}

impl VoterPot {
	/// Puts a reward in, to be shared by votes of this weight in all.
	pub(crate) fn add(&mut self, reward: Balance, weight: Balance) {
		self.amount = self.amount.saturating_add(reward);
		// Of no weight nobody gets anything: it stays until it is burned.
		let earned = multiply_by_rational_with_rounding(reward, ONE, weight, Rounding::Down).unwrap_or(0);
		self.per_weight = self.per_weight.saturating_add(earned);
	}

	/// What votes of a weight earned since a checkpoint. Never more than there is.
	pub(crate) fn owed(&self, weight: Balance, since: u128) -> Balance {
		let earned = self.per_weight.saturating_sub(since);
		multiply_by_rational_with_rounding(weight, earned, ONE, Rounding::Down)
			.map_or(self.amount, |owed| owed.min(self.amount))
	}
}

/// Sums since the genesis. `issued = claimable + claimed + burned`.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Totals {
	/// Minted for nodes, voters and the treasury.
	pub issued: Balance,
	/// Taken from the reserve; the rest of what was minted is inflation. It includes the deposit of the pallet's account.
	pub from_reserve: Balance,
	/// Paid to accounts.
	pub claimed: Balance,
	/// Burned, because there was nobody any more whose it could be.
	pub burned: Balance,
}

impl Totals {
	/// What is issued and neither claimed nor burned.
	pub fn claimable(&self) -> Balance {
		self.issued.saturating_sub(self.claimed).saturating_sub(self.burned)
	}
}

/// The figures of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochRewards {
	/// The epoch.
	pub epoch: Epoch,
	/// What could have been issued for its time.
	pub budget: Balance,
	/// What was issued for it.
	pub paid: Balance,
	/// What was left of the reserve at its end.
	pub reserve: Balance,
	/// What was issued until its end.
	pub issued: Balance,
	/// What was claimable at its end.
	pub claimable: Balance,
	/// What was claimed until its end.
	pub claimed: Balance,
	/// What was burned until its end.
	pub burned: Balance,
}
