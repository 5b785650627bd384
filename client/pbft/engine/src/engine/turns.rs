//! The order of messages and timers.
//!
//! Votes that are in come first. After a long step, such as a slow sync of the vote log, the timer of the view has run out
//! while the votes that complete it wait in the queue; a replica that took the timer first would leave a view that it could
//! have completed. But a flood must not hold the timers up for ever, so the preference is bounded.

use std::time::{Duration, Instant};

/// Events that go before a timer that is due. A quorum of the largest committee sends a few hundred votes in a view.
const MAX_EVENTS: u32 = 1_024;
/// Time for which events go before a timer that is due, from the moment that the engine notices it: a tenth of the usual
/// base timeout.
const MAX_WAIT: Duration = Duration::from_millis(100);

/// Counts the events that went before a timer.
#[derive(Default)]
pub struct Turns {
	/// When the engine noticed that a timer is due, and how many events it took since then.
	overdue: Option<(Instant, u32)>,
}

impl Turns {
	/// Called before each event. Returns whether a timer goes first, even if events are there. `due`: whether a timer ran
	/// out.
	pub fn is_timers_turn(&mut self, due: bool, now: Instant) -> bool {
		if !due {
			self.overdue = None;
			return false;
		}
		let (since, taken) = self.overdue.get_or_insert((now, 0));
		let waited = now.saturating_duration_since(*since);
		if *taken >= MAX_EVENTS || waited >= MAX_WAIT {
			// The wait of the next timer is counted from its own start.
			self.overdue = None;
			return true;
		}
		*taken += 1;
		false
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn votes_that_are_in_go_before_a_timer_that_ran_out_long_ago() {
		let (mut turns, now) = (Turns::default(), Instant::now());
		assert!(!turns.is_timers_turn(false, now));
		// The timer ran out during a sync of two seconds; a quorum of votes waits.
		let later = now + Duration::from_secs(2);
		assert!((0..86).all(|_| !turns.is_timers_turn(true, later)));
	}

	#[test]
	fn a_flood_does_not_hold_the_timers_up() {
		let (mut turns, now) = (Turns::default(), Instant::now());
		let events = (0u32..).take_while(|_| !turns.is_timers_turn(true, now)).count();
		assert_eq!(events, MAX_EVENTS as usize);
		assert!(!turns.is_timers_turn(true, now), "the next timer waits for its turn");
		assert!(turns.is_timers_turn(true, now + MAX_WAIT), "slow events count by their time");
		assert!(!turns.is_timers_turn(true, now + MAX_WAIT));
		assert!(!turns.is_timers_turn(false, now + MAX_WAIT));
		assert!(!turns.is_timers_turn(true, now + 3 * MAX_WAIT), "the wait is counted for each timer");
	}
}
