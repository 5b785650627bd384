//! The ledger's side: does a node have what it has committed to?
//!
//! Cheapest first: form, then paths (some 20 hashes each), then the steps (1,024 hashes a segment).

use crate::{
	compute_segment, lane_start,
	merkle::{leaf, Place},
	Challenge, Commitment, Reveal, SegmentIndex, SegmentProof, Shape, MAX_LANES,
};

/// Why a proof is none. `segment` is the place in the list of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PowerError {
	/// It is of another node or epoch than the commitment.
	#[error("the reveal is of another node or epoch than the commitment")]
	NotOfCommitment,
	/// No lane, or more than [`MAX_LANES`].
	#[error("a proof is over 1 to {MAX_LANES} lanes")]
	LaneCount,
	/// The shape is not valid, or lanes have another.
	#[error("the lanes have not the shape that the ledger asks for")]
	WrongShape,
	/// More or less segments than were drawn.
	#[error("{expected} segments were drawn, {found} are shown")]
	SegmentCount {
		/// How many were drawn.
		expected: usize,
		/// How many are shown.
		found: usize,
	},
	/// The lanes have no such segment.
	#[error("segment {segment} of the list does not exist in the lanes committed to")]
	NoSuchSegment {
		/// Which.
		segment: usize,
	},
	/// The path of the start is longer or shorter than its place in the tree asks for.
	#[error("segment {segment} of the list: the start's path has not the length for its place")]
	StartPathLength {
		/// Which.
		segment: usize,
	},
	/// The path of the end is longer or shorter than its place in the tree asks for.
	#[error("segment {segment} of the list: the end's path has not the length for its place")]
	EndPathLength {
		/// Which.
		segment: usize,
	},
	/// A lane does not start where the challenge says.
	#[error("segment {segment} of the list: the lane does not start where this node's challenge says")]
	WrongLaneStart {
		/// Which.
		segment: usize,
	},
	/// The start is not the checkpoint at its place in the tree.
	#[error("segment {segment} of the list: the start's path does not lead to the root committed to")]
	StartNotCommitted {
		/// Which.
		segment: usize,
	},
	/// The end is not the checkpoint at its place in the tree.
	#[error("segment {segment} of the list: the end's path does not lead to the root committed to")]
	EndNotCommitted {
		/// Which.
		segment: usize,
	},
	/// The steps from the start lead elsewhere than to the end.
	#[error("segment {segment} of the list: the steps from its start do not lead to its end")]
	WrongSteps {
		/// Which.
		segment: usize,
	},
}

impl Reveal {
	/// Whether this shows the segments that were drawn of a commitment's lanes.
	pub fn verify(
		&self,
		commitment: &Commitment,
		challenge: &Challenge,
		segments: &[SegmentIndex],
		shape: &Shape,
	) -> Result<(), PowerError> {
		self.check_form(commitment, segments, shape)?;
		let shown = || self.segments.iter().zip(segments.iter().copied()).enumerate();
		for (at, (proof, index)) in shown() {
			proof.check_paths(at, index, commitment, challenge, shape)?;
		}
		for (at, (proof, index)) in shown() {
			if compute_segment(challenge, index, proof.start, shape) != proof.end {
				return Err(PowerError::WrongSteps { segment: at });
			}
		}
		Ok(())
	}

	/// What can be said of a reveal without a hash. After it the size of a reveal is bounded.
	pub fn check_form(
		&self,
		commitment: &Commitment,
		segments: &[SegmentIndex],
		shape: &Shape,
	) -> Result<(), PowerError> {
		if (&self.node, self.epoch) != (&commitment.node, commitment.epoch) {
			return Err(PowerError::NotOfCommitment);
		}
		if !(1..=MAX_LANES).contains(&commitment.lanes) {
			return Err(PowerError::LaneCount);
		}
		if !shape.is_valid() {
			return Err(PowerError::WrongShape);
		}
		if self.segments.len() != segments.len() {
			return Err(PowerError::SegmentCount { expected: segments.len(), found: self.segments.len() });
		}
		for (at, (proof, index)) in self.segments.iter().zip(segments).enumerate() {
			if !shape.has(*index, commitment.lanes) {
				return Err(PowerError::NoSuchSegment { segment: at });
			}
			let (start, end) = places(*index, commitment.lanes, shape);
			if proof.start_path.len() != start.path_length() {
				return Err(PowerError::StartPathLength { segment: at });
			}
			if proof.end_path.len() != end.path_length() {
				return Err(PowerError::EndPathLength { segment: at });
			}
		}
		Ok(())
	}
}

impl SegmentProof {
	/// Checks that both ends were committed to, at their places. `at` is for the error.
	fn check_paths(
		&self,
		at: usize,
		index: SegmentIndex,
		commitment: &Commitment,
		challenge: &Challenge,
		shape: &Shape,
	) -> Result<(), PowerError> {
		let SegmentIndex { lane, segment } = index;
		if segment == 0 && self.start != lane_start(challenge, lane) {
			return Err(PowerError::WrongLaneStart { segment: at });
		}
		let (start, end) = places(index, commitment.lanes, shape);
		if !start.leads(&leaf(lane, segment, &self.start), &self.start_path, &commitment.root) {
			return Err(PowerError::StartNotCommitted { segment: at });
		}
		if !end.leads(&leaf(lane, segment.saturating_add(1), &self.end), &self.end_path, &commitment.root) {
			return Err(PowerError::EndNotCommitted { segment: at });
		}
		Ok(())
	}
}

/// Where the two ends of a segment are in the tree: never what the prover says.
fn places(index: SegmentIndex, lanes: u32, shape: &Shape) -> (Place, Place) {
	let (first, leaves) = (shape.start_leaf(index), shape.leaves(lanes));
	(Place { index: first, leaves }, Place { index: first.saturating_add(1), leaves })
}
