//! Units by the last block that may have them.

use crate::lanes::Slot;
use foldhash::quality::RandomState;
use std::collections::{BTreeMap, HashSet};
use tp_core::{BlockNumber, Nonce};

/// Room that a set keeps although it is empty, in entries.
const MIN_ROOM: usize = 64;

/// The units that set their last block.
#[derive(Debug, Default)]
pub struct Expiries {
	ends: BTreeMap<BlockNumber, HashSet<(Slot, Nonce), RandomState>>,
}

impl Expiries {
	/// A unit comes.
	pub fn insert(&mut self, end: BlockNumber, slot: Slot, height: Nonce) {
		self.ends.entry(end).or_default().insert((slot, height));
	}

	/// A unit leaves.
	pub fn remove(&mut self, end: BlockNumber, slot: Slot, height: Nonce) {
		let Some(units) = self.ends.get_mut(&end) else { return };
		units.remove(&(slot, height));
		if units.is_empty() {
			self.ends.remove(&end);
		} else if units.capacity() > 8 * units.len() + MIN_ROOM {
			units.shrink_to(2 * units.len());
		}
	}

	/// The units of the first end before a block, ascending. They are no longer named here.
	pub fn pop_before(&mut self, number: BlockNumber) -> Option<(BlockNumber, Vec<(Slot, Nonce)>)> {
		let first = self.ends.first_entry().filter(|end| *end.key() < number)?;
		let (end, units) = first.remove_entry();
		let mut units: Vec<_> = units.into_iter().collect();
		units.sort_unstable();
		Some((end, units))
	}

	#[cfg(test)]
	pub fn all(&self) -> std::collections::BTreeSet<(BlockNumber, Slot, Nonce)> {
		let all = self.ends.iter().flat_map(|(end, units)| units.iter().map(|(slot, height)| (*end, *slot, *height)));
		all.collect()
	}
}
