//! What became of units that are no longer here.

use crate::{KeyedMap, Status};
use std::collections::VecDeque;
use tp_lattice::UnitHash;

/// End statuses of the units that ended last.
#[derive(Debug, Default)]
pub struct Ended {
	/// The newest turn at which each ended: a unit can end twice, and only the last time counts.
	turns: KeyedMap<UnitHash, u64>,
	/// What was remembered, by turn, from `first` on.
	ends: VecDeque<(UnitHash, Status)>,
	first: u64,
	max: usize,
}

impl Ended {
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
