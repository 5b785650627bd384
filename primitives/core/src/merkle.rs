//! Merkle trees and paths: those of `binary-merkle-tree` over blake2-256, whose odd nodes move up unchanged.
//!
//! Leaves are hashed. No leaf is 64 bytes long, so none can pass for an inner node.

use alloc::vec::Vec;
use binary_merkle_tree::{merkle_root, verify_proof};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use sp_runtime::traits::BlakeTwo256;

/// The path from a leaf to its root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct MerklePath {
	/// Siblings, from the leaf up.
	pub siblings: Vec<H256>,
	/// The number of leaves of the tree.
	pub leaves: u32,
	/// The index of the leaf.
	pub index: u32,
}

/// Returns the root of a tree; zeros if it has no leaves.
pub fn root<L: AsRef<[u8]>>(leaves: &[L]) -> H256 {
	merkle_root::<BlakeTwo256, _>(leaves)
}

/// A tree with all its nodes, from which paths are read.
#[derive(Clone, Debug)]
pub struct MerkleTree {
	/// The hashes of the leaves, then of each layer above, up to the root.
	layers: Vec<Vec<H256>>,
}

impl MerkleTree {
	/// Returns the tree of some leaves.
	pub fn of<L: AsRef<[u8]>>(leaves: &[L]) -> Self {
		let mut layers = alloc::vec![leaves.iter().map(|leaf| H256(blake2_256(leaf.as_ref()))).collect::<Vec<_>>()];
		while let Some(below) = layers.last().filter(|layer| layer.len() > 1) {
			let parent = |pair: &[H256]| match pair {
				[left, right] => H256((left, right).using_encoded(blake2_256)),
				_ => pair.first().copied().unwrap_or_default(),
			};
			let above = below.chunks(2).map(parent).collect();
			layers.push(above);
		}
		Self { layers }
	}

	/// Returns the root; zeros if the tree has no leaves.
	pub fn root(&self) -> H256 {
		self.layers.last().and_then(|layer| layer.first()).copied().unwrap_or_default()
	}

	/// Replaces a leaf, if there is one at this index, and what lies above it.
	pub fn set(&mut self, index: u32, leaf: &[u8]) {
		let mut place = index as usize;
		let mut hash = H256(blake2_256(leaf));
		for layer in &mut self.layers {
			let Some(node) = layer.get_mut(place) else { return };
			*node = hash;
			let first = place & !1;
			if let Some([left, right]) = layer.get(first..first + 2) {
				hash = H256((left, right).using_encoded(blake2_256));
			}
			place /= 2;
		}
	}

	/// Returns the path of a leaf, or `None` if there is no such leaf.
	pub fn path(&self, index: u32) -> Option<MerklePath> {
		let leaves = u32::try_from(self.layers.first()?.len()).ok().filter(|leaves| index < *leaves)?;
		let places = self.layers.iter().zip((0..).map(|layer| index >> layer));
		let siblings = places.filter_map(|(layer, place)| layer.get((place ^ 1) as usize)).copied().collect();
		Some(MerklePath { siblings, leaves, index })
	}
}

impl MerklePath {
	/// Tells whether it leads from the leaf to the root.
	pub fn leads(&self, leaf: &[u8], root: &H256) -> bool {
		self.index < self.leaves
			&& verify_proof::<BlakeTwo256, _, _>(root, self.siblings.iter().copied(), self.leaves, self.index, &leaf)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use binary_merkle_tree::merkle_proof;

	#[test]
	fn paths_equal_those_of_the_library_for_trees_of_any_size() {
		for count in 0..70u32 {
			let leaves: Vec<[u8; 4]> = (0..count).map(u32::to_le_bytes).collect();
			let tree = MerkleTree::of(&leaves);
			for index in 0..count {
				let expected = merkle_proof::<BlakeTwo256, _, _>(leaves.iter(), index);
				let path = tree.path(index).unwrap();
				assert_eq!(
					(&path.siblings, path.leaves),
					(&expected.proof, expected.number_of_leaves),
					"{index}/{count}"
				);
				assert!(path.leads(&leaves[index as usize], &root(&leaves)));
				let mut changed = leaves.clone();
				changed[index as usize] = [7; 4];
				let mut tree = tree.clone();
				tree.set(index, &[7; 4]);
				assert_eq!((tree.root(), &tree.layers), (root(&changed), &MerkleTree::of(&changed).layers));
			}
			assert_eq!((tree.path(count), tree.root()), (None, root(&leaves)));
		}
	}
}
