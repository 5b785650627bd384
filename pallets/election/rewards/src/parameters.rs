//! Rates of issue, the split of the budget, and points.

use crate::{types::part_of, Config, CurrentParameters, Error, Pallet, ParametersBefore, Points};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;
use tp_core::{Balance, TOTAL_SUPPLY};
use tp_pbft::MemberActivity;
use tp_stake::{BoundedParameters, Bounds, OutOfBounds};

/// The default reserve: 38 % of all TOP.
pub const DEFAULT_RESERVE: Balance = TOTAL_SUPPLY / 100 * 38;

/// Maximum of [`Parameters::max_epoch_ms`]: 31 days. So a jump of the clock mints at most a month's issue, and an epoch
/// spans at most two years.
pub const LONGEST_EPOCH_MS: u64 = 31 * 24 * 3_600_000;

/// The ceiling of a year's issue, as a part of all TOP. No parameters issue more, not even those of a referendum: it takes
/// another runtime.
pub const ISSUE_CEILING: Perbill = Perbill::from_percent(4);

/// A hundredth of a percent, in parts of a [`Perbill`].
const BASIS_POINT: u128 = 100_000;
/// What the council may set the yearly rate to: 2 to 10 percent, by half a percent in an epoch.
const RATE_BOUNDS: Bounds = Bounds::by(50 * BASIS_POINT, 200 * BASIS_POINT, 1_000 * BASIS_POINT);
/// What the council may set the minimum issue to: 1 to 3 percent of all TOP, by a tenth of a percent in an epoch.
const FLOOR_BOUNDS: Bounds = Bounds::by(10 * BASIS_POINT, 100 * BASIS_POINT, 300 * BASIS_POINT);
/// What the council may set a pool to: up to 70 percent, by 2 percent in an epoch. So no pool takes all.
const POOL_BOUNDS: Bounds = Bounds::by(2, 0, 70);
/// What the council may set the treasury's pool to: up to 10 percent. The council proposes what it is spent on.
const TREASURY_BOUNDS: Bounds = Bounds::by(1, 0, 10);
/// What the council may set the points of a proposal to, in signatures.
const PROPOSAL_BOUNDS: Bounds = Bounds::by_quarters(1, 64);
/// What the council may set the points of an extra signature to.
const EXTRA_BOUNDS: Bounds = Bounds::by(1, 0, 8);
/// What the council may set the number of extra signatures that count to.
const EXTRAS_BOUNDS: Bounds = Bounds::by_quarters(0, 1_000_000);
/// An hour, in milliseconds.
const HOUR_MS: u64 = 3_600_000;
/// What the council may set the paid time of an epoch to: 12 hours to a week. An epoch lasts longer than 6 h, by its closing
/// blocks, and a lower value would cut the pay of ordinary epochs.
const EPOCH_BOUNDS: Bounds = Bounds::by_quarters(12 * HOUR_MS as u128, 7 * 24 * HOUR_MS as u128);

/// Parts of the pools, in percent.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Split {
	/// Committees of shards.
	pub validators: u8,
	/// Committees of the main chain and of zones.
	pub routers: u8,
	/// Holders who vote.
	pub voters: u8,
	/// The treasury.
	pub governance: u8,
	/// Nodes that keep the whole history.
	pub archives: u8,
	/// Nodes that serve the public.
	pub edges: u8,
}

impl Split {
	fn sum(&self) -> u32 {
		let Self { validators, routers, voters, governance, archives, edges } = *self;
		[validators, routers, voters, governance, archives, edges].into_iter().map(u32::from).sum()
	}
}

/// Rates of issue, the split of the budget, and points.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
	/// Part of the reserve that a year issues.
	pub yearly_rate: Perbill,
	/// Minimum issue of a year, as a part of all TOP.
	pub floor: Perbill,
	/// Split of the issue.
	pub split: Split,
	/// Points of a block for its author. A signature in a certificate has one point.
	pub points_per_proposal: u32,
	/// Points of a signature beyond the quorum for the author whose block includes it.
	pub points_per_extra_signature: u32,
	/// Maximum number of such signatures that count.
	pub max_extra_signatures: u32,
	/// Maximum paid time of an epoch, in milliseconds.
	pub max_epoch_ms: u64,
}

