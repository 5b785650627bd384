//! The core's timers on the clock.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use tc_pbft_core::Timer;

/// The timers of the height that runs.
#[derive(Default)]
pub struct Timers(BTreeMap<Timer, Instant>);

impl Timers {
	/// Starts or restarts a timer.
	pub fn set(&mut self, timer: Timer, after_ms: u64) {
		self.0.insert(timer, Instant::now() + Duration::from_millis(after_ms));
	}

	/// Stops a timer.
	pub fn cancel(&mut self, timer: Timer) {
		self.0.remove(&timer);
	}

	/// Stops all timers.
	pub fn clear(&mut self) {
		self.0.clear();
	}

	/// Returns when the next timer runs out.
	pub fn next(&self) -> Option<Instant> {
		self.0.values().min().copied()
	}

	/// Removes and returns the timer that ran out first, if one has.
	pub fn take_due(&mut self) -> Option<Timer> {
		let now = Instant::now();
		let due = self.0.iter().filter(|(_, at)| **at <= now).min_by_key(|(_, at)| **at).map(|(timer, _)| *timer)?;
		self.0.remove(&due);
		Some(due)
	}
}
