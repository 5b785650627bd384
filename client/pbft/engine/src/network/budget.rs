//! How much a peer may ask of us before it is cut off: a token bucket.

use std::time::{Duration, Instant};

/// Tokens a second that a member gets. A message costs one, and one more for each [`BYTES_PER_TOKEN`]; each signature check
/// that it causes costs one. The largest committee at full pace, with view changes, needs some dozens.
const TOKENS_PER_SECOND: f64 = 200.0;
/// Tokens that may be used at once, as after a connection was made or a view change.
const BURST: f64 = 2_000.0;
/// Bytes for which a message costs one token more: decoding them takes about as long as a signature check.
const BYTES_PER_TOKEN: f64 = 16_384.0;

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

	/// Takes a message of so many bytes off it; false if there is not enough left.
	pub fn take(&mut self, now: Instant, bytes: usize) -> bool {
		let passed = now.saturating_duration_since(self.since);
		if passed > Duration::ZERO {
			self.left = (self.left + passed.as_secs_f64() * TOKENS_PER_SECOND).min(BURST);
			self.since = now;
		}
		let cost = 1.0 + bytes as f64 / BYTES_PER_TOKEN;
		let enough = self.left >= cost;
		if enough {
			self.left -= cost;
		}
		enough
	}

	/// Takes work off it that its last message turned out to be. It may owe some then.
	pub fn charge(&mut self, checks: u32) {
		self.left -= f64::from(checks);
	}
}