impl Default for Parameters {
	/// A block has the points of eight signatures, and an author gains by waiting for slow members. An epoch of 6 h in which
	/// the chain stands still for a day is paid in full, with an hour for its closing blocks.
	fn default() -> Self {
		Self {
			yearly_rate: Perbill::from_percent(8),
			floor: Perbill::from_percent(2),
			split: Split { validators: 60, routers: 10, voters: 20, governance: 4, archives: 4, edges: 2 },
			points_per_proposal: 8,
			points_per_extra_signature: 1,
			max_extra_signatures: 100_000,
			max_epoch_ms: (24 + 6 + 1) * HOUR_MS,
		}
	}
}

/// Reason for which parameters are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidParameters {
	/// The sum of the pools is not 100 percent.
	Split,
	/// The maximum paid time of an epoch is zero, or above [`LONGEST_EPOCH_MS`].
	EpochTime,
}

impl<T> From<InvalidParameters> for Error<T> {
	fn from(error: InvalidParameters) -> Self {
		match error {
			InvalidParameters::Split => Self::BadSplit,
			InvalidParameters::EpochTime => Self::BadEpochTime,
		}
	}
}

impl<T> From<OutOfBounds> for Error<T> {
	fn from(bound: OutOfBounds) -> Self {
		bound.named(Self::BelowLeast, Self::AboveGreatest, Self::StepTooLarge)
	}
}

impl BoundedParameters for Parameters {
	fn bounded(&self) -> impl AsRef<[(u128, Bounds)]> {
		let Self {
			yearly_rate,
			floor,
			split,
			points_per_proposal,
			points_per_extra_signature,
			max_extra_signatures,
			max_epoch_ms,
		} = *self;
		let Split { validators, routers, voters, governance, archives, edges } = split;
		[
			(yearly_rate.deconstruct().into(), RATE_BOUNDS),
			(floor.deconstruct().into(), FLOOR_BOUNDS),
			(validators.into(), POOL_BOUNDS),
			(routers.into(), POOL_BOUNDS),
			(voters.into(), POOL_BOUNDS),
			(governance.into(), TREASURY_BOUNDS),
			(archives.into(), POOL_BOUNDS),
			(edges.into(), POOL_BOUNDS),
			(points_per_proposal.into(), PROPOSAL_BOUNDS),
			(points_per_extra_signature.into(), EXTRA_BOUNDS),
			(max_extra_signatures.into(), EXTRAS_BOUNDS),
			(max_epoch_ms.into(), EPOCH_BOUNDS),
		]
	}
}

impl<T: Config> Pallet<T> {
	/// Sets parameters that were checked. Root sets any; others within the bounds of a council.
	///
	/// The end of an epoch forgets the parameters with which it began, so the changes of an epoch are a step together.
	pub(crate) fn put_parameters(parameters: Parameters, is_root: bool) -> Result<(), Error<T>> {
		if is_root {
			ParametersBefore::<T>::kill();
		} else {
			let before = ParametersBefore::<T>::get().unwrap_or_else(CurrentParameters::<T>::get);
			parameters.check_step(&before)?;
			ParametersBefore::<T>::put(before);
		}
		CurrentParameters::<T>::put(parameters);
		Ok(())
	}
}

impl Parameters {
	/// Checks the parameters.
	pub fn check(&self) -> Result<(), InvalidParameters> {
		if self.split.sum() != 100 {
			return Err(InvalidParameters::Split);
		}
		if !(1..=LONGEST_EPOCH_MS).contains(&self.max_epoch_ms) {
			return Err(InvalidParameters::EpochTime);
		}
		Ok(())
	}

	/// Returns the issue of a year that begins with this reserve: at most [`ISSUE_CEILING`].
	pub fn annual_issue(&self, reserve: Balance) -> Balance {
		let wanted = self.yearly_rate.mul_floor(reserve).max(self.floor.mul_floor(TOTAL_SUPPLY));
		wanted.min(ISSUE_CEILING.mul_floor(TOTAL_SUPPLY))
	}

	/// Returns a pool of `percent` percent.
	pub(crate) fn pool(budget: Balance, percent: u8) -> Balance {
		part_of(budget, u128::from(percent), 100)
	}

	/// Returns the points of a member's work.
	pub fn points(&self, activity: &MemberActivity) -> Points {
		let MemberActivity { signed, authored, extra_signatures, turns_lost: _ } = *activity;
		let extra = extra_signatures.min(self.max_extra_signatures);
		Points::from(signed)
			.saturating_add(Points::from(self.points_per_proposal).saturating_mul(authored.into()))
			.saturating_add(Points::from(self.points_per_extra_signature).saturating_mul(extra.into()))
	}
}
