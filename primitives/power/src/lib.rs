//! Proof of computing power: what a node computes, commits to and shows, and how that is checked.
//!
//! ```text
//! randomness ‖ node ──challenge──▶ lane_start ──segment──▶ checkpoint ──segment──▶ … ──▶ last checkpoint    (each lane)
//!                                      └──────────────────────┴───────── leaves ─────────────┘
//!                                                                          │
//! Commitment { lanes, root } ◀─────────────────────────────────────── Merkle root
//! later seed ──draw_segments──▶ 8 segments ──Lanes::prove──▶ Reveal ──verify──▶ the steps again, and the paths
//! ```
//!
//! **What is hashed** (all by blake2b-256, numbers little-endian):
//! - challenge: `randomness of the epoch ‖ node`;
//! - checkpoint 0 of a lane: `challenge ‖ lane u32`;
//! - first step of a segment: `state ‖ challenge ‖ lane u32 ‖ segment u32`, where the state is the checkpoint before it;
//! - every other step: `state`. The state after a segment's last step is the next checkpoint;
//! - leaf: `lane u32 ‖ checkpoint u32 ‖ checkpoint's hash`, all checkpoints of lane 0, then of lane 1 …;
//! - inner node: `left ‖ right`; an odd node moves up as it is.
//!
//! The first step of each segment names challenge, lane and segment because only some segments are looked at. Were all
//! steps the same function, the lanes of another node or epoch, or one lane in the place of all, would pass unless the
//! first segment of a lane was drawn, which is rare.
//!
//! A checkpoint is the end of a segment and the start of the next, and has one place in the tree. So whoever skips a part
//! of the work has segments that do not fit: each drawn segment finds that with the skipped part's probability.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod draw;
mod lane;
mod merkle;
mod prover;
mod shape;
mod signing;
#[cfg(test)]
mod tests;
mod verify;

pub use draw::draw_segments;
pub use lane::{challenge, compute_lane, compute_segment, lane_start};
pub use merkle::MAX_PATH;
pub use prover::Lanes;
pub use shape::{Shape, MAX_LANES, SEGMENTS_PER_LANE, SEGMENTS_SHOWN, STEPS_PER_LANE, STEPS_PER_SEGMENT};
pub use verify::PowerError;

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::AccountId;
use tp_pbft::Epoch;

/// What the lanes of a node begin with in an epoch: `blake2_256(randomness of the epoch ‖ node)`.
pub type Challenge = H256;

/// What a node says that it has computed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch whose challenge it answers.
	pub epoch: Epoch,
	/// How many lanes.
	pub lanes: u32,
	/// Merkle root of all checkpoints of all lanes.
	pub root: H256,
}

/// A segment of a lane: the steps from one checkpoint to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SegmentIndex {
	/// The lane, from 0.
	pub lane: u32,
	/// The segment in its lane, from 0.
	pub segment: u32,
}

/// The segments that a node was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Reveal {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch of its commitment.
	pub epoch: Epoch,
	/// The segments, in the order in which they were drawn.
	pub segments: Vec<SegmentProof>,
}

/// One segment, with the paths of its ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SegmentProof {
	/// The checkpoint that it begins with.
	pub start: H256,
	/// The checkpoint that it ends with. It could be computed; with it a wrong path is found before a step is made.
	pub end: H256,
	/// Merkle path of the start: siblings, from the leaf up.
	pub start_path: Vec<H256>,
	/// Merkle path of the end.
	pub end_path: Vec<H256>,
}
