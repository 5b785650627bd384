//! How long and how often something is tried again.

use std::{
	collections::hash_map::RandomState,
	hash::BuildHasher,
	time::{Duration, Instant},
};

/// Longest pause before the second attempt. It doubles with each attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause. A node that starts again serves its RPC after some seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Doublings until the longest pause is reached.
const MAX_DOUBLINGS: u32 = 6;

/// Attempts without success, in a row.
#[derive(Debug)]
pub(crate) struct Patience {
	limit: Duration,
	attempts: u32,
	/// Time of the first failure in a row.
	since: Option<Instant>,
}

impl Patience {
	pub fn new(limit: Duration) -> Self {
		Self { limit, attempts: 0, since: None }
	}

	/// Notes a success: the next failure begins a new row.
	pub fn renew(&mut self) {
		(self.attempts, self.since) = (0, None);
	}

	/// Notes a failure. Returns the pause before the next attempt, or `None` if the time for attempts is over.
	pub fn pause(&mut self) -> Option<Duration> {
		let left = self.limit.checked_sub(self.since.get_or_insert_with(Instant::now).elapsed())?;
		if left.is_zero() {
			return None;
		}
		let longest = (FIRST_PAUSE * (1 << self.attempts.min(MAX_DOUBLINGS))).min(LONGEST_PAUSE);
		self.attempts = self.attempts.saturating_add(1);
		// Clients that lost the same node must not all return at the same moment.
		let random = RandomState::new().hash_one(self.attempts) % 1_024;
		let pause = longest / 2 + longest * u32::try_from(random).unwrap_or(0) / 2_048;
		Some(pause.min(left))
	}

	/// Notes a failure and waits for the next attempt. Returns false if the time for attempts is over.
	pub async fn wait(&mut self) -> bool {
		match self.pause() {
			Some(pause) => {
				tokio::time::sleep(pause).await;
				true
			},
			None => false,
		}
	}
}
