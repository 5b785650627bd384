//! Stored types and their arithmetic.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};
use tp_core::Balance;
use tp_pbft::Epoch;

/// Maximum number of reports that one epoch's end pays: the main chain's and 255 others. The division among the largest
/// committees takes about 40 ms.
pub const MAX_REPORTS: u32 = 256;
/// Maximum number of nodes that share the voters' pool. The reads take about 16 ms.
pub const MAX_VOTED: u32 = 2_048;
/// Maximum number of archives, and of edges, that share their pools. The checks of their standing take about 30 ms.
pub const MAX_STANDING: u32 = 1_024;
/// Maximum number of nodes that one block pays. It takes about 25 ms.
pub const DUES_PER_BLOCK: u32 = 128;
/// Maximum number of chunks of dues in the queue: three epochs with all bounds reached. An epoch that would exceed it
/// is not paid.
pub const MAX_QUEUED_CHUNKS: u32 = 1_024;
/// Maximum number of nodes whose votes one claim settles. A holder of votes for more nodes claims again.
pub const MAX_CLAIM_NODES: u32 = 64;
/// Number of past epochs whose figures are kept: more than two weeks of epochs of 6 h.
pub const HISTORY_EPOCHS: u32 = 64;

/// Points of a member's work in an epoch: signatures, proposals, and included signatures beyond the quorum.
pub type Points = u64;

/// Returns `amount × part / whole`, rounded down, or zero if `whole` is zero. `part` must not exceed `whole`.
pub(crate) fn part_of(amount: Balance, part: u128, whole: u128) -> Balance {
	multiply_by_rational_with_rounding(amount, part, whole, Rounding::Down).unwrap_or(0)
}

/// Returns a length as weights take it. Inputs longer than that are refused for their length.
pub(crate) fn count(length: usize) -> u32 {
	u32::try_from(length).unwrap_or(u32::MAX)
}

/// Earnings of a node in an epoch. They are minted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Due<AccountId> {
	/// The node.
	pub node: AccountId,
	/// For its own work. The dividend, a part of it, goes to its voters.
	pub work: Balance,
	/// From the voters' pool. All of it goes to its voters.
	pub votes: Balance,
}

/// The range of waiting chunks. The numbers wrap around.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Queue {
	/// The next chunk to pay.
	pub first: u32,
	/// The first free number.
	pub end: u32,
}

impl Queue {
	/// Returns the number of waiting chunks.
	pub fn len(&self) -> u32 {
		self.end.wrapping_sub(self.first)
	}

	/// Returns whether no chunk waits.
	pub fn is_empty(&self) -> bool {
		self.first == self.end
	}
}

/// One in the fixed-point format of accumulators: 2^64.
///
/// It bounds both ends. The smallest reward (one unit) shared by the maximum of votes (twice all TOP) still adds 2^8.
/// All TOP for a vote of weight one adds 2^119, so a pot can take hundreds of them before the accumulator saturates.
const ONE: u128 = 1 << 64;

/// Pot of one node's voters.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VoterPot {
	/// Amount in the pot.
	pub amount: Balance,
	/// Accumulator: earnings of a vote of weight one since the pot exists, in 2^-64 units.
	pub per_weight: u128,
}

impl VoterPot {
	/// Adds a reward, shared by votes of this total weight.
	pub(crate) fn add(&mut self, reward: Balance, weight: Balance) {
		self.amount = self.amount.saturating_add(reward);
		// Without votes the reward stays in the pot until it is burned.
		let earned = multiply_by_rational_with_rounding(reward, ONE, weight, Rounding::Down).unwrap_or(0);
		self.per_weight = self.per_weight.saturating_add(earned);
	}

	/// Returns the earnings of votes of a weight since a checkpoint.
	///
	/// Both divisions round down, so the sum over all holders never exceeds the pot. The minimum with the amount guards
	/// the sums if a caller passes a weight that the pot did not know.
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
	/// Taken from the reserve, including the deposit of the pallet's account. The rest of the minted amount is
	/// inflation.
	pub from_reserve: Balance,
	/// Paid to accounts.
	pub claimed: Balance,
	/// Burned, because no voter was left to receive it.
	pub burned: Balance,
}

impl Totals {
	/// Returns the amount that is issued and neither claimed nor burned.
	pub fn claimable(&self) -> Balance {
		self.issued.saturating_sub(self.claimed).saturating_sub(self.burned)
	}
}

/// The figures of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochRewards {
	/// The epoch.
	pub epoch: Epoch,
	/// Maximum issue for its time.
	pub budget: Balance,
	/// Actual issue.
	pub paid: Balance,
	/// Remaining reserve at its end.
	pub reserve: Balance,
	/// Sum of all issue until its end.
	pub issued: Balance,
	/// Claimable amount at its end.
	pub claimable: Balance,
	/// Sum of all claims until its end.
	pub claimed: Balance,
	/// Sum of all burned amounts until its end.
	pub burned: Balance,
}
