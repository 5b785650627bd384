//! Blocks that were executed but are not final yet, with what they changed.

use super::stages::Changes;
use parking_lot::Mutex;
use std::collections::VecDeque;
use tp_pbft::{BlockHash, Height};

/// How many executed blocks are kept: one for each of the first views of a height, and then some.
const MAX_EXECUTED: usize = 8;

struct Executed {
	height: Height,
	hash: BlockHash,
	changes: Changes,
}

/// The changes of proposals, from their execution until the import of their height.
#[derive(Default)]
pub struct ExecutedBlocks(Mutex<VecDeque<Executed>>);

impl ExecutedBlocks {
	/// Keeps what a block changed; the oldest goes when there are too many.
	pub fn insert(&self, height: Height, hash: BlockHash, changes: Changes) {
		let mut blocks = self.0.lock();
		blocks.retain(|block| block.hash != hash);
		if blocks.len() >= MAX_EXECUTED {
			blocks.pop_front();
		}
		blocks.push_back(Executed { height, hash, changes });
	}

	/// Takes what a block changed, and forgets all others up to its height: one of them is final now.
	pub fn take(&self, height: Height, hash: BlockHash) -> Option<Changes> {
		let mut blocks = self.0.lock();
		let found = blocks.iter().position(|block| block.hash == hash).and_then(|at| blocks.remove(at));
		blocks.retain(|block| block.height > height);
		found.map(|block| block.changes)
	}
}
