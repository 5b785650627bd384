//! The author's batch.

use crate::{cycle::LEAST, units::Units};
use codec::Encode;
use parking_lot::Mutex;
use sp_inherents::InherentData;
use sp_timestamp::TimestampInherentData;
use std::time::Duration;
use tc_lattice_pool::Budget;
use tc_pbft::{sdk::BlockContents, Tip};
use tp_core::Hash;
use tp_lattice::{Batch, Context, INHERENT_IDENTIFIER};

/// Of the time for building a block, the share that units may take. Replicas need as long again, and whoever pays while
/// others flood waits for one block or two: large blocks would gain little, and cost them much.
const UNITS_SHARE: u32 = 4;
/// How fast the pace follows what was measured: a newer block counts for so much of 8.
const NEWER: f64 = 2.0 / 8.0;
/// Blocks of fewer units tell what a block costs by itself; the others, beyond that, what units do.
const MIN_MEASURED: usize = 64;

/// Puts the units that are ready into blocks: as many as this machine applies in time.
pub struct LatticeContents {
	units: Units,
	pace: Mutex<Pace>,
}

/// How long blocks take here.
struct Pace {
	/// Units, as a multiple of what the runtime says that they compute.
	slowness: f64,
	/// A block with next to none, in picoseconds.
	fixed: f64,
	/// What was provided last: units, and their compute in picoseconds.
	provided: (usize, u64),
}

impl LatticeContents {
	/// Takes units from a pool.
	pub fn new(units: Units) -> Self {
		Self { units, pace: Mutex::new(Pace { slowness: 1.0, fixed: 0.0, provided: (0, 0) }) }
	}
}

#[async_trait::async_trait]
impl BlockContents for LatticeContents {
	fn provide(&self, parent: Tip, budget: Duration, data: &mut InherentData) -> Result<(), String> {
		let now = data.timestamp_inherent_data().map_err(|error| error.to_string())?.map(|time| time.as_millis());
		let most = self.units.batch_limit();
		let mut pace = self.pace.lock();
		let share = budget / UNITS_SHARE;
		// Saturates.
		#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
		let affordable = ((share.as_nanos() as f64 * 1_000.0 - pace.fixed) / pace.slowness) as u64;
		let taken = self.units.at(parent.hash, |pool| {
			let rules = pool.context();
			let context = Context { now: now.unwrap_or(rules.context.now), ..rules.context.clone() };
			let least = (LEAST as u64).saturating_mul(context.compute_per_unit + context.compute_per_operation);
			let budget = Budget {
				bytes: rules.max_batch_bytes as usize,
				compute: rules.max_batch_compute.min(affordable.max(least)),
				units: most,
			};
			let taken = pool.select(budget, &context);
			let compute = taken.iter().map(|unit| context.cost(&unit.unit).compute).fold(0, u64::saturating_add);
			(taken, compute)
		});
		// The pool may hear of the newest block a moment later than the engine: the next block has them.
		let (taken, compute) = taken.unwrap_or_default();
		pace.provided = (taken.len(), compute);
		if taken.is_empty() {
			return Ok(());
		}
		let units = taken.iter().map(|unit| unit.unit.clone()).collect();
		let batch = Batch::new(units).map_err(|error| error.to_string())?.encode();
		data.put_data(INHERENT_IDENTIFIER, &batch).map_err(|error| error.to_string())
	}

	fn built(&self, took: Duration) {
		let mut pace = self.pace.lock();
		let (units, compute) = pace.provided;
		let took = took.as_nanos() as f64 * 1_000.0;
		if units < MIN_MEASURED {
			pace.fixed = pace.fixed * (1.0 - NEWER) + took * NEWER;
		} else if compute > 0 {
			let measured = (took - pace.fixed).max(0.0) / compute as f64;
			pace.slowness = (pace.slowness * (1.0 - NEWER) + measured * NEWER).clamp(0.01, 100.0);
		}
	}

	async fn pending(&self, _: Hash) {
		self.units.ready().await;
	}
}
