//! The tree over all checkpoints: that of `binary-merkle-tree` over blake2-256. A node without a sibling moves up
//! unchanged.
//!
//! Leaves are hashed. A leaf is 40 bytes long and an inner node 64, so the two are never confused.
//!
//! **Fragile:** a path must have exactly the length of its place. Otherwise a prover could build a tree in which one
//! place has several checkpoints at several depths, and choose among them after the draw.

use crate::{Shape, MAX_LANES, SEGMENTS_PER_LANE};
use alloc::vec::Vec;
use binary_merkle_tree::verify_proof;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::traits::BlakeTwo256;

/// Length of the longest path: that of the largest tree.
pub const MAX_PATH: usize = (MAX_LANES * (SEGMENTS_PER_LANE + 1)).ilog2() as usize + 1;

/// Returns the bytes of a checkpoint's leaf.
pub(crate) fn leaf(lane: u32, checkpoint: u32, hash: &H256) -> [u8; 40] {
	let mut leaf = [0; 40];
	leaf[..4].copy_from_slice(&lane.to_le_bytes());
	leaf[4..8].copy_from_slice(&checkpoint.to_le_bytes());
	leaf[8..].copy_from_slice(&hash.0);
	leaf
}

/// Place of a leaf in a tree.
#[derive(Clone, Copy)]
pub(crate) struct Place {
	/// Index of the leaf, from 0.
	pub index: u32,
	/// Number of leaves of the tree.
	pub leaves: u32,
}

impl Place {
	/// Returns the number of siblings of a path from this place: one for each layer in which the node has a sibling.
	pub fn path_length(self) -> usize {
		let Self { mut index, leaves: mut width } = self;
		let mut length = 0;
		while width > 1 {
			if index ^ 1 < width {
				length += 1;
			}
			index /= 2;
			width = width.div_ceil(2);
		}
		length
	}

	/// Returns whether a path leads from a leaf at this place to a root.
	pub fn leads(self, leaf: &[u8], path: &[H256], root: &H256) -> bool {
		path.len() == self.path_length()
			&& verify_proof::<BlakeTwo256, _, _>(root, path.iter().copied(), self.leaves, self.index, &leaf)
	}
}

/// A tree with all its nodes, to read paths from.
#[derive(Clone, Debug)]
pub(crate) struct MerkleTree {
	/// The hashes of the leaves, then of each layer above, up to the root.
	layers: Vec<Vec<H256>>,
}

impl MerkleTree {
	/// Builds the tree over the checkpoints of lanes, one lane after the other.
	pub fn of(checkpoints: &[H256], shape: &Shape) -> Self {
		let lanes = checkpoints.chunks(shape.checkpoints_per_lane() as usize);
		let leaves = (0..).zip(lanes).flat_map(|(lane, checkpoints)| {
			(0..).zip(checkpoints).map(move |(at, hash)| H256(blake2_256(&leaf(lane, at, hash))))
		});
		let mut layers = alloc::vec![leaves.collect::<Vec<_>>()];
		while let Some(below) = layers.last().filter(|layer| layer.len() > 1) {
			let above = below.chunks(2).map(parent).collect();
			layers.push(above);
		}
		Self { layers }
	}

	/// Returns the root, or zeros if there is no leaf.
	pub fn root(&self) -> H256 {
		self.layers.last().and_then(|layer| layer.first()).copied().unwrap_or_default()
	}

	/// Returns the path of a leaf.
	pub fn path(&self, index: u32) -> Vec<H256> {
		let places = self.layers.iter().zip((0..).map(|layer| index >> layer));
		places.filter_map(|(layer, place)| layer.get((place ^ 1) as usize)).copied().collect()
	}
}

fn parent(pair: &[H256]) -> H256 {
	match pair {
		[left, right] => {
			let mut input = [0; 64];
			input[..32].copy_from_slice(&left.0);
			input[32..].copy_from_slice(&right.0);
			H256(blake2_256(&input))
		},
		_ => pair.first().copied().unwrap_or_default(),
	}
}
