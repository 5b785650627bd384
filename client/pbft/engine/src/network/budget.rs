//! What a peer may cause in a time: a token bucket.

use std::time::{Duration, Instant};

/// Tokens that a member gains per second. A message costs one token, one more for each [`BYTES_PER_TOKEN`], and one for
/// each signature check. A member of the largest committee at full pace, with view changes, needs some dozens.
const TOKENS_PER_SECOND: f64 = 200.0;
/// Largest number of tokens, for bursts after a connection or a view change.
const BURST: f64 = 2_000.0;
/// Bytes that cost one token: decoding them takes about as long as a signature check.
const BYTES_PER_TOKEN: f64 = 16_384.0;

/// The tokens of one peer.
pub struct Budget {
	left: f64,
	since: Instant,
	per_second: f64,
	burst: f64,
}

impl Budget {
	/// Returns a full budget for the messages of a peer.
	pub fn new(now: Instant) -> Self {
		Self::of(now, TOKENS_PER_SECOND, BURST)
	}

	/// Returns a full budget of `burst` tokens that gains some per second.
	pub fn of(now: Instant, per_second: f64, burst: f64) -> Self {
		Self { left: burst, since: now, per_second, burst }
	}

	/// Whether the budget has all its tokens, so that it need not be kept.
	pub fn is_full(&self, now: Instant) -> bool {
		let passed = now.saturating_duration_since(self.since);
		self.left + passed.as_secs_f64() * self.per_second >= self.burst
	}

	/// Takes the tokens of a message of `bytes`. Returns false, and takes none, if there are too few.
	pub fn take(&mut self, now: Instant, bytes: usize) -> bool {
		let passed = now.saturating_duration_since(self.since);
		// The refill is capped, so a quiet peer cannot save up for a flood.
		if passed > Duration::ZERO {
			self.left = (self.left + passed.as_secs_f64() * self.per_second).min(self.burst);
			self.since = now;
		}
		let cost = 1.0 + bytes as f64 / BYTES_PER_TOKEN;
		let enough = self.left >= cost;
		if enough {
			self.left -= cost;
		}
		enough
	}

	/// Whether any tokens are left. Does not count what was gained since the last message.
	pub fn is_positive(&self) -> bool {
		self.left > 0.0
	}

	/// Takes the tokens of bytes that the peer asked for. The budget may become negative.
	pub fn charge_bytes(&mut self, bytes: usize) {
		self.left -= bytes as f64 / BYTES_PER_TOKEN;
	}

	/// Takes the tokens of the signature checks that the last message caused. The budget may become negative.
	pub fn charge(&mut self, checks: u32) {
		self.left -= f64::from(checks);
	}
}
