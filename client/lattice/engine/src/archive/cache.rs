//! Blocks in memory: the newest as they are imported, and older ones as they are asked for. They do not displace each
//! other, and both are bounded by bytes.

use super::{block::Recent, error::ArchiveError};
use parking_lot::Mutex;
use schnellru::{LruMap, UnlimitedCompact};
use std::{
	collections::{HashMap, VecDeque},
	sync::Arc,
};
use tp_core::Hash;

/// Newest blocks kept, at most. Most receipts are asked for in them.
const NEWEST_BLOCKS: usize = 32;
/// Memory of the newest blocks, at most: a dozen full ones.
const NEWEST_BYTES: usize = 256 * 1024 * 1024;
/// Memory of older blocks, at most: half a dozen full ones, or thousands of small ones.
const OLDER_BYTES: usize = 128 * 1024 * 1024;

/// The newest blocks, in the order of their import.
#[derive(Default)]
pub(super) struct NewestBlocks(Mutex<Newest>);

#[derive(Default)]
struct Newest {
	blocks: VecDeque<(Hash, Arc<Recent>)>,
	bytes: usize,
}

impl NewestBlocks {
	pub fn insert(&self, hash: Hash, block: Arc<Recent>) {
		let mut dropped = Vec::new();
		let mut newest = self.0.lock();
		newest.bytes += block.bytes();
		newest.blocks.push_back((hash, block));
		while newest.blocks.len() > NEWEST_BLOCKS || (newest.bytes > NEWEST_BYTES && newest.blocks.len() > 1) {
			let Some((_, oldest)) = newest.blocks.pop_front() else { break };
			newest.bytes -= oldest.bytes();
			// Freed after the lock: a block is many allocations.
			dropped.push(oldest);
		}
		drop(newest);
		drop(dropped);
	}

	pub fn get(&self, hash: &Hash) -> Option<Arc<Recent>> {
		let newest = self.0.lock();
		newest.blocks.iter().rev().find(|(found, _)| found == hash).map(|(_, block)| block.clone())
	}
}

/// Older blocks that were asked for, the least recently used first to go.
pub(super) struct OlderBlocks(Mutex<Older>);

struct Older {
	blocks: LruMap<Hash, Arc<Recent>, UnlimitedCompact>,
	bytes: usize,
	/// Blocks that are being loaded.
	loading: HashMap<Hash, Arc<Load>>,
}

/// Held by the reader that loads a block. The others wait for it, and take what it loaded.
type Load = Mutex<Option<Arc<Recent>>>;

impl Default for OlderBlocks {
	fn default() -> Self {
		Self(Mutex::new(Older { blocks: LruMap::new(UnlimitedCompact), bytes: 0, loading: HashMap::new() }))
	}
}

impl OlderBlocks {
	/// Returns a block, and loads it if it is not here. Callers that ask for one block at a time share one load.
	pub fn get_or_load(
		&self,
		hash: Hash,
		load: impl FnOnce() -> Result<Arc<Recent>, ArchiveError>,
	) -> Result<Arc<Recent>, ArchiveError> {
		let loading = {
			let mut older = self.0.lock();
			if let Some(block) = older.blocks.get(&hash) {
				return Ok(block.clone());
			}
			older.loading.entry(hash).or_default().clone()
		};
		let mut loaded = loading.lock();
		if let Some(block) = &*loaded {
			return Ok(block.clone());
		}
		// After a failure the next one tries again.
		let block = load();
		let mut older = self.0.lock();
		older.loading.remove(&hash);
		let block = block?;
		older.bytes += block.bytes();
		older.blocks.insert(hash, block.clone());
		while older.bytes > OLDER_BYTES && older.blocks.len() > 1 {
			let Some((_, oldest)) = older.blocks.pop_oldest() else { break };
			older.bytes -= oldest.bytes();
		}
		drop(older);
		*loaded = Some(block.clone());
		Ok(block)
	}

	/// Returns number and memory of the blocks.
	#[cfg(test)]
	pub fn size(&self) -> (usize, usize) {
		let older = self.0.lock();
		(older.blocks.len(), older.bytes)
	}
}
