//! The units that this node has sent and that may be open.
//!
//! A peer that connects is sent them all. And each that stays open for long is sent to all peers again: a peer may have dropped a unit
//! that it had taken, as a full pool does. A peer that has the unit finds it by its hash and verifies nothing.

use crate::submission::Origin;
use std::{
	collections::VecDeque,
	time::{Duration, Instant},
};
use tp_lattice::UnitHash;

/// How long after it was sent an open unit is sent again. Most are final long before.
const OPEN_FOR: Duration = Duration::from_secs(30);
/// Units that are remembered, at most: as many as the pool holds. The oldest gives way.
const MAX: usize = 131_072;
/// Units that one call looks at, at most. The pool is locked meanwhile, for some milliseconds. The bound is above the number of units that
/// are sent in a second, so that calls once a second keep up.
const MAX_LOOKED_AT: usize = 16_384;

/// A unit that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
	pub hash: UnitHash,
	pub origin: Origin,
	pub is_urgent: bool,
}

/// Units that were sent, in the order in which they were sent last.
///
/// Invariant: the times ascend from front to back, so a look at the front tells whether any unit is due. It holds because units are only
/// added at the back, with the current time. A unit that is sent twice by different ways has two entries; both leave when the unit ends.
#[derive(Debug, Default)]
pub(crate) struct SentUnits(VecDeque<(Instant, Sent)>);

impl SentUnits {
	/// Adds a unit that is sent now.
	pub fn add(&mut self, now: Instant, sent: Sent) {
		if self.0.len() == MAX {
			self.0.pop_front();
		}
		self.0.push_back((now, sent));
	}

	/// Returns up to `most` units that were sent too long ago and are still open, the oldest first. They count as sent now. Ended units
	/// are forgotten.
	pub fn due(&mut self, now: Instant, most: usize, is_open: impl Fn(&UnitHash) -> bool) -> Vec<Sent> {
		let mut due = Vec::new();
		for _ in 0..MAX_LOOKED_AT {
			let is_overdue = |(since, _): &(Instant, Sent)| now.saturating_duration_since(*since) >= OPEN_FOR;
			if due.len() == most || !self.0.front().is_some_and(is_overdue) {
				break;
			}
			let Some((_, sent)) = self.0.pop_front() else { break };
			if is_open(&sent.hash) {
				self.0.push_back((now, sent));
				due.push(sent);
			}
		}
		due
	}

	/// Returns all units, ended ones among them.
	pub fn all(&self) -> Vec<Sent> {
		self.0.iter().map(|(_, sent)| *sent).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sent(number: u64) -> Sent {
		Sent { hash: UnitHash::from_low_u64_be(number), origin: Origin::Local, is_urgent: false }
	}

	/// Returns the numbers of the units that are due. Units below `ended` have ended.
	fn due(units: &mut SentUnits, now: Instant, most: usize, ended: u64) -> Vec<u64> {
		let is_open = |hash: &UnitHash| hash.to_low_u64_be() >= ended;
		units.due(now, most, is_open).into_iter().map(|sent| sent.hash.to_low_u64_be()).collect()
	}

	#[test]
	fn an_open_unit_is_due_again_after_some_time() {
		let start = Instant::now();
		let mut units = SentUnits::default();
		(0..3).for_each(|number| units.add(start, sent(number)));
		units.add(start + OPEN_FOR / 2, sent(3));
		assert_eq!(due(&mut units, start + OPEN_FOR / 2, 10, 0), [0_u64; 0]);
		assert_eq!(due(&mut units, start + OPEN_FOR, 2, 0), [0, 1]);
		assert_eq!(due(&mut units, start + OPEN_FOR, 10, 0), [2]);
		assert_eq!(due(&mut units, start + OPEN_FOR * 2, 10, 1), [3, 1, 2]);
		assert_eq!(units.all().len(), 3);
		assert_eq!(due(&mut units, start + OPEN_FOR * 9, 10, 4), [0_u64; 0]);
		assert!(units.all().is_empty());
	}

	#[test]
	fn ended_units_do_not_count_towards_the_maximum_of_a_call_but_a_call_is_bounded() {
		let start = Instant::now();
		let mut units = SentUnits::default();
		(0..10_000).for_each(|number| units.add(start, sent(number)));
		assert_eq!(due(&mut units, start + OPEN_FOR, 1, 9_999), [9_999]);
		let all = MAX_LOOKED_AT as u64 + 1;
		let mut units = SentUnits::default();
		(0..=all).for_each(|number| units.add(start, sent(number)));
		assert_eq!(due(&mut units, start + OPEN_FOR, 10, all), [0_u64; 0]);
		assert_eq!(due(&mut units, start + OPEN_FOR, 10, all), [all]);
	}

	#[test]
	fn the_oldest_gives_way() {
		let start = Instant::now();
		let mut units = SentUnits::default();
		(0..MAX as u64 + 2).for_each(|number| units.add(start, sent(number)));
		assert_eq!(due(&mut units, start + OPEN_FOR, 1, 0), [2]);
	}
}
