//! Stored types.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_pbft::{Epoch, Height, Seed};
use tp_power::{Commitment, Shape, MAX_LANES};
use tp_sortition::Role;
use tp_stake::{BoundedParameters, Bounds};

/// Maximum number of entries of past epochs that a block removes. In epochs of 20 blocks it keeps up with 600 nodes.
pub const REMOVALS_PER_BLOCK: u32 = 64;

/// Maximum number of reveals in a block. Each takes 6 ms and 12 KB, so they take a twentieth of a block's time, and a 25th of its
/// bytes. The closing blocks of the main chain have room for 9,600: for both lists of candidates at their longest twice.
pub const REVEALS_PER_BLOCK: u32 = 16;

/// Reads of a check whether a node may reveal, beyond what is measured: the number of reveals, the end of the epoch, and two lists.
pub(crate) const CANDIDATE_READS: u64 = 4;

/// The minimum delay. With it, the drawing seed depends on one author besides that of the commitment's block.
pub const MIN_DELAY: Height = 2;

/// Maximum number of lanes that a role may require. Twice as many can be proved.
pub const MAX_REQUIRED_LANES: u32 = MAX_LANES / 2;

/// What the council may set the window to: 50 s to 100 minutes at the main chain's pace.
const WINDOW_BOUNDS: Bounds = Bounds::by_quarters(100, 12_000);
/// What the council may set the delay to. A day's delay would leave no time to reveal.
const DELAY_BOUNDS: Bounds = Bounds::by_quarters(MIN_DELAY as u128, 100);
/// What the council may set segments, and steps of a segment, to. Fewer are no work.
const SHAPE_BOUNDS: Bounds = Bounds::by_quarters(256, 1_024);
/// What the council may require of a role, in lanes.
const LANES_BOUNDS: Bounds = Bounds::by_quarters(16, MAX_REQUIRED_LANES as u128);

/// Lanes that a node of each role must prove for the full factor of 1.
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
	/// For edge nodes.
	pub edge: u32,
	/// For routers.
	pub router: u32,
	/// For validators.
	pub validator: u32,
	/// For archives.
	pub archive: u32,
}

impl RequiredLanes {
	/// Returns the lanes of a role.
	pub const fn of(&self, role: Role) -> u32 {
		match role {
			Role::Edge => self.edge,
			Role::Router => self.router,
			Role::Validator => self.validator,
			Role::Archive => self.archive,
		}
	}
}

/// Parameters of proofs.
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
	/// Number of blocks at the start of an epoch in which commitments are accepted.
	pub window: Height,
	/// Number of blocks from a commitment to the block whose seed draws its segments: [`MIN_DELAY`] or more.
	pub delay: Height,
	/// The size of a lane.
	pub shape: Shape,
	/// Lanes that each role requires.
	pub required: RequiredLanes,
}

impl Default for Parameters {
	/// The window is 200 s at the main chain's pace. A lane takes a core 0.2 s, so 4,000 lanes are what four cores do in all of
	/// the window: a machine with 64 cores proves the full power of 16 nodes. Twice as many count at most. Edges and archives,
	/// which are not drawn, need one core.
	fn default() -> Self {
		Self {
			window: 400,
			delay: 4,
			shape: Shape::default(),
			required: RequiredLanes { edge: 1_000, router: 4_000, validator: 4_000, archive: 1_000 },
		}
	}
}

impl BoundedParameters for Parameters {
	fn bounded(&self) -> impl AsRef<[(u128, Bounds)]> {
		let Self { window, delay, shape, required } = *self;
		let Shape { segments_per_lane, steps_per_segment } = shape;
		let RequiredLanes { edge, router, validator, archive } = required;
		[
			(window.into(), WINDOW_BOUNDS),
			(delay.into(), DELAY_BOUNDS),
			(segments_per_lane.into(), SHAPE_BOUNDS),
			(steps_per_segment.into(), SHAPE_BOUNDS),
			(edge.into(), LANES_BOUNDS),
			(router.into(), LANES_BOUNDS),
			(validator.into(), LANES_BOUNDS),
			(archive.into(), LANES_BOUNDS),
		]
	}
}

impl Parameters {
	/// Checks the conditions that do not depend on the length of epochs.
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

	/// Returns the maximum number of lanes that count for any role: twice the highest requirement.
	pub fn most_lanes(&self) -> u32 {
		let highest = Role::ALL.into_iter().map(|role| self.required.of(role)).max();
		highest.unwrap_or_default().saturating_mul(2)
	}
}

/// Reason for which parameters are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameters {
	/// No node could commit to lanes.
	#[error("the window has no block")]
	EmptyWindow,
	/// The author of a commitment's block would know the draw.
	#[error("the delay is below {MIN_DELAY} blocks")]
	DelayTooShort,
	/// There is nothing to compute, or a check costs too much.
	#[error("a lane does not have 1 to 1,024 segments of 1 to 1,024 steps")]
	InvalidShape,
	/// A role requires no lane, or more than can be proved.
	#[error("a role requires no lane, or more than {MAX_REQUIRED_LANES}")]
	InvalidRequirement,
}

/// Commitment of a node in an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CommitmentRecord {
	/// Number of lanes.
	pub lanes: u32,
	/// Merkle root of their checkpoints.
	pub root: H256,
	/// Height of the block with the commitment.
	pub height: Height,
	/// The height whose seed draws the segments.
	pub drawn_at: Height,
}

impl CommitmentRecord {
	/// Returns the commitment in its original form.
	pub fn commitment<AccountId>(&self, node: AccountId, epoch: Epoch) -> Commitment<AccountId> {
		Commitment { node, epoch, lanes: self.lanes, root: self.root }
	}
}

/// State of a height whose seed draws segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SegmentDraw {
	/// The height is not reached yet.
	Due,
	/// The seed of the height.
	Drawn(Seed),
}
