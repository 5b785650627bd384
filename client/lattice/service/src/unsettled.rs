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

	/// Those that went out too long ago, the oldest first, and at most so many. Those that are open still are to be
	/// [added](Self::add) again.
	pub fn overdue(&mut self, now: Instant, most: usize) -> Vec<Sent> {
		let is_overdue = |(since, _): &(Instant, Sent)| now.saturating_duration_since(*since) >= OPEN_FOR;
		let count = self.0.iter().take(most).take_while(|sent| is_overdue(sent)).count();
		self.0.drain(..count).map(|(_, sent)| sent).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn sent(number: u64) -> Sent {
		Sent { hash: UnitHash::from_low_u64_be(number), origin: Origin::Local, is_urgent: false }
	}

	#[test]
	fn each_is_overdue_once_for_each_time_that_it_went_out() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		(0..3).for_each(|number| unsettled.add(start, sent(number)));
		unsettled.add(start + OPEN_FOR / 2, sent(3));
		assert_eq!(unsettled.overdue(start + OPEN_FOR / 2, 10), []);
		assert_eq!(unsettled.overdue(start + OPEN_FOR, 2), [sent(0), sent(1)]);
		unsettled.add(start + OPEN_FOR, sent(0));
		assert_eq!(unsettled.overdue(start + OPEN_FOR, 10), [sent(2)]);
		assert_eq!(unsettled.overdue(start + OPEN_FOR * 2, 10), [sent(3), sent(0)]);
		assert_eq!(unsettled.overdue(start + OPEN_FOR * 9, 10), []);
	}

	#[test]
	fn the_oldest_gives_way() {
		let start = Instant::now();
		let mut unsettled = Unsettled::default();
		(0..MAX as u64 + 2).for_each(|number| unsettled.add(start, sent(number)));
		assert_eq!(unsettled.overdue(start + OPEN_FOR, 1), [sent(2)]);
	}
}
