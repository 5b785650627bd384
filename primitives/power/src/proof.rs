//! The messages of a proof: the commitment, the segments that it is asked for, and the reveal.
//!
//! `AccountId` is the type of a node's controller.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_pbft::Epoch;

/// The value that the lanes of a node begin with in an epoch: `blake2_256(randomness of the epoch ‖ node)`.
pub type Challenge = H256;

/// A node's statement that it has computed lanes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment<AccountId = tp_core::AccountId> {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch whose challenge it answers.
	pub epoch: Epoch,
	/// Number of lanes.
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

/// The segments that were drawn from a node's lanes, with their proofs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Reveal<AccountId = tp_core::AccountId> {
	/// The node, by its controller.
	pub node: AccountId,
	/// The epoch of its commitment.
	pub epoch: Epoch,
	/// The segments, in the order of the draw.
	pub segments: Vec<SegmentProof>,
}

/// One segment, with the Merkle paths of its ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SegmentProof {
	/// The checkpoint that it begins with.
	pub start: H256,
	/// The checkpoint that it ends with. It could be computed. With it, a wrong path is detected before any step is
	/// made.
	pub end: H256,
	/// Merkle path of the start: siblings, from the leaf up.
	pub start_path: Vec<H256>,
	/// Merkle path of the end.
	pub end_path: Vec<H256>,
}
