//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::AccountId;
use tp_pbft::{Epoch, Height, Seed};
use tp_power::{Commitment, Shape, MAX_LANES};
use tp_sortition::Role;

/// The shortest delay: with it the seed that draws depends on one author besides that of the commitment's block.
pub const MIN_DELAY: Height = 2;

/// Most lanes that a role may require: twice as many may be proved.
pub const MAX_REQUIRED_LANES: u32 = MAX_LANES / 2;

/// The lanes with which a node of a role counts fully.
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
pub struct RequiredLanes {
	/// Of edge nodes.
	pub edge: u32,
	/// Of routers.
	pub router: u32,
	/// Of validators.
	pub validator: u32,
	/// Of archives.
	pub archive: u32,
}

impl RequiredLanes {
	/// Those of a role.
	pub const fn of(&self, role: Role) -> u32 {
		match role {
			Role::Edge => self.edge,
			Role::Router => self.router,
			Role::Validator => self.validator,
			Role::Archive => self.archive,
		}
	}
}

/// What a proof must be.
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
	/// Blocks at the start of an epoch in which commitments are taken.
	pub window: Height,
	/// Blocks from a commitment to the one whose seed draws its segments: [`MIN_DELAY`] or more.
	pub delay: Height,
	/// The size of a lane.
	pub shape: Shape,
	/// How many lanes each role requires.
	pub required: RequiredLanes,
}

impl Default for Parameters {
	/// A window of 5 minutes at the main chain's pace, in which a router or validator with two cores for it computes all
	/// that counts (1,024 lanes, 0.2 s each) in 100 seconds.
	fn default() -> Self {
		Self {
			window: 600,
			delay: 4,
			shape: Shape::default(),
			required: RequiredLanes { edge: 128, router: 512, validator: 512, archive: 128 },
		}
	}
}

impl Parameters {
	/// Checks what holds of parameters whatever the length of epochs.
	pub fn check(&self) -> Result<(), InvalidParameters> {
		if self.window == 0 {
			return Err(InvalidParameters::EmptyWindow);
		}
		if self.delay < MIN_DELAY {
			return Err(InvalidParameters::DelayTooShort);
		}
		if !self.shape.is_valid() {
			return Err(InvalidParameters::InvalidShape);
		}
		if Role::ALL.into_iter().any(|role| !(1..=MAX_REQUIRED_LANES).contains(&self.required.of(role))) {
			return Err(InvalidParameters::InvalidRequirement);
		}
		Ok(())
	}

	/// More lanes count for nothing, whatever the role: twice the highest requirement.
	pub fn most_lanes(&self) -> u32 {
		let highest = Role::ALL.into_iter().map(|role| self.required.of(role)).max();
		highest.unwrap_or_default().saturating_mul(2)
	}
}

/// Why parameters are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameters {
	/// Nobody could commit to anything.
	#[error("the window has no block")]
	EmptyWindow,
	/// The author of a block would know which segments it draws.
	#[error("the delay is below {MIN_DELAY} blocks")]
	DelayTooShort,
	/// Nothing to compute, or more than a check may cost.
	#[error("a lane has not 1 to 1,024 segments of 1 to 1,024 steps")]
	InvalidShape,
	/// A role requires nothing, or more than can be proved.
	#[error("a role requires no lane, or more than {MAX_REQUIRED_LANES}")]
	InvalidRequirement,
}

/// What a node has committed to in an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CommitmentRecord {
	/// How many lanes.
	pub lanes: u32,
	/// Merkle root of their checkpoints.
	pub root: H256,
	/// The block that has the commitment.
	pub height: Height,
	/// The height whose seed draws the segments.
	pub drawn_at: Height,
}

impl CommitmentRecord {
	/// The commitment as the node made it.
	pub fn commitment(&self, node: AccountId, epoch: Epoch) -> Commitment {
		Commitment { node, epoch, lanes: self.lanes, root: self.root }
	}
}

/// A height whose seed draws segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SegmentDraw {
	/// It is to come.
	Due,
	/// Its seed.
	Drawn(Seed),
}
