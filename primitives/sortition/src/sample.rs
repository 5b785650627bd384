//! Weighted sampling without replacement.

use crate::{fixed::widening_mul, neg_ln, Draw, Fixed};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::cmp::Ordering;
use scale_info::TypeInfo;
use sp_core::U256;

/// Candidates beyond twice the number of openings.
const SPARE_CANDIDATES: u32 = 32;

/// Sort key of a candidate: −ln(u) / stake, the smallest first.
///
/// The key is a fraction and is compared exactly. A division would round, could make different keys equal, and would
/// leave the decision to the tie-break by index.
#[derive(Clone, Copy, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Key {
	neg_ln: Fixed,
	stake: u128,
}

impl Key {
	/// Creates the key of a draw with a stake. Returns `None` without stake: such a candidate is never drawn.
	pub fn new(draw: Draw, stake: u128) -> Option<Self> {
		(stake > 0).then(|| Self { neg_ln: neg_ln(draw), stake })
	}

	/// Returns the key of the same draw with another stake. Returns `None` without stake.
	pub fn with_stake(self, stake: u128) -> Option<Self> {
		(stake > 0).then_some(Self { stake, ..self })
	}

	/// Returns the stake.
	pub const fn stake(self) -> u128 {
		self.stake
	}

	/// Returns the key times `numerator / denominator`, rounded up. Zero counts as one.
	///
	/// It divides the stake, which is exact enough for bounds of keys, and not for the draw.
	pub fn times(self, numerator: u32, denominator: u32) -> Self {
		let stake = U256::from(self.stake) * U256::from(denominator.max(1)) / U256::from(numerator.max(1));
		Self { stake: u128::try_from(stake).unwrap_or(u128::MAX).max(1), ..self }
	}
}

impl Ord for Key {
	fn cmp(&self, other: &Self) -> Ordering {
		// a / b < c / d exactly if a d < c b, because b and d are positive.
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

/// Returns the number of candidates for a number of openings: 2 × openings + 32.
///
/// Some candidates leave, are punished, or do not fit a seat before the seats are dealt, so there are more than openings.
pub const fn most_candidates(openings: u32) -> u32 {
	openings.saturating_mul(2).saturating_add(SPARE_CANDIDATES)
}

/// Draws all candidates, given as draw and stake. Returns their indices in the order of the draw.
///
/// A candidate without stake is not drawn. Equal keys go by index. Callers that must agree on the result must therefore
/// agree on the order of candidates, for example by account.
pub fn order(candidates: &[(Draw, u128)]) -> Vec<usize> {
	let keys = candidates.iter().enumerate();
	let mut keys: Vec<_> = keys.filter_map(|(index, (draw, stake))| Some((Key::new(*draw, *stake)?, index))).collect();
	// Indices differ, so no two entries are equal and an unstable sort is deterministic.
	keys.sort_unstable();
	keys.into_iter().map(|(_, index)| index).collect()
}
