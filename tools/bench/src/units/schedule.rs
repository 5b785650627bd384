//! The schedule of an open loop: users do not wait for each other, so units are sent at planned times, however long the
//! node takes for earlier ones.
//!
//! A latency counts from the planned time of its unit. A generator that waits for a slow node and then counts from the
//! actual submission would leave out the units that had to wait most (coordinated omission).

use std::{
	ops::Range,
	time::{Duration, Instant},
	vec,
};

/// Time between two calls. The units of one call are planned for the same time, as if a gateway had bundled them.
pub const TICK: Duration = Duration::from_millis(5);

/// Units that are planned for one time, in one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Burst {
	/// The planned time, from the begin of the load.
	pub at: Duration,
	/// The units, by their numbers.
	pub units: Range<u64>,
}

/// Returns the bursts of a load of `rate` units per second. Their units add up to the rate at any time.
pub fn bursts(rate: f64, length: Duration) -> Vec<Burst> {
	let ticks = u32::try_from(length.as_nanos() / TICK.as_nanos()).unwrap_or(u32::MAX);
	// Positive, and below 2^53.
	#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
	let planned_until = |tick: u32| (rate.max(0.0) * TICK.as_secs_f64() * f64::from(tick)).round() as u64;
	(0..ticks)
		.map(|tick| Burst { at: TICK * tick, units: planned_until(tick)..planned_until(tick + 1) })
		.filter(|burst| !burst.units.is_empty())
		.collect()
}

/// Calls of a connection, each at its planned time.
#[derive(Debug)]
pub struct Pace<C> {
	begin: Instant,
	calls: vec::IntoIter<(Duration, C)>,
}

impl<C> Pace<C> {
	/// Begins with calls and their times after the begin, in ascending order.
	pub fn new(begin: Instant, calls: Vec<(Duration, C)>) -> Self {
		Self { begin, calls: calls.into_iter() }
	}

	/// Waits for the planned time of the next call; returns the call and that time. Returns at once if the time has passed:
	/// the call counts from its planned time all the same.
	pub async fn next(&mut self) -> Option<(C, Instant)> {
		let (at, call) = self.calls.next()?;
		let planned = self.begin + at;
		tokio::time::sleep_until(planned.into()).await;
		Some((call, planned))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn calls_behind_a_slow_one_count_from_their_planned_times() {
		let begin = Instant::now();
		let ms = Duration::from_millis;
		let mut pace = Pace::new(begin, (0..5).map(|number| (ms(10 * number), number)).collect());
		let mut latencies = Vec::new();
		while let Some((number, planned)) = pace.next().await {
			assert_eq!(planned, begin + ms(10 * number));
			assert!(Instant::now() >= planned, "a call is never early");
			// The first call takes 200 ms, the others no time.
			if number == 0 {
				tokio::time::sleep(ms(200)).await;
			}
			latencies.push(planned.elapsed());
		}
		// 200, 190, 180, 170, 160: a generator that counts from the actual submission would find 200, 0, 0, 0, 0.
		for (number, latency) in (0..).zip(&latencies) {
			assert!(*latency >= ms(200 - 10 * number), "{latencies:?}");
		}
	}

	#[test]
	fn bursts_add_up_to_the_rate() {
		for rate in [10.0, 333.3, 1_000.0, 20_000.0] {
			let bursts = bursts(rate, Duration::from_secs(3));
			let mut next = 0;
			for burst in &bursts {
				assert_eq!(burst.units.start, next, "every unit is planned once");
				next = burst.units.end;
				let planned = burst.at.as_secs_f64() * rate;
				let ahead = next as f64 - planned;
				assert!((-1.0..=rate * TICK.as_secs_f64() + 1.0).contains(&ahead), "{rate}: {ahead} at {:?}", burst.at);
			}
			assert!((next as f64 - rate * 3.0).abs() <= 1.0, "{rate}: {next}");
		}
	}

	#[test]
	fn a_load_without_units_or_time_is_empty() {
		assert!(bursts(0.0, Duration::from_secs(1)).is_empty());
		assert!(bursts(1_000.0, Duration::ZERO).is_empty());
		assert!(bursts(-5.0, Duration::from_secs(1)).is_empty());
	}
}
