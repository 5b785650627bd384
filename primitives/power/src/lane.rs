//! The work itself: lanes of hashes, each upon the one before.

use crate::{Challenge, SegmentIndex, Shape};
use alloc::vec::Vec;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use tp_core::AccountId;
use tp_pbft::Seed;

/// What a node's lanes begin with in the epoch with this randomness. No two nodes or epochs have the same.
pub fn challenge(randomness: &Seed, node: &AccountId) -> Challenge {
	let mut input = [0; 64];
	input[..32].copy_from_slice(randomness);
	input[32..].copy_from_slice(node.as_ref());
	H256(blake2_256(&input))
}

/// Checkpoint 0 of a lane.
pub fn lane_start(challenge: &Challenge, lane: u32) -> H256 {
	let mut input = [0; 36];
	input[..32].copy_from_slice(&challenge.0);
	input[32..].copy_from_slice(&lane.to_le_bytes());
	H256(blake2_256(&input))
}

/// The checkpoint that a segment ends with, from the one that it begins with.
pub fn compute_segment(challenge: &Challenge, index: SegmentIndex, start: H256, shape: &Shape) -> H256 {
	let entered = enter_segment(challenge, index, &start);
	(1..shape.steps_per_segment).fold(entered, |state, _| H256(blake2_256(&state.0)))
}

/// All checkpoints of a lane, from its start to its end. For a node of the network this is what takes the time; a caller
/// with several cores computes lanes on each.
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

/// The first step of a segment, which ties what follows to this challenge and place.
fn enter_segment(challenge: &Challenge, index: SegmentIndex, start: &H256) -> H256 {
	let mut input = [0; 72];
	input[..32].copy_from_slice(&start.0);
	input[32..64].copy_from_slice(&challenge.0);
	input[64..68].copy_from_slice(&index.lane.to_le_bytes());
	input[68..].copy_from_slice(&index.segment.to_le_bytes());
	H256(blake2_256(&input))
}
