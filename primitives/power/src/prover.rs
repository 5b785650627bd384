//! The node's side: lanes that were computed, and what it says of them.

use crate::{
	compute_lane, merkle::MerkleTree, Challenge, Commitment, PowerError, Reveal, SegmentIndex, SegmentProof, Shape,
	MAX_LANES,
};
use alloc::vec::Vec;
use sp_core::H256;
use tp_core::AccountId;
use tp_pbft::Epoch;

/// Lanes that were computed, with the tree over their checkpoints. 64 KiB a lane of full size.
#[derive(Clone, Debug)]
pub struct Lanes {
	shape: Shape,
	count: u32,
	checkpoints: Vec<H256>,
	tree: MerkleTree,
}

impl Lanes {
	/// From the checkpoints of each lane, as [`compute_lane`] gives them.
	pub fn new(lanes: Vec<Vec<H256>>, shape: &Shape) -> Result<Self, PowerError> {
		let count = u32::try_from(lanes.len()).ok().filter(|count| (1..=MAX_LANES).contains(count));
		let count = count.ok_or(PowerError::LaneCount)?;
		let length = shape.checkpoints_per_lane() as usize;
		if !shape.is_valid() || lanes.iter().any(|lane| lane.len() != length) {
			return Err(PowerError::WrongShape);
		}
		let checkpoints = lanes.concat();
		let tree = MerkleTree::of(&checkpoints, shape);
		Ok(Self { shape: *shape, count, checkpoints, tree })
	}

	/// Computes so many lanes, one after the other.
	pub fn compute(challenge: &Challenge, count: u32, shape: &Shape) -> Result<Self, PowerError> {
		if !(1..=MAX_LANES).contains(&count) {
			return Err(PowerError::LaneCount);
		}
		Self::new((0..count).map(|lane| compute_lane(challenge, lane, shape)).collect(), shape)
	}

	/// How many lanes there are.
	pub fn count(&self) -> u32 {
		self.count
	}

	/// Merkle root of all checkpoints.
	pub fn root(&self) -> H256 {
		self.tree.root()
	}

	/// All checkpoints, one lane after the other.
	pub fn checkpoints(&self) -> &[H256] {
		&self.checkpoints
	}

	/// What a node says of these lanes.
	pub fn commitment(&self, node: AccountId, epoch: Epoch) -> Commitment {
		Commitment { node, epoch, lanes: self.count, root: self.root() }
	}

	/// One segment with its paths; `None` if there is no such segment.
	pub fn prove(&self, segment: SegmentIndex) -> Option<SegmentProof> {
		if !self.shape.has(segment, self.count) {
			return None;
		}
		let first = self.shape.start_leaf(segment);
		let last = first.saturating_add(1);
		Some(SegmentProof {
			start: *self.checkpoints.get(first as usize)?,
			end: *self.checkpoints.get(last as usize)?,
			start_path: self.tree.path(first),
			end_path: self.tree.path(last),
		})
	}

	/// The segments that a node was asked for; `None` if one of them does not exist.
	pub fn reveal(&self, node: AccountId, epoch: Epoch, segments: &[SegmentIndex]) -> Option<Reveal> {
		let segments = segments.iter().map(|segment| self.prove(*segment)).collect::<Option<_>>()?;
		Some(Reveal { node, epoch, segments })
	}
}
