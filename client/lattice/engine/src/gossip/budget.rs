//! Bytes that a peer may send.

use std::time::Instant;

/// Bytes a second: tens of thousands of units, more than one machine verifies.
const RATE: f64 = 8.0 * 1024.0 * 1024.0;
/// Bytes at once, at most.
const BURST: f64 = 32.0 * 1024.0 * 1024.0;

/// Token bucket that fills with time.
pub(super) struct Budget {
	left: f64,
	at: Instant,
}

impl Budget {
	/// Creates a full bucket.
	pub fn new(now: Instant) -> Self {
		Self { left: BURST, at: now }
	}

	/// Takes bytes, or returns `false` if it has too few.
	pub fn take(&mut self, now: Instant, bytes: usize) -> bool {
		let filled = now.saturating_duration_since(self.at).as_secs_f64() * RATE;
		self.at = now;
		self.left = (self.left + filled).min(BURST);
		let enough = self.left >= bytes as f64;
		if enough {
			self.left -= bytes as f64;
		}
		enough
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn the_bucket_empties_and_fills_with_time() {
		let start = Instant::now();
		let mut budget = Budget::new(start);
		let megabyte = 1024 * 1024;
		assert_eq!((0..40).filter(|_| budget.take(start, megabyte)).count(), 32);
		let later = start + Duration::from_secs(1);
		assert_eq!((0..40).filter(|_| budget.take(later, megabyte)).count(), 8);
	}
}
