//! A dense binary Merkle tree: over the buckets of a table, and over the tables.

use tp_account_store::{node_hash, Hash};

/// New hashes of nodes. The root is node 1, and the children of node n are 2n and 2n + 1.
pub type Nodes = Vec<(u32, Hash)>;

/// The tree. Its leaves are the nodes from `2^bits` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
	nodes: Box<[Hash]>,
}

impl Tree {
	/// Builds the tree over leaves, whose number is a power of two.
	pub fn build(leaves: impl ExactSizeIterator<Item = Hash>) -> Self {
		let count = leaves.len();
		debug_assert!(count.is_power_of_two());
		let mut nodes = vec![Hash::default(); 2 * count].into_boxed_slice();
		leaves.enumerate().for_each(|(at, leaf)| nodes[count + at] = leaf);
		for at in (1..count).rev() {
			nodes[at] = node_hash(&nodes[2 * at], &nodes[2 * at + 1]);
		}
		Self { nodes }
	}

	/// Returns the root.
	pub fn root(&self) -> Hash {
		self.nodes[1]
	}

	/// Returns the node of a leaf.
	pub fn leaf(&self, position: u32) -> u32 {
		u32::try_from(self.nodes.len() / 2).expect("a tree has at most 2^24 leaves; qed") + position
	}

	fn node(&self, at: u32) -> &Hash {
		&self.nodes[at as usize]
	}

	/// Returns all nodes that new leaves change, the root last, and changes nothing. The leaves are given by their nodes, in
	/// ascending order.
	pub fn plan(&self, leaves: Nodes) -> Nodes {
		let mut planned = leaves.clone();
		let mut level = leaves;
		while level.first().is_some_and(|(at, _)| *at > 1) {
			let mut above = Nodes::with_capacity(level.len());
			let mut rest = level.iter().peekable();
			while let Some((at, hash)) = rest.next() {
				let parent = match at % 2 {
					0 => match rest.next_if(|(next, _)| *next == at + 1) {
						Some((_, right)) => node_hash(hash, right),
						None => node_hash(hash, self.node(at + 1)),
					},
					_ => node_hash(self.node(at - 1), hash),
				};
				above.push((at / 2, parent));
			}
			planned.extend_from_slice(&above);
			level = above;
		}
		planned
	}

	/// Sets planned nodes.
	pub fn set(&mut self, nodes: &Nodes) {
		nodes.iter().for_each(|(at, hash)| self.nodes[*at as usize] = *hash);
	}

	/// Returns the siblings from a leaf to the root, lowest first.
	pub fn path(&self, position: u32) -> Vec<Hash> {
		let mut at = self.leaf(position);
		let mut path = Vec::new();
		while at > 1 {
			path.push(*self.node(at ^ 1));
			at /= 2;
		}
		path
	}
}
