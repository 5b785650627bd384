//! Weighted sampling without replacement.

use crate::{fixed::widening_mul, neg_ln, Draw, Fixed};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// What candidates are ordered by: −ln(u) / stake, the smallest first. Kept as a fraction, and compared exactly.
#[derive(Clone, Copy, Debug)]
pub struct Key {
	neg_ln: Fixed,
	stake: u128,
}

impl Key {
	/// The key of a draw with a stake. `None` without stake: that is never drawn.
	pub fn new(draw: Draw, stake: u128) -> Option<Self> {
		(stake > 0).then(|| Self { neg_ln: neg_ln(draw), stake })
	}

	/// The key of the same draw, had it another stake.
	#[cfg(test)]
	pub(crate) fn with_stake(self, stake: u128) -> Self {
		Self { stake, ..self }
	}
}

impl Ord for Key {
	fn cmp(&self, other: &Self) -> Ordering {
		// a / b < c / d exactly if a d < c b, as b and d are positive.
		let this = widening_mul(self.neg_ln.to_bits(), other.stake);
		let that = widening_mul(other.neg_ln.to_bits(), self.stake);
		this.cmp(&that)
	}
}

impl PartialOrd for Key {
	fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
		Some(self.cmp(other))
	}
}

impl PartialEq for Key {
	fn eq(&self, other: &Self) -> bool {
		self.cmp(other).is_eq()
	}
}

impl Eq for Key {}

/// Draws all candidates, of each its draw and its stake: their indices in the order in which they are drawn.
///
/// Who has no stake is not drawn. Equal keys go by index, so callers who must agree hand in candidates in an order they
/// agree on, such as by account.
pub fn order(candidates: &[(Draw, u128)]) -> Vec<usize> {
	let keys = candidates.iter().enumerate();
	let mut keys: Vec<_> = keys.filter_map(|(index, (draw, stake))| Some((Key::new(*draw, *stake)?, index))).collect();
	// No two are equal, as indices differ.
	keys.sort_unstable();
	keys.into_iter().map(|(_, index)| index).collect()
}
