//! Merkle trees and paths: those of `binary-merkle-tree` over blake2-256, whose odd nodes move up as they are.
//!
//! Leaves are hashed; no leaf of ours is 64 bytes long, so none can be taken for an inner node.

use alloc::vec::Vec;
use binary_merkle_tree::{merkle_proof, merkle_root, verify_proof};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::traits::BlakeTwo256;

/// The way from a leaf to its root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct MerklePath {
	/// Siblings, from the leaf up.
	pub siblings: Vec<H256>,
	/// Leaves of the tree.
	pub leaves: u32,
	/// Which of them it is.
	pub index: u32,
}

/// Root of a tree; zeros if it has no leaves.
pub fn root<L: AsRef<[u8]>>(leaves: &[L]) -> H256 {
	merkle_root::<BlakeTwo256, _>(leaves)
}

impl MerklePath {
	/// The path of a leaf; `None` if there is no such leaf.
	pub fn of<L: AsRef<[u8]>>(leaves: &[L], index: u32) -> Option<Self> {
		(u32::try_from(leaves.len()).ok()? > index).then(|| {
			let proof = merkle_proof::<BlakeTwo256, _, _>(leaves.iter(), index);
			Self { siblings: proof.proof, leaves: proof.number_of_leaves, index }
		})
	}

	/// Whether it leads from the leaf to the root.
	pub fn leads(&self, leaf: &[u8], root: &H256) -> bool {
		self.index < self.leaves
			&& verify_proof::<BlakeTwo256, _, _>(root, self.siblings.iter().copied(), self.leaves, self.index, &leaf)
	}
}
