//! Units that went out, until they have ended: those that a peer had no room for, or that came before it was connected, go
//! out again.
//!
//! Nobody confirms what it was sent, so all go out again that stay open for too long. Who has them finds them by their hash,
//! and verifies nothing.

use crate::verify::Origin;
use std::{
	collections::VecDeque,
	time::{Duration, Instant},
};
use tp_lattice::UnitHash;

/// After how long a unit goes out again. Most are final long before.
const OPEN_FOR: Duration = Duration::from_secs(5);
/// How many are kept: as many as the pool holds. The oldest gives way.
const MAX: usize = 131_072;
/// How many are looked at in one go, in which nothing else happens to the pool: some milliseconds. More than go out in a second.
const MAX_LOOKED_AT: usize = 16_384;

/// A unit that went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
	pub hash: UnitHash,
	pub origin: Origin,
	pub is_urgent: bool,
}

/// Those that went out, in the order of their last time.
#[derive(Debug, Default)]
pub(crate) struct Unsettled(VecDeque<(Instant, Sent)>);

impl Unsettled {
	/// A unit goes out.
	pub fn add(&mut self, now: Instant, sent: Sent) {
		if self.0.len() == MAX {
			self.0.pop_front();
		}
		self.0.push_back((now, sent));
	}

	/// Those that went out too long ago and are open still, the oldest first, and at most so many, with what `open` has of
	/// them. They count as going out now. Those that have ended are forgotten.
	pub fn again<T>(&mut self, now: Instant, most: usize, mut open: impl FnMut(&Sent) -> Option<T>) -> Vec<(Sent, T)> {
		let mut again = Vec::new();
		for _ in 0..MAX_LOOKED_AT {
			let is_overdue = |(since, _): &(Instant, Sent)| now.saturating_duration_since(*since) >= OPEN_FOR;
			if again.len() == most || !self.0.front().is_some_and(is_overdue) {
				break;
			}
			let Some((_, sent)) = self.0.pop_front() else { break };
			if let Some(found) = open(&sent) {
				self.0.push_back((now, sent));
				again.push((sent, found));
			}
		}
		again
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sent(number: u64) -> Sent {
		Sent { hash: UnitHash::from_low_u64_be(number), origin: Origin::Local, is_urgent: false }
	}

	/// The numbers of those that go out again, of which those below `ended` have ended.
	fn again(unsettled: &mut Unsettled, now: Instant, most: usize, ended: u64) -> Vec<u64> {
		let open = |sent: &Sent| Some(sent.hash.to_low_u64_be()).filter(|number| *number >= ended);
		unsettled.again(now, most, open).into_iter().map(|(_, number)| number).collect()
	}

	#[test]
	fn each_goes_out_again_when_it_was_open_for_long() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		(0..3).for_each(|number| unsettled.add(start, sent(number)));
		unsettled.add(start + OPEN_FOR / 2, sent(3));
		assert_eq!(again(&mut unsettled, start + OPEN_FOR / 2, 10, 0), [0_u64; 0]);
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 2, 0), [0, 1]);
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 10, 0), [2]);
		assert_eq!(again(&mut unsettled, start + OPEN_FOR * 2, 10, 1), [3, 1, 2]);
		assert_eq!(again(&mut unsettled, start + OPEN_FOR * 9, 10, 4), [0_u64; 0]);
		assert!(unsettled.0.is_empty());
	}

	#[test]
	fn those_that_have_ended_are_in_nobodys_way() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		(0..10_000).for_each(|number| unsettled.add(start, sent(number)));
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 1, 9_999), [9_999]);
		assert_eq!(unsettled.0.len(), 1);
	}

	#[test]
	fn so_many_are_looked_at_in_one_go() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		let all = MAX_LOOKED_AT as u64 + 1;
		(0..=all).for_each(|number| unsettled.add(start, sent(number)));
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 10, all), [0_u64; 0]);
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 10, all), [all]);
	}

	#[test]
	fn the_oldest_gives_way() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		(0..MAX as u64 + 2).for_each(|number| unsettled.add(start, sent(number)));
		assert_eq!(again(&mut unsettled, start + OPEN_FOR, 1, 0), [2]);
	}
}
