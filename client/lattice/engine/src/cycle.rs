//! How many units the next block may have, so that nobody waits long for the one after it.
//!
//! An author knows how long it builds, and not how long the others take to execute, vote and import: on busy machines much
//! longer. All of that is in the time from one imported block to the next while units wait. Where it grows, blocks shrink
//! by half; where blocks are quick and full, they grow by a quarter.

use std::time::{Duration, Instant};

/// A block that took longer than this, while units waited, had too many: a unit that comes just too late for it is to be
/// final well within a second, and the view's timeout of one second is never to run out because of load.
const SLOW: Duration = Duration::from_millis(300);
/// A full block that took less leaves room for more.
const QUICK: Duration = Duration::from_millis(200);
/// Units that a block may have however slow all is: less would save little.
pub(crate) const LEAST: usize = 256;
/// Units of one block, at most: what replicas fetch and keep is bounded by bytes, and what they hash by this.
pub(crate) const MOST: usize = 16_384;

/// What imported blocks say of the next.
#[derive(Debug)]
pub(crate) struct Cycle {
	/// When the last block was imported, if units waited from then on.
	since: Option<Instant>,
	limit: usize,
}

impl Cycle {
	pub fn new() -> Self {
		Self { since: None, limit: MOST }
	}

	/// A block with so many units was imported. `waiting` is whether there are units for the next.
	pub fn imported(&mut self, now: Instant, units: usize, waiting: bool) {
		if let Some(since) = self.since {
			let took = now.saturating_duration_since(since);
			if took > SLOW && units > LEAST {
				self.limit = (units.min(self.limit) / 2).max(LEAST);
			} else if took < QUICK && units * 2 > self.limit {
				self.limit = (self.limit + self.limit / 4).min(MOST);
			}
		}
		self.since = waiting.then_some(now);
	}

	/// How many units the next block may have.
	pub fn limit(&self) -> usize {
		self.limit
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Blocks that hold as much as they may, and take so long for each thousand units.
	fn settle(cycle: &mut Cycle, blocks: u32, per_thousand: Duration) -> (usize, Duration) {
		let mut now = Instant::now();
		let mut last = Duration::ZERO;
		cycle.imported(now, 0, true);
		for _ in 0..blocks {
			let units = cycle.limit();
			last = per_thousand * u32::try_from(units).unwrap() / 1_000;
			now += last;
			cycle.imported(now, units, true);
		}
		(cycle.limit(), last)
	}

	#[test]
	fn blocks_shrink_until_they_are_quick_and_grow_again() {
		let mut cycle = Cycle::new();
		assert_eq!(cycle.limit(), MOST);
		let (limit, took) = settle(&mut cycle, 40, Duration::from_millis(400));
		assert!((300..=750).contains(&limit) && took <= SLOW, "{limit} units in {took:?}");
		let (limit, _) = settle(&mut cycle, 40, Duration::from_millis(10));
		assert_eq!(limit, MOST);
		let (limit, _) = settle(&mut cycle, 40, Duration::from_secs(100));
		assert_eq!(limit, LEAST, "some go in whatever it takes");
	}

	#[test]
	fn time_without_units_says_nothing() {
		let mut cycle = Cycle::new();
		let start = Instant::now();
		cycle.imported(start, 0, false);
		cycle.imported(start + Duration::from_secs(3), 10_000, false);
		assert_eq!(cycle.limit(), MOST);
	}
}
