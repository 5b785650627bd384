//! How much a peer may send before it is cut off: a token bucket.

use std::time::{Duration, Instant};

/// Messages a second that a member may send. The largest committee at full pace, with view changes, needs about ten.
const MESSAGES_PER_SECOND: f64 = 200.0;
/// Messages that may come at once, as after a connection was made or a view change.
const BURST: f64 = 2_000.0;

/// What is left of a peer's allowance.
pub struct Budget {
	left: f64,
	since: Instant,
}

impl Budget {
	/// A full one.
	pub fn new(now: Instant) -> Self {
		Self { left: BURST, since: now }
	}

	/// Takes one message off it; false if nothing is left.
	pub fn take(&mut self, now: Instant) -> bool {
		let passed = now.saturating_duration_since(self.since);
		if passed > Duration::ZERO {
			self.left = (self.left + passed.as_secs_f64() * MESSAGES_PER_SECOND).min(BURST);
			self.since = now;
		}
		let enough = self.left >= 1.0;
		if enough {
			self.left -= 1.0;
		}
		enough
	}
}
