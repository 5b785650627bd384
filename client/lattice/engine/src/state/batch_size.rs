//! The size of the next batch: what an author can build in time, and what the whole ledger turns over quickly.
//!
//! Two measurements bound it:
//!
//! - **Building.** A share of the building time, divided by the measured time of a unit on this machine. It bounds the
//!   batch's compute.
//! - **Cycle.** The time from one imported block to the next while units wait. It includes what the author cannot see: the
//!   others' execution, votes and imports, which take much longer on busy machines. It bounds the number of units. A slow
//!   cycle halves the bound; a quick cycle with a full block lets it grow by a quarter.

use std::time::{Duration, Instant};
use tc_lattice_pool::Budget;
use tp_lattice::{Context, PoolContext};

/// A cycle longer than this, while units wait, had too many units. A unit that just misses the block is to be final
/// well within a second, and load must never let the view's timeout of one second run out.
const SLOW: Duration = Duration::from_millis(300);
/// A full block with a shorter cycle leaves room for more.
const QUICK: Duration = Duration::from_millis(200);
/// Units that a block may have on the slowest machine: fewer would save little.
const MIN_UNITS: usize = 256;
/// Units of a block, at most. Bytes bound what replicas fetch and keep; this bounds what they hash.
const MAX_UNITS: usize = 16_384;

/// Part of the building time for units. Replicas need as long again, and a payment during a flood waits for one block
/// or two: large blocks would gain little throughput and cost much delay.
const UNITS_SHARE: u32 = 4;
/// Weight of a newer block in the measured times.
const NEWER: f64 = 2.0 / 8.0;
/// Blocks with fewer units measure the time of a block by itself; the others, beyond that, the time of units.
const MIN_MEASURED: usize = 64;

/// Measurements of past blocks, and the bounds of the next batch.
#[derive(Debug)]
pub(super) struct BatchSize {
	/// When the newest block was imported, if units have waited since then.
	waiting_since: Option<Instant>,
	/// Units of the next block, at most, by the cycle.
	max_units: usize,
	/// Time of a unit on this machine, as a multiple of what the runtime says.
	slowness: f64,
	/// Time of a block with next to no units, in picoseconds.
	fixed: f64,
	/// Units of the last batch built here, and their compute in picoseconds.
	provided: (usize, u64),
}

impl BatchSize {
	/// Begins with the largest batch and the runtime's own times.
	pub fn new() -> Self {
		Self { waiting_since: None, max_units: MAX_UNITS, slowness: 1.0, fixed: 0.0, provided: (0, 0) }
	}

	/// Returns the budget of the next batch, if building the block may take `building`.
	pub fn budget(&self, building: Duration, rules: &PoolContext, context: &Context) -> Budget {
		let share = building / UNITS_SHARE;
		// Saturates.
		#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
		let affordable = ((share.as_nanos() as f64 * 1_000.0 - self.fixed) / self.slowness) as u64;
		let min = (MIN_UNITS as u64).saturating_mul(context.compute_per_unit + context.compute_per_operation);
		Budget {
			bytes: rules.max_batch_bytes as usize,
			compute: rules.max_batch_compute.min(affordable.max(min)),
			units: self.max_units,
		}
	}

	/// Records the batch of the block that is built next.
	pub fn provided(&mut self, units: usize, compute: u64) {
		self.provided = (units, compute);
	}

	/// Records how long the block with the last batch took to build.
	pub fn built(&mut self, took: Duration) {
		let (units, compute) = self.provided;
		let took = took.as_nanos() as f64 * 1_000.0;
		if units < MIN_MEASURED {
			self.fixed = self.fixed * (1.0 - NEWER) + took * NEWER;
		} else if compute > 0 {
			let measured = (took - self.fixed).max(0.0) / compute as f64;
			self.slowness = (self.slowness * (1.0 - NEWER) + measured * NEWER).clamp(0.01, 100.0);
		}
	}

	/// Records an imported block of `units` units. `is_waiting` is whether units wait for the next block.
	pub fn imported(&mut self, now: Instant, units: usize, is_waiting: bool) {
		if let Some(since) = self.waiting_since {
			let took = now.saturating_duration_since(since);
			if took > SLOW && units > MIN_UNITS {
				self.max_units = (units.min(self.max_units) / 2).max(MIN_UNITS);
			} else if took < QUICK && units * 2 > self.max_units {
				self.max_units = (self.max_units + self.max_units / 4).min(MAX_UNITS);
			}
		}
		self.waiting_since = is_waiting.then_some(now);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Imports blocks of the largest size, each with a cycle of `per_thousand` for a thousand units.
	fn import(size: &mut BatchSize, blocks: u32, per_thousand: Duration) -> (usize, Duration) {
		let mut now = Instant::now();
		let mut last = Duration::ZERO;
		size.imported(now, 0, true);
		for _ in 0..blocks {
			let units = size.max_units;
			last = per_thousand * u32::try_from(units).unwrap() / 1_000;
			now += last;
			size.imported(now, units, true);
		}
		(size.max_units, last)
	}

	#[test]
	fn blocks_shrink_until_they_are_quick_and_grow_again() {
		let mut size = BatchSize::new();
		assert_eq!(size.max_units, MAX_UNITS);
		let (max_units, took) = import(&mut size, 40, Duration::from_millis(400));
		assert!((300..=750).contains(&max_units) && took <= SLOW, "{max_units} units in {took:?}");
		let (max_units, _) = import(&mut size, 40, Duration::from_millis(10));
		assert_eq!(max_units, MAX_UNITS);
		let (max_units, _) = import(&mut size, 40, Duration::from_secs(100));
		assert_eq!(max_units, MIN_UNITS, "the slowest ledger includes some");
	}

	#[test]
	fn time_without_units_says_nothing() {
		let mut size = BatchSize::new();
		let start = Instant::now();
		size.imported(start, 0, false);
		size.imported(start + Duration::from_secs(3), 10_000, false);
		assert_eq!(size.max_units, MAX_UNITS);
	}
}
