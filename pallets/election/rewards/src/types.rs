//! Stored types and their arithmetic.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};
use tp_core::Balance;
use tp_pbft::{Epoch, MemberActivity};

/// Maximum number of reports that one epoch pays: the main chain's and 255 others.
pub const MAX_REPORTS: u32 = 256;
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

/// One in the fixed-point format of shares of a committee's amount: 2^112. A node has at most one for each report.
const SHARE_ONE: u128 = 1 << 112;

/// The service of a member that signed all certificates of its epoch and lost no turn.
pub(crate) const FULL_SERVICE: u128 = 10_000;

/// Returns the share of a member in the amount of its committee, rounded up: by 2^-112 at most, so that amounts that divide
/// evenly stay even.
pub(crate) fn share_of(points: Points, sum: u128) -> u128 {
	multiply_by_rational_with_rounding(SHARE_ONE, points.into(), sum, Rounding::Up).unwrap_or(SHARE_ONE)
}

/// Returns the service of a member: `signed / (certified + turns lost)`, at most [`FULL_SERVICE`].
pub(crate) fn service_of(activity: &MemberActivity, certified: u32) -> u128 {
	let due = u128::from(certified).saturating_add(activity.turns_lost.into());
	let served = u128::from(activity.signed).saturating_mul(FULL_SERVICE);
	served.checked_div(due).unwrap_or_default().min(FULL_SERVICE)
}

/// What a node's service in one period gives right to.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Shares {
	/// Shares of the amount of a committee of validators, in 2^-112 units.
	pub validators: u128,
	/// Shares of the amount of a committee of routers, in 2^-112 units.
	pub routers: u128,
	/// The weight of the node's votes times its service. Its part of the voters' pool is in proportion.
	pub votes: u128,
}

impl Shares {
	/// Returns whether there is no share. A member with points has a share of its committee.
	pub fn is_empty(&self) -> bool {
		*self == Self::default()
	}
}

/// What a node has earned and was not credited with yet.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Earnings {
	/// For the node, of periods before [`Self::period`].
	pub own: Balance,
	/// For its voters, of periods before [`Self::period`].
	pub voters: Balance,
	/// The period of the shares.
	pub period: u32,
	/// Its shares of one period.
	pub shares: Shares,
}

/// The reported committees of a pool.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Reported {
	/// All of them. Each gets the same amount.
	pub all: u32,
	/// Those with a member that has points. The amounts of others are not issued.
	pub paid: u32,
}

/// The sums of all shares of the present period, which ends with the present epoch.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct OpenPeriod {
	/// The number of the period.
	pub number: u32,
	/// Committees of shards.
	pub validators: Reported,
	/// Committees of the main chain and of zones.
	pub routers: Reported,
	/// The sum of [`Shares::votes`].
	pub votes: u128,
	/// The number of nodes with shares.
	pub nodes: u32,
}

/// The accumulators of an ended period: what a share of each pool is worth. One record pays any number of nodes.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EndedPeriod {
	/// The epoch with which it ended. Its dividends divide the earnings of nodes.
	pub epoch: Epoch,
	/// The amount of each committee of validators.
	pub validators: Balance,
	/// The amount of each committee of routers.
	pub routers: Balance,
	/// The voters' pool.
	pub voters: Balance,
	/// The sum of all [`Shares::votes`].
	pub votes: u128,
	/// The number of nodes that have not taken their part.
	pub nodes: u32,
	/// The amount that they have not taken. The last of them leaves the dust of roundings, which is burned.
	pub left: Balance,
}

impl EndedPeriod {
	/// Returns what shares are worth: for the node's work, and for its voters. Never more than what is left.
	pub(crate) fn worth(&self, shares: &Shares) -> (Balance, Balance) {
		let of_committees = |amount, shares| {
			multiply_by_rational_with_rounding(amount, shares, SHARE_ONE, Rounding::Down).unwrap_or(self.left)
		};
		let validators = of_committees(self.validators, shares.validators);
		let work = validators.saturating_add(of_committees(self.routers, shares.routers)).min(self.left);
		let votes = part_of(self.voters, shares.votes, self.votes).min(self.left.saturating_sub(work));
		(work, votes)
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
