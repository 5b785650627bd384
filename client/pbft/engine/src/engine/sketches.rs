//! Sketches that wait: this node's own for its proposal, and those of peers for the check of the proposal that they came with.

use sc_network::PeerId;
use std::collections::HashMap;
use tp_pbft::{BlockHash, Height};

/// The sketches. A peer has one at a time, so it takes the place of its own alone.
#[derive(Default)]
pub(super) struct HeldSketches {
	own: Option<(BlockHash, Vec<u8>)>,
	of_peers: HashMap<PeerId, Held>,
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

	/// Takes the sketch of a block that a peer sent.
	pub fn take(&mut self, peer: &PeerId, hash: &BlockHash) -> Option<Vec<u8>> {
		if self.of_peers.get(peer)?.hash != *hash {
			return None;
		}
		self.of_peers.remove(peer).map(|held| held.sketch)
	}

	/// Drops what is of heights that have ended.
	pub fn start_height(&mut self, height: Height) {
		self.own = None;
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
		assert_eq!(held.take(&one, &hash(1)), None);
		assert_eq!(held.take(&other, &hash(2)), Some(vec![3]));
		assert_eq!(held.take(&other, &hash(2)), None);
		held.built(hash(5), vec![5]);
		assert_eq!((held.of_own(&hash(5)), held.of_own(&hash(1))), (Some(&[5][..]), None));
		held.start_height(4);
		assert_eq!(held.of_own(&hash(5)), None);
		assert_eq!(held.take(&one, &hash(2)), None);
	}
}
