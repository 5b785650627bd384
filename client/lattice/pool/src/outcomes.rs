//! Statuses of units that have left the pool.

use crate::{keyed_map::KeyedMap, status::Status};
use std::collections::VecDeque;
use tp_lattice::UnitHash;

/// End statuses of the units that left last.
///
/// Invariant: `turns` maps a unit to its newest place in `ends`, counted from `first`. A unit that leaves twice has two
/// places; only the newest counts, and dropping the older must not remove the newer.
#[derive(Debug, Default)]
pub struct Outcomes {
	/// The newest turn of each unit.
	turns: KeyedMap<UnitHash, u64>,
	/// Units and statuses by turn, from `first` on.
	ends: VecDeque<(UnitHash, Status)>,
	first: u64,
	max: usize,
}

impl Outcomes {
	pub fn new(max: usize) -> Self {
		Self { max, ..Self::default() }
	}

	pub fn remember(&mut self, hash: UnitHash, status: Status) {
		self.turns.insert(hash, self.first + self.ends.len() as u64);
		self.ends.push_back((hash, status));
		while self.ends.len() > self.max {
			let Some((hash, _)) = self.ends.pop_front() else { break };
			if self.turns.get(&hash) == Some(&self.first) {
				self.turns.remove(&hash);
			}
			self.first += 1;
		}
	}

	pub fn get(&self, hash: &UnitHash) -> Option<Status> {
		let turn = self.turns.get(hash)?;
		let index = usize::try_from(turn - self.first).ok()?;
		self.ends.get(index).map(|(_, status)| *status)
	}

	#[cfg(test)]
	pub fn len(&self) -> usize {
		self.ends.len().max(self.turns.len())
	}
}
