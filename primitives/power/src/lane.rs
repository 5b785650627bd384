//! The work: lanes of hashes, each over the one before.

use crate::{Challenge, SegmentIndex, Shape};
use alloc::vec::Vec;
use codec::Encode;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use tp_pbft::Seed;

/// Returns the challenge of a node in the epoch with this randomness. It differs between nodes and between epochs.
///
/// The node enters by its SCALE encoding. The randomness has a fixed length, so no two inputs have the same bytes.
pub fn challenge<AccountId: Encode>(randomness: &Seed, node: &AccountId) -> Challenge {
	H256((randomness, node).using_encoded(blake2_256))
}

/// Returns checkpoint 0 of a lane.
pub fn lane_start(challenge: &Challenge, lane: u32) -> H256 {
	let mut input = [0; 36];
	input[..32].copy_from_slice(&challenge.0);
	input[32..].copy_from_slice(&lane.to_le_bytes());
	H256(blake2_256(&input))
}

/// Computes the last checkpoint of a segment from its first one.
pub fn compute_segment(challenge: &Challenge, index: SegmentIndex, start: H256, shape: &Shape) -> H256 {
	let entered = enter_segment(challenge, index, &start);
	(1..shape.steps_per_segment).fold(entered, |state, _| H256(blake2_256(&state.0)))
}

/// Computes all checkpoints of a lane, from its start to its end.
///
/// This is the expensive part of a proof. A caller with several cores computes lanes in parallel.
pub fn compute_lane(challenge: &Challenge, lane: u32, shape: &Shape) -> Vec<H256> {
	let mut state = lane_start(challenge, lane);
	let mut checkpoints = Vec::with_capacity(shape.checkpoints_per_lane() as usize);
	checkpoints.push(state);
	for segment in 0..shape.segments_per_lane {
		state = compute_segment(challenge, SegmentIndex { lane, segment }, state, shape);
		checkpoints.push(state);
	}
	checkpoints
}

/// Returns the first step of a segment. It binds the following steps to this challenge and place.
///
/// **Fragile:** without it all steps are one function, and a node can replay the lanes of another node, epoch or place.
fn enter_segment(challenge: &Challenge, index: SegmentIndex, start: &H256) -> H256 {
	let mut input = [0; 72];
	input[..32].copy_from_slice(&start.0);
	input[32..64].copy_from_slice(&challenge.0);
	input[64..68].copy_from_slice(&index.lane.to_le_bytes());
	input[68..].copy_from_slice(&index.segment.to_le_bytes());
	H256(blake2_256(&input))
}
