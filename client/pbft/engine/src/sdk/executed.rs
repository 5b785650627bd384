//! The execute-once cache: blocks that were executed but are not final yet, with their storage changes.

use super::stages::Changes;
use parking_lot::Mutex;
use std::collections::VecDeque;
use tp_pbft::{BlockHash, Height};

/// Executed blocks in the cache: one for each of the first views of a height, with a margin. A block that is dropped
/// is executed again at its import.
const MAX_EXECUTED: usize = 8;

struct Executed {
	height: Height,
	hash: BlockHash,
	changes: Changes,
}

/// The storage changes of proposals, from their execution until the import of their height.
///
/// Invariant: the changes belong to the hash, because they were computed on the parent that the header names, and the
/// body is bound to the header. So an import may apply them without executing the block again.
#[derive(Default)]
pub struct ExecutedBlocks(Mutex<VecDeque<Executed>>);

impl ExecutedBlocks {
	/// Adds the changes of a block, and drops the oldest entry of a full cache.
	pub fn insert(&self, height: Height, hash: BlockHash, changes: Changes) {
		let mut blocks = self.0.lock();
		blocks.retain(|block| block.hash != hash);
		if blocks.len() >= MAX_EXECUTED {
			blocks.pop_front();
		}
		blocks.push_back(Executed { height, hash, changes });
	}

	/// Removes and returns the changes of a block that becomes final, and drops all others up to its height.
	///
	/// Fragile: changes are taken once. If the import fails after this, the block is executed again by the next
	/// attempt.
	pub fn take(&self, height: Height, hash: BlockHash) -> Option<Changes> {
		let mut blocks = self.0.lock();
		let found = blocks.iter().position(|block| block.hash == hash).and_then(|at| blocks.remove(at));
		blocks.retain(|block| block.height > height);
		found.map(|block| block.changes)
	}
}
