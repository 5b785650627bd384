//! The votes for one node: a pool of tokens in which each vote owns shares.
//!
//! A slash takes tokens out of the pool, so any number of votes lose the same part in one step. Dust votes
//! cannot make a slash too expensive, and the reporter's part is exact at once. Later votes buy shares at the price after
//! the slash.
//!
//! The value of shares is rounded down. The remainder stays in the pool, and the last vote takes it. So the pool never owes
//! more than it has.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, FixedPointNumber, FixedU64, Perbill, Rounding};
use tp_core::Balance;

/// The maximum number of shares per token. A slash that would exceed it takes the whole pool. So shares stay far below the
/// largest number, however often a node is slashed.
pub const MAX_SHARES_PER_TOKEN: Balance = 1_000_000;

/// All votes for a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// The remaining tokens of all votes.
	pub tokens: Balance,
	/// The shares of all votes. Equal to the tokens until the first slash.
	pub shares: Balance,
	/// The sum of all votes' shares, each times the weight of its lock.
	pub weighed_shares: Balance,
	/// The sum of the weights by which dividends are shared. Slashes do not change it.
	pub weight: Balance,
}

/// Returns an amount times the weight of a lock, rounded down.
pub fn weigh(amount: Balance, lock: FixedU64) -> Balance {
	lock.saturating_mul_int(amount)
}

/// Returns `amount × numerator / denominator`, rounded down, or zero if the denominator is zero.
fn part_of(amount: Balance, numerator: Balance, denominator: Balance) -> Balance {
	if denominator == 0 {
		return 0;
	}
	multiply_by_rational_with_rounding(amount, numerator, denominator, Rounding::Down).unwrap_or(Balance::MAX)
}

impl Pool {
	/// Whether it has votes and all of them are worth nothing.
	pub const fn is_worthless(&self) -> bool {
		self.tokens == 0 && self.shares > 0
	}

	/// Returns the value of shares in tokens.
	pub fn value(&self, shares: Balance) -> Balance {
		part_of(shares, self.tokens, self.shares)
	}

	/// Returns the sum of all votes' values, each times the weight of its lock.
	pub fn weighed_tokens(&self) -> Balance {
		part_of(self.weighed_shares, self.tokens, self.shares)
	}

	/// Returns the shares that tokens buy. `None` if the pool is worthless, or the tokens are worth less than a share.
	pub fn shares_for(&self, tokens: Balance) -> Option<Balance> {
		let shares = if self.shares == 0 { tokens } else { part_of(tokens, self.shares, self.tokens) };
		(shares > 0).then_some(shares)
	}

	/// Adds tokens, for the number of shares returned by [`Self::shares_for`].
	pub fn enter(&mut self, tokens: Balance, shares: Balance, weighed_shares: Balance) {
		self.tokens = self.tokens.saturating_add(tokens);
		self.shares = self.shares.saturating_add(shares);
		self.weighed_shares = self.weighed_shares.saturating_add(weighed_shares);
	}

	/// Removes shares, and returns their value in tokens.
	pub fn leave(&mut self, shares: Balance, weighed_shares: Balance) -> Balance {
		let tokens = self.value(shares);
		self.tokens = self.tokens.saturating_sub(tokens);
		self.shares = self.shares.saturating_sub(shares);
		self.weighed_shares = self.weighed_shares.saturating_sub(weighed_shares);
		tokens
	}

	/// Takes a part of the tokens, rounded up, and returns the amount taken.
	pub fn slash(&mut self, part: Perbill) -> Balance {
		let before = self.tokens;
		self.tokens = before.saturating_sub(part.mul_ceil(before));
		if self.tokens.saturating_mul(MAX_SHARES_PER_TOKEN) < self.shares {
			self.tokens = 0;
		}
		before.saturating_sub(self.tokens)
	}
}
