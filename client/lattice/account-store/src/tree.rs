//! A dense binary Merkle tree: over the buckets of a table, and over the tables.

use tp_account_store::{BatchHasher, Hash, HASH_BYTES};

/// New hashes of nodes. The root is node 1, and the children of node n are 2n and 2n + 1.
pub type Nodes = Vec<(u32, Hash)>;

fn both(left: &Hash, right: &Hash) -> [u8; 2 * HASH_BYTES] {
	let mut both = [0; 2 * HASH_BYTES];
	both[..HASH_BYTES].copy_from_slice(left);
	both[HASH_BYTES..].copy_from_slice(right);
	both
}

/// The tree. Its leaves are the nodes from `2^bits` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
	nodes: Box<[Hash]>,
}

impl Tree {
	/// Builds the tree over leaves, whose number is a power of two.
	pub fn build(leaves: &[Hash], hasher: &mut BatchHasher) -> Self {
		debug_assert!(leaves.len().is_power_of_two());
		let mut nodes = vec![Hash::default(); 2 * leaves.len()].into_boxed_slice();
		nodes[leaves.len()..].copy_from_slice(leaves);
		let mut level = leaves.len();
		while level > 1 {
			let pairs: Vec<_> = nodes[level..2 * level].chunks_exact(2).map(|pair| both(&pair[0], &pair[1])).collect();
			nodes[level / 2..level].copy_from_slice(&hasher.nodes(&pairs));
			level /= 2;
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

	/// Returns the hash of a node.
	pub fn node(&self, at: u32) -> &Hash {
		&self.nodes[at as usize]
	}

	/// Returns all nodes that new leaves change, the root last, and changes nothing. The leaves are given by their nodes, in
	/// ascending order.
	pub fn plan(&self, leaves: Nodes, hasher: &mut BatchHasher) -> Nodes {
		let mut planned = leaves;
		let (mut parents, mut pairs) = (Vec::new(), Vec::new());
		let mut from = 0;
		while planned.get(from).is_some_and(|(at, _)| *at > 1) {
			let level = &planned[from..];
			from = planned.len();
			let mut rest = level.iter().peekable();
			while let Some((at, hash)) = rest.next() {
				pairs.push(match at % 2 {
					0 => match rest.next_if(|(next, _)| *next == at + 1) {
						Some((_, right)) => both(hash, right),
						None => both(hash, self.node(at + 1)),
					},
					_ => both(self.node(at - 1), hash),
				});
				parents.push(at / 2);
			}
			planned.extend(parents.drain(..).zip(hasher.nodes(&pairs)));
			pairs.clear();
		}
		planned
	}

	/// Sets planned nodes.
	pub fn set(&mut self, nodes: &Nodes) {
		nodes.iter().for_each(|(at, hash)| self.nodes[*at as usize] = *hash);
	}

	/// Returns the siblings from a leaf to the root, lowest first.
	pub fn path(&self, position: u32) -> Vec<Hash> {
		self.planned_path(position, &[])
	}

	/// Returns the same as if planned nodes were set.
	pub fn planned_path(&self, position: u32, planned: &[(u32, Hash)]) -> Vec<Hash> {
		self.path_above(self.leaf(position), planned)
	}

	/// Returns the siblings from a node to the root, lowest first, as if planned nodes were set.
	pub fn path_above(&self, node: u32, planned: &[(u32, Hash)]) -> Vec<Hash> {
		let mut at = node;
		let mut path = Vec::new();
		while at > 1 {
			let found = planned.iter().find(|(node, _)| *node == at ^ 1);
			path.push(*found.map_or_else(|| self.node(at ^ 1), |(_, hash)| hash));
			at /= 2;
		}
		path
	}
}
