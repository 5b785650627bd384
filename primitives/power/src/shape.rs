//! How large the work is.

use crate::SegmentIndex;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Hashes of a lane: 0.2 s of one core.
pub const STEPS_PER_LANE: u32 = 1 << 20;
/// Hashes from one checkpoint to the next.
pub const STEPS_PER_SEGMENT: u32 = 1 << 10;
/// Segments of a lane.
pub const SEGMENTS_PER_LANE: u32 = STEPS_PER_LANE / STEPS_PER_SEGMENT;
/// Segments that a node must show: who skipped half of the work gets away with it once in 256 times.
pub const SEGMENTS_SHOWN: u32 = 8;
/// Most lanes of a node: half an hour of one core. A prover keeps 64 KiB for each while it waits to be asked.
pub const MAX_LANES: u32 = 1 << 13;

/// The size of lanes. Networks for development have smaller ones.
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
	/// Hashes of a segment: 1 to [`STEPS_PER_SEGMENT`]. What a check costs grows with it.
	pub steps_per_segment: u32,
}

impl Default for Shape {
	fn default() -> Self {
		Self { segments_per_lane: SEGMENTS_PER_LANE, steps_per_segment: STEPS_PER_SEGMENT }
	}
}

impl Shape {
	/// Whether there is something to compute, and not more than the constants say.
	pub fn is_valid(&self) -> bool {
		(1..=SEGMENTS_PER_LANE).contains(&self.segments_per_lane)
			&& (1..=STEPS_PER_SEGMENT).contains(&self.steps_per_segment)
	}

	/// Checkpoints of a lane: its start, and the end of each segment.
	pub const fn checkpoints_per_lane(&self) -> u32 {
		self.segments_per_lane.saturating_add(1)
	}

	/// Leaves of the tree over so many lanes.
	pub const fn leaves(&self, lanes: u32) -> u32 {
		lanes.saturating_mul(self.checkpoints_per_lane())
	}

	/// Whether there is such a segment in so many lanes.
	pub const fn has(&self, segment: SegmentIndex, lanes: u32) -> bool {
		segment.lane < lanes && segment.segment < self.segments_per_lane
	}

	/// The leaf of the checkpoint that a segment begins with. The one that it ends with is the next.
	pub(crate) const fn start_leaf(&self, SegmentIndex { lane, segment }: SegmentIndex) -> u32 {
		lane.saturating_mul(self.checkpoints_per_lane()).saturating_add(segment)
	}
}

// With at most `MAX_LANES` lanes of a valid shape, nothing above saturates.
const _: () = assert!((MAX_LANES as u64) * (SEGMENTS_PER_LANE as u64 + 1) < u32::MAX as u64);
