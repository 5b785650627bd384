//! The node's side: computed lanes, their commitment and their reveals.

use crate::{
	compute_lane, merkle::MerkleTree, Challenge, Commitment, PowerError, Reveal, SegmentIndex, SegmentProof, Shape,
	MAX_LANES,
};
use alloc::vec::Vec;
use sp_core::H256;
use tp_pbft::Epoch;

/// Computed lanes with the tree over their checkpoints. A lane of full size takes 64 KiB.
#[derive(Clone, Debug)]
pub struct Lanes {
	shape: Shape,
	count: u32,
	checkpoints: Vec<H256>,
	tree: MerkleTree,
}

impl Lanes {
	/// Creates the lanes from the checkpoints of each lane, as [`compute_lane`] returns them.
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

	/// Computes `count` lanes, one after the other.
	pub fn compute(challenge: &Challenge, count: u32, shape: &Shape) -> Result<Self, PowerError> {
		if !(1..=MAX_LANES).contains(&count) {
			return Err(PowerError::LaneCount);
		}
		Self::new((0..count).map(|lane| compute_lane(challenge, lane, shape)).collect(), shape)
	}

	/// Returns the number of lanes.
	pub fn count(&self) -> u32 {
		self.count
	}

	/// Returns the Merkle root of all checkpoints.
	pub fn root(&self) -> H256 {
		self.tree.root()
	}

	/// Returns all checkpoints, one lane after the other.
	pub fn checkpoints(&self) -> &[H256] {
		&self.checkpoints
	}

	/// Returns the commitment of a node to these lanes.
	pub fn commitment<AccountId>(&self, node: AccountId, epoch: Epoch) -> Commitment<AccountId> {
		Commitment { node, epoch, lanes: self.count, root: self.root() }
	}

	/// Returns one segment with its paths, or `None` if the lanes do not contain it.
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

	/// Returns the reveal of the drawn segments, or `None` if the lanes do not contain one of them.
	pub fn reveal<AccountId>(
		&self,
		node: AccountId,
		epoch: Epoch,
		segments: &[SegmentIndex],
	) -> Option<Reveal<AccountId>> {
		let segments = segments.iter().map(|segment| self.prove(*segment)).collect::<Option<_>>()?;
		Some(Reveal { node, epoch, segments })
	}
}
