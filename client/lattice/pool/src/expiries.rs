//! Units by the last block that may include them.

use crate::lanes::Slot;
use foldhash::quality::RandomState;
use std::collections::{BTreeMap, HashSet};
use tp_core::{BlockNumber, Nonce};

/// Capacity that an empty set keeps, in entries.
const MIN_ROOM: usize = 64;

/// Units that name their last block.
#[derive(Debug, Default)]
pub struct Expiries {
	ends: BTreeMap<BlockNumber, HashSet<(Slot, Nonce), RandomState>>,
}

impl Expiries {
	/// Adds a unit.
	pub fn insert(&mut self, end: BlockNumber, slot: Slot, height: Nonce) {
		self.ends.entry(end).or_default().insert((slot, height));
	}

	/// Removes a unit.
	pub fn remove(&mut self, end: BlockNumber, slot: Slot, height: Nonce) {
		let Some(units) = self.ends.get_mut(&end) else { return };
		units.remove(&(slot, height));
		if units.is_empty() {
			self.ends.remove(&end);
		} else if units.capacity() > 8 * units.len() + MIN_ROOM {
			units.shrink_to(2 * units.len());
		}
	}

	/// Removes and returns the units of the earliest end before a block, ascending.
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
