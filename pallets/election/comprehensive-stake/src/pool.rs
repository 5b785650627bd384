//! The votes for one node as a pool of tokens, of which each vote owns shares.
//!
//! A slash takes tokens out of the pool, so that every vote loses the same part at once, however many there are: nobody
//! can crowd others out with dust, and what a reporter gets is a part of what was taken in the same step. Votes that
//! come later buy shares at the price that the slash left.
//!
//! What a share is worth is rounded down; what rounding leaves stays in the pool, and the last vote takes it. So the
//! pool never owes more than it has.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, FixedPointNumber, FixedU64, Perbill, Rounding};
use tp_core::Balance;

/// Shares that a token may stand for, at most. A pool that was slashed down to less than that is taken whole: it keeps
/// shares far from the largest number, whatever happens to a node over the years.
pub const MAX_SHARES_PER_TOKEN: Balance = 1_000_000;

/// All votes for a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool {
	/// The tokens that are left of all votes.
	pub tokens: Balance,
	/// The shares of all votes. As many as tokens until the first slash.
	pub shares: Balance,
	/// The same, each times the weight of its vote's lock.
	pub weighed_shares: Balance,
	/// The sum of what dividends are shared by. It does not change by slashes.
	pub weight: Balance,
}

/// An amount times the weight of a lock, rounded down.
pub fn weigh(amount: Balance, lock: FixedU64) -> Balance {
	lock.saturating_mul_int(amount)
}

/// `amount × numerator / denominator`, rounded down. Zero of nothing.
fn part_of(amount: Balance, numerator: Balance, denominator: Balance) -> Balance {
	if denominator == 0 {
		return 0;
	}
	multiply_by_rational_with_rounding(amount, numerator, denominator, Rounding::Down).unwrap_or(Balance::MAX)
}

impl Pool {
	/// Whether it has votes, and all of them are worth nothing.
	pub const fn is_worthless(&self) -> bool {
		self.tokens == 0 && self.shares > 0
	}

	/// What so many shares are worth.
	pub fn value(&self, shares: Balance) -> Balance {
		part_of(shares, self.tokens, self.shares)
	}

	/// What all votes are worth, each times the weight of its lock.
	pub fn weighed_tokens(&self) -> Balance {
		part_of(self.weighed_shares, self.tokens, self.shares)
	}

	/// The shares that so many tokens buy. `None` if none: the pool is worthless, or they are worth less than a share.
	pub fn shares_for(&self, tokens: Balance) -> Option<Balance> {
		let shares = if self.shares == 0 { tokens } else { part_of(tokens, self.shares, self.tokens) };
		(shares > 0).then_some(shares)
	}

	/// Takes tokens in, for shares that [`Self::shares_for`] named.
	pub fn enter(&mut self, tokens: Balance, shares: Balance, weighed_shares: Balance) {
		self.tokens = self.tokens.saturating_add(tokens);
		self.shares = self.shares.saturating_add(shares);
		self.weighed_shares = self.weighed_shares.saturating_add(weighed_shares);
	}

	/// Gives tokens out for shares.
	pub fn leave(&mut self, shares: Balance, weighed_shares: Balance) -> Balance {
		let tokens = self.value(shares);
		self.tokens = self.tokens.saturating_sub(tokens);
		self.shares = self.shares.saturating_sub(shares);
		self.weighed_shares = self.weighed_shares.saturating_sub(weighed_shares);
		tokens
	}

	/// Takes a part of the tokens, rounded up.
	pub fn slash(&mut self, part: Perbill) -> Balance {
		let before = self.tokens;
		self.tokens = before.saturating_sub(part.mul_ceil(before));
		if self.tokens.saturating_mul(MAX_SHARES_PER_TOKEN) < self.shares {
			self.tokens = 0;
		}
		before.saturating_sub(self.tokens)
	}
}
