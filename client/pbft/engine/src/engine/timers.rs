//! The core's timers on the clock.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use tc_pbft_core::Timer;

/// Timers of the present height.
#[derive(Default)]
pub struct Timers(BTreeMap<Timer, Instant>);

impl Timers {
	/// (Re)starts a timer.
	pub fn set(&mut self, timer: Timer, after_ms: u64) {
		self.0.insert(timer, Instant::now() + Duration::from_millis(after_ms));
	}

	/// Stops a timer.
	pub fn cancel(&mut self, timer: Timer) {
		self.0.remove(&timer);
	}

	/// Stops all.
	pub fn clear(&mut self) {
		self.0.clear();
	}

	/// When the next one runs out.
	pub fn next(&self) -> Option<Instant> {
		self.0.values().min().copied()
	}

	/// Takes one that has run out.
	pub fn take_due(&mut self) -> Option<Timer> {
		let now = Instant::now();
		let due = self.0.iter().filter(|(_, at)| **at <= now).min_by_key(|(_, at)| **at).map(|(timer, _)| *timer)?;
		self.0.remove(&due);
		Some(due)
	}
}
