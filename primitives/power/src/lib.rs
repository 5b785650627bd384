#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod draw;
mod lane;
mod merkle;
mod proof;
mod prover;
mod shape;
mod signing;
#[cfg(test)]
mod tests;
mod verify;

pub use draw::draw_segments;
pub use lane::{challenge, compute_lane, compute_segment, lane_start};
pub use merkle::MAX_PATH;
pub use proof::{Challenge, Commitment, Reveal, SegmentIndex, SegmentProof};
pub use prover::Lanes;
pub use shape::{Shape, MAX_LANES, SEGMENTS_PER_LANE, SEGMENTS_SHOWN, STEPS_PER_LANE, STEPS_PER_SEGMENT};
pub use verify::PowerError;
