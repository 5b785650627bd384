//! The tree equals the library's tree, and a place has one leaf.

use super::*;
use crate::merkle::{leaf, MerkleTree, Place};
use binary_merkle_tree::{merkle_proof, merkle_root};
use sp_runtime::traits::BlakeTwo256;

#[test]
fn trees_of_any_size_give_the_library_s_roots_and_paths() {
	for lanes in 1..14u32 {
		for segments_per_lane in 1..6 {
			let shape = Shape { segments_per_lane, steps_per_segment: 1 };
			let each = shape.checkpoints_per_lane();
			let leaves = shape.leaves(lanes);
			let checkpoints: Vec<H256> = (0..u64::from(leaves)).map(H256::from_low_u64_be).collect();
			let raw: Vec<[u8; 40]> =
				(0..leaves).map(|at| leaf(at / each, at % each, &checkpoints[at as usize])).collect();
			let tree = MerkleTree::of(&checkpoints, &shape);
			assert_eq!(tree.root(), merkle_root::<BlakeTwo256, _>(&raw));
			for index in 0..leaves {
				let expected = merkle_proof::<BlakeTwo256, _, _>(raw.iter(), index);
				let (place, path) = (Place { index, leaves }, tree.path(index));
				assert_eq!(path, expected.proof, "{index}/{leaves}");
				assert_eq!(path.len(), place.path_length(), "{index}/{leaves}");
				assert!(place.leads(&raw[index as usize], &path, &tree.root()));
				// The place has no other leaf, and the leaf has no other place.
				for other in (0..leaves).filter(|other| *other != index) {
					assert!(!place.leads(&raw[other as usize], &tree.path(other), &tree.root()));
					assert!(!Place { index: other, leaves }.leads(&raw[index as usize], &path, &tree.root()));
				}
			}
		}
	}
}

#[test]
fn a_leaf_at_another_depth_is_not_at_the_place() {
	// The verifier expects four leaves. The prover puts a tree of two in the place of the first leaf. Its left leaf,
	// with a path of three, would be at place 0 as well.
	let hash = |bytes: &[u8]| H256(sp_io::hashing::blake2_256(bytes));
	let above = |left: H256, right: H256| hash(&[left.0, right.0].concat());
	let first = leaf(0, 0, &H256::repeat_byte(1));
	let deeper = [hash(&first), H256::repeat_byte(2)];
	let rest = [H256::repeat_byte(3), H256::repeat_byte(4)];
	// The library treats the node above the expected root as a node without a sibling.
	let root = above(rest[1], above(above(deeper[0], deeper[1]), rest[0]));
	let place = Place { index: 0, leaves: 4 };
	let path = [deeper[1], rest[0], rest[1]];
	assert!(binary_merkle_tree::verify_proof::<BlakeTwo256, _, _>(&root, path, 4, 0, &first), "the library's check");
	assert!(!place.leads(&first, &path, &root));
}

#[test]
fn no_path_is_longer_than_the_bound() {
	let full = Shape::default();
	let leaves = full.leaves(MAX_LANES);
	let longest = (0..leaves).step_by(997).chain([leaves - 2, leaves - 1]);
	assert_eq!(longest.map(|index| Place { index, leaves }.path_length()).max(), Some(MAX_PATH));
}
