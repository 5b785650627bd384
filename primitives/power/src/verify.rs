//! The ledger's side: checks that a reveal shows the lanes of a commitment.
//!
//! The checks run from cheap to expensive: form, then paths (about 20 hashes each), then steps (1,024 hashes a
//! segment).

use crate::{
	compute_segment, lane_start,
	merkle::{leaf, Place},
	Challenge, Commitment, Reveal, SegmentIndex, SegmentProof, Shape, MAX_LANES,
};

/// Reason for which a proof is invalid. `segment` is an index into the list of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PowerError {
	/// The reveal belongs to another node or epoch than the commitment.
	#[error("the reveal is of another node or epoch than the commitment")]
	NotOfCommitment,
	/// The commitment has no lane, or more than [`MAX_LANES`].
	#[error("a proof is over 1 to {MAX_LANES} lanes")]
	LaneCount,
	/// The shape is invalid, or the lanes have another shape.
	#[error("the lanes do not have the shape that the ledger asks for")]
	WrongShape,
	/// The reveal has more or fewer segments than were drawn.
	#[error("{expected} segments were drawn, {found} are revealed")]
	SegmentCount {
		/// Number of drawn segments.
		expected: usize,
		/// Number of revealed segments.
		found: usize,
	},
	/// The lanes do not contain the segment.
	#[error("segment {segment} of the list does not exist in the lanes committed to")]
	NoSuchSegment {
		/// Index of the segment.
		segment: usize,
	},
	/// The path of the start does not have the length of its place in the tree.
	#[error("segment {segment} of the list: the start's path does not have the length of its place")]
	StartPathLength {
		/// Index of the segment.
		segment: usize,
	},
	/// The path of the end does not have the length of its place in the tree.
	#[error("segment {segment} of the list: the end's path does not have the length of its place")]
	EndPathLength {
		/// Index of the segment.
		segment: usize,
	},
	/// A lane does not start with the value that follows from the challenge.
	#[error("segment {segment} of the list: the lane does not start from this node's challenge")]
	WrongLaneStart {
		/// Index of the segment.
		segment: usize,
	},
	/// The start is not the checkpoint at its place in the tree.
	#[error("segment {segment} of the list: the start's path does not lead to the root committed to")]
	StartNotCommitted {
		/// Index of the segment.
		segment: usize,
	},
	/// The end is not the checkpoint at its place in the tree.
	#[error("segment {segment} of the list: the end's path does not lead to the root committed to")]
	EndNotCommitted {
		/// Index of the segment.
		segment: usize,
	},
	/// The steps from the start do not lead to the end.
	#[error("segment {segment} of the list: the steps from its start do not lead to its end")]
	WrongSteps {
		/// Index of the segment.
		segment: usize,
	},
}

impl<AccountId: PartialEq> Reveal<AccountId> {
	/// Checks that the reveal shows the segments that were drawn from a commitment's lanes.
	pub fn verify(
		&self,
		commitment: &Commitment<AccountId>,
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

	/// Checks the form of a reveal without any hash.
	///
	/// A reveal that passes has a bounded size. Callers rely on it before they hash or sign-check the reveal.
	pub fn check_form(
		&self,
		commitment: &Commitment<AccountId>,
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
	/// Checks that both ends are in the committed tree, at their places. `at` is the index for the error.
	fn check_paths<AccountId>(
		&self,
		at: usize,
		index: SegmentIndex,
		commitment: &Commitment<AccountId>,
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

/// Returns the places of a segment's two ends in the tree.
///
/// They follow from the index alone. The prover must never choose them: a free place would let it show any checkpoint.
fn places(index: SegmentIndex, lanes: u32, shape: &Shape) -> (Place, Place) {
	let (first, leaves) = (shape.start_leaf(index), shape.leaves(lanes));
	(Place { index: first, leaves }, Place { index: first.saturating_add(1), leaves })
}
