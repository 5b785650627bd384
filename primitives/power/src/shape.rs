//! The size of the work.

use crate::SegmentIndex;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Hashes of a lane. One core computes them in 0.2 s.
pub const STEPS_PER_LANE: u32 = 1 << 20;
/// Hashes from one checkpoint to the next.
pub const STEPS_PER_SEGMENT: u32 = 1 << 10;
/// Segments of a lane.
pub const SEGMENTS_PER_LANE: u32 = STEPS_PER_LANE / STEPS_PER_SEGMENT;
/// Segments that a node must reveal. A node that skipped half of the work passes once in 256 times.
pub const SEGMENTS_SHOWN: u32 = 8;
/// Maximum number of lanes of a node: half an hour of one core. A prover keeps 64 KiB for each until the draw.
pub const MAX_LANES: u32 = 1 << 13;

/// Size of a lane. Networks for development use smaller lanes.
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
pub struct Shape {
	/// Segments of a lane: 1 to [`SEGMENTS_PER_LANE`].
	pub segments_per_lane: u32,
	/// Hashes of a segment: 1 to [`STEPS_PER_SEGMENT`]. The cost of a check grows with it.
	pub steps_per_segment: u32,
}

impl Default for Shape {
	fn default() -> Self {
		Self { segments_per_lane: SEGMENTS_PER_LANE, steps_per_segment: STEPS_PER_SEGMENT }
	}
}

impl Shape {
	/// Returns whether the work is not empty and within the bounds of the constants.
	pub fn is_valid(&self) -> bool {
		(1..=SEGMENTS_PER_LANE).contains(&self.segments_per_lane)
			&& (1..=STEPS_PER_SEGMENT).contains(&self.steps_per_segment)
	}

	/// Returns the number of checkpoints of a lane: its start and the end of each segment.
	pub const fn checkpoints_per_lane(&self) -> u32 {
		self.segments_per_lane.saturating_add(1)
	}

	/// Returns the number of leaves of the tree over `lanes` lanes.
	pub const fn leaves(&self, lanes: u32) -> u32 {
		lanes.saturating_mul(self.checkpoints_per_lane())
	}

	/// Returns whether `lanes` lanes contain a segment.
	pub const fn has(&self, segment: SegmentIndex, lanes: u32) -> bool {
		segment.lane < lanes && segment.segment < self.segments_per_lane
	}

	/// Returns the leaf of the checkpoint that a segment begins with. The next leaf is the checkpoint that it ends
	/// with.
	pub(crate) const fn start_leaf(&self, SegmentIndex { lane, segment }: SegmentIndex) -> u32 {
		lane.saturating_mul(self.checkpoints_per_lane()).saturating_add(segment)
	}
}

// Nothing above saturates with at most `MAX_LANES` lanes of a valid shape.
const _: () = assert!((MAX_LANES as u64) * (SEGMENTS_PER_LANE as u64 + 1) < u32::MAX as u64);
