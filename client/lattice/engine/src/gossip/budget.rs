//! What a peer may send.

use std::time::Instant;

/// Bytes a second: tens of thousands of units, more than one machine verifies.
const BYTES_RATE: f64 = 8.0 * 1024.0 * 1024.0;
/// Bytes at once, at most.
const BYTES_BURST: f64 = 32.0 * 1024.0 * 1024.0;
/// Urgent units a second: the payments that come in at one node. What is more waits with the units of large submissions.
const URGENT_RATE: f64 = 512.0;
/// Urgent units at once, at most: half the queue of urgent units of all peers.
const URGENT_BURST: f64 = 2_048.0;

/// Token bucket that fills with time.
pub(super) struct Budget {
	rate: f64,
	burst: f64,
	left: f64,
	at: Instant,
}

impl Budget {
	/// Creates the full bucket of a peer's bytes.
	pub fn of_bytes(now: Instant) -> Self {
		Self { rate: BYTES_RATE, burst: BYTES_BURST, left: BYTES_BURST, at: now }
	}

	/// Creates the full bucket of a peer's urgent units.
	pub fn of_urgent_units(now: Instant) -> Self {
		Self { rate: URGENT_RATE, burst: URGENT_BURST, left: URGENT_BURST, at: now }
	}

	/// Takes bytes or units, or returns `false` if it has too few.
	pub fn take(&mut self, now: Instant, amount: usize) -> bool {
		self.fill(now);
		let enough = self.left >= amount as f64;
		if enough {
			self.left -= amount as f64;
		}
		enough
	}

	/// Takes bytes or units for what was sent already. A bucket may lack as much as it holds when it is full: the peer
	/// waits until it has paid.
	pub fn charge(&mut self, now: Instant, amount: usize) {
		self.fill(now);
		self.left = (self.left - amount as f64).max(-self.burst);
	}

	fn fill(&mut self, now: Instant) {
		let filled = now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
		self.at = now;
		self.left = (self.left + filled).min(self.burst);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[test]
	fn the_bucket_empties_and_fills_with_time() {
		let start = Instant::now();
		let mut budget = Budget::of_bytes(start);
		let megabyte = 1024 * 1024;
		assert_eq!((0..40).filter(|_| budget.take(start, megabyte)).count(), 32);
		let later = start + Duration::from_secs(1);
		assert_eq!((0..40).filter(|_| budget.take(later, megabyte)).count(), 8);
	}
	#[test]
	fn a_charged_peer_waits_until_it_has_paid() {
		let start = Instant::now();
		let mut budget = Budget::of_bytes(start);
		budget.charge(start, usize::MAX);
		let seconds = |seconds| start + Duration::from_secs(seconds);
		assert!(!budget.take(seconds(3), 1));
		assert!(budget.take(seconds(5), 1));
	}

	#[test]
	fn urgent_units_have_a_rate() {
		let start = Instant::now();
		let mut budget = Budget::of_urgent_units(start);
		assert_eq!((0..1_000).filter(|_| budget.take(start, 16)).count(), 128);
		let later = start + Duration::from_secs(1);
		assert_eq!((0..1_000).filter(|_| budget.take(later, 16)).count(), 32);
	}
}
