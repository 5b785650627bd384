//! The units that this node has sent and that are still open: a peer that connects is sent them all.

use crate::submission::Origin;
use std::collections::VecDeque;
use tp_lattice::UnitHash;

/// Units that are remembered, at most: as many as the pool holds. The oldest gives way.
const MAX: usize = 131_072;
/// Units that one sweep looks at, at most. The pool is locked meanwhile, for some milliseconds. The bound is above the number of
/// units that are sent in a second, so that sweeps once a second keep up.
const MAX_SWEPT: usize = 16_384;

/// A unit that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
	pub hash: UnitHash,
	pub origin: Origin,
	pub is_urgent: bool,
}

/// Units that were sent. An ended unit stays until a sweep finds it.
///
/// A unit that is sent twice by different ways has two entries; both leave when the unit ends.
#[derive(Debug, Default)]
pub(crate) struct SentUnits(VecDeque<Sent>);

impl SentUnits {
	/// Adds a unit.
	pub fn add(&mut self, sent: Sent) {
		if self.0.len() == MAX {
			self.0.pop_front();
		}
		self.0.push_back(sent);
	}

	/// Forgets ended units, among the ones that no sweep has looked at for the longest time.
	pub fn sweep(&mut self, is_open: impl Fn(&UnitHash) -> bool) {
		for _ in 0..self.0.len().min(MAX_SWEPT) {
			let Some(sent) = self.0.pop_front() else { return };
			if is_open(&sent.hash) {
				self.0.push_back(sent);
			}
		}
	}

	/// Returns all units.
	pub fn all(&self) -> Vec<Sent> {
		self.0.iter().copied().collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sent(number: u64) -> Sent {
		Sent { hash: UnitHash::from_low_u64_be(number), origin: Origin::Local, is_urgent: false }
	}

	fn numbers(units: &SentUnits) -> Vec<u64> {
		units.all().iter().map(|sent| sent.hash.to_low_u64_be()).collect()
	}

	#[test]
	fn a_sweep_forgets_what_has_ended() {
		let mut units = SentUnits::default();
		(0..6).for_each(|number| units.add(sent(number)));
		units.sweep(|hash| hash.to_low_u64_be() % 2 == 0);
		assert_eq!(numbers(&units), [0, 2, 4]);
	}

	#[test]
	fn one_sweep_looks_at_a_bounded_number_of_units() {
		let mut units = SentUnits::default();
		let all = MAX_SWEPT as u64 + 5;
		(0..all).for_each(|number| units.add(sent(number)));
		units.sweep(|_| false);
		assert_eq!(numbers(&units).len(), 5);
	}

	#[test]
	fn the_oldest_gives_way() {
		let mut units = SentUnits::default();
		(0..MAX as u64 + 2).for_each(|number| units.add(sent(number)));
		assert_eq!((numbers(&units).len(), numbers(&units)[0]), (MAX, 2));
	}
}
