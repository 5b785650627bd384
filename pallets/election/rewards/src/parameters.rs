//! How much is issued, and for what.

use crate::{types::part_of, Error, Points};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;
use tp_core::{Balance, TOTAL_SUPPLY};
use tp_pbft::MemberActivity;

/// 38 % of all TOP.
pub const DEFAULT_RESERVE: Balance = TOTAL_SUPPLY / 100 * 38;

/// The longest time that [`Parameters::max_epoch_ms`] can be: 31 days. It keeps a jump of the clock from minting more than a
/// month's issue, and an epoch from spanning more than two years.
pub const LONGEST_EPOCH_MS: u64 = 31 * 24 * 3_600_000;

/// The parts of the pools, in percent.
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
	/// Nodes that keep all history.
	pub archives: u8,
	/// Nodes that are the public door.
	pub edges: u8,
}

impl Split {
	fn sum(&self) -> u32 {
		let Self { validators, routers, voters, governance, archives, edges } = *self;
		[validators, routers, voters, governance, archives, edges].into_iter().map(u32::from).sum()
	}
}

/// How much is issued, and for what.
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
	/// The part of the reserve that a year issues.
	pub yearly_rate: Perbill,
	/// The part of all TOP that a year issues at least.
	pub floor: Perbill,
	/// Who gets how much of it.
	pub split: Split,
	/// What a block is worth to its author. A signature in a certificate is worth one.
	pub points_per_proposal: u32,
	/// What a signature beyond the quorum, in a certificate that its block carries, is worth to an author.
	pub points_per_extra_signature: u32,
	/// More of these signatures than this are worth nothing.
	pub max_extra_signatures: u32,
	/// The longest time that an epoch is paid for, in milliseconds.
	pub max_epoch_ms: u64,
}

impl Default for Parameters {
	/// The design's figures. An author gets for a block what eight votes are worth, and something for waiting for slow
	/// members. An epoch of 6 h may last twice as long.
	fn default() -> Self {
		Self {
			yearly_rate: Perbill::from_percent(8),
			floor: Perbill::from_percent(2),
			split: Split { validators: 60, routers: 10, voters: 20, governance: 4, archives: 4, edges: 2 },
			points_per_proposal: 8,
			points_per_extra_signature: 1,
			max_extra_signatures: 100_000,
			max_epoch_ms: 12 * 3_600_000,
		}
	}
}

/// Why parameters cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidParameters {
	/// The pools are not 100 percent.
	Split,
	/// An epoch is paid for no time, or for more than [`LONGEST_EPOCH_MS`].
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

impl Parameters {
	/// Checks what must hold of them.
	pub fn check(&self) -> Result<(), InvalidParameters> {
		if self.split.sum() != 100 {
			return Err(InvalidParameters::Split);
		}
		if !(1..=LONGEST_EPOCH_MS).contains(&self.max_epoch_ms) {
			return Err(InvalidParameters::EpochTime);
		}
		Ok(())
	}

	/// What a year issues that begins with so much in the reserve.
	pub fn annual_issue(&self, reserve: Balance) -> Balance {
		self.yearly_rate.mul_floor(reserve).max(self.floor.mul_floor(TOTAL_SUPPLY))
	}

	/// A pool of so many percent.
	pub(crate) fn pool(budget: Balance, percent: u8) -> Balance {
		part_of(budget, u128::from(percent), 100)
	}

	/// What a member's work is worth.
	pub fn points(&self, activity: &MemberActivity) -> Points {
		let MemberActivity { signed, authored, extra_signatures, turns_lost: _ } = *activity;
		let extra = extra_signatures.min(self.max_extra_signatures);
		Points::from(signed)
			.saturating_add(Points::from(self.points_per_proposal).saturating_mul(authored.into()))
			.saturating_add(Points::from(self.points_per_extra_signature).saturating_mul(extra.into()))
	}
}
