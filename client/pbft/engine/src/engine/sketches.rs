//! Sketches that wait: this node's own for its proposal, and those of peers for the check of the proposal that they came with.

use sc_network::PeerId;
use std::collections::{HashMap, HashSet};
use tp_pbft::{BlockHash, Height, MemberIndex, View};

/// The sketches. A peer has one at a time, so it takes the place of its own alone.
#[derive(Default)]
pub(super) struct HeldSketches {
	own: Option<(BlockHash, Vec<u8>)>,
	of_peers: HashMap<PeerId, Held>,
	/// The members and views of this height whose sketch was taken. A proposal was verified before, so views are few.
	used: HashSet<(MemberIndex, View)>,
}

struct Held {
	height: Height,
	hash: BlockHash,
	sketch: Vec<u8>,
}

impl HeldSketches {
	/// Keeps the sketch of the block that this node has built.
	pub fn built(&mut self, hash: BlockHash, sketch: Vec<u8>) {
		self.own = Some((hash, sketch));
	}

	/// Returns the sketch of a block that this node has built.
	pub fn of_own(&self, hash: &BlockHash) -> Option<&[u8]> {
		self.own.as_ref().filter(|(own, _)| own == hash).map(|(_, sketch)| &sketch[..])
	}

	/// Keeps the sketch that a peer sent with a proposal.
	pub fn note(&mut self, peer: PeerId, height: Height, hash: BlockHash, sketch: Vec<u8>) {
		self.of_peers.insert(peer, Held { height, hash, sketch });
	}

	/// Whether a peer has sent a sketch of a block.
	pub fn has(&self, peer: &PeerId, hash: &BlockHash) -> bool {
		self.of_peers.get(peer).is_some_and(|held| held.hash == *hash)
	}

	/// Takes the sketch of a block that a peer sent, for a proposal of a member in a view.
	///
	/// Bound: one for each member and view. The sketch of a proposal that contradicts an earlier one is no help to anybody, and
	/// each costs a pass over the pool.
	pub fn take(&mut self, peer: &PeerId, hash: &BlockHash, sender: MemberIndex, view: View) -> Option<Vec<u8>> {
		if !self.has(peer, hash) {
			return None;
		}
		let held = self.of_peers.remove(peer)?;
		self.used.insert((sender, view)).then_some(held.sketch)
	}

	/// Forgets a peer that left.
	pub fn forget(&mut self, peer: &PeerId) {
		self.of_peers.remove(peer);
	}

	/// Drops what is of heights that have ended.
	pub fn start_height(&mut self, height: Height) {
		self.own = None;
		self.used.clear();
		self.of_peers.retain(|_, held| held.height >= height);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_peer_has_one_sketch_until_its_height_ends() {
		let (one, other) = (PeerId::random(), PeerId::random());
		let hash = BlockHash::repeat_byte;
		let mut held = HeldSketches::default();
		held.note(one, 3, hash(1), vec![1]);
		held.note(one, 3, hash(2), vec![2]);
		held.note(other, 4, hash(2), vec![3]);
		assert_eq!(held.take(&one, &hash(1), 0, 0), None);
		assert_eq!(held.take(&other, &hash(2), 0, 0), Some(vec![3]));
		assert_eq!(held.take(&other, &hash(2), 0, 0), None);
		held.built(hash(5), vec![5]);
		assert_eq!((held.of_own(&hash(5)), held.of_own(&hash(1))), (Some(&[5][..]), None));
		held.start_height(4);
		assert_eq!(held.of_own(&hash(5)), None);
		assert_eq!(held.take(&one, &hash(2), 0, 0), None);
	}

	#[test]
	fn a_member_has_one_sketch_in_a_view() {
		let (peer, hash) = (PeerId::random(), BlockHash::repeat_byte);
		let mut held = HeldSketches::default();
		let mut taken = |byte, view| {
			held.note(peer, 3, hash(byte), vec![byte]);
			held.take(&peer, &hash(byte), 2, view)
		};
		assert_eq!(taken(1, 0), Some(vec![1]));
		assert_eq!(taken(2, 0), None, "it contradicts the first proposal");
		assert_eq!(taken(3, 1), Some(vec![3]));
		held.start_height(4);
		held.note(peer, 4, hash(4), vec![4]);
		held.forget(&peer);
		assert!(!held.has(&peer, &hash(4)));
		held.note(peer, 4, hash(5), vec![5]);
		assert_eq!(held.take(&peer, &hash(5), 2, 0), Some(vec![5]));
	}
}
