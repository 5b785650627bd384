//! Verification of signatures on a thread of lower priority.
//!
//! Signatures are most of the work on a unit, and a flood of them must delay neither blocks nor small submissions. The rest of
//! the work takes the pool's lock: a thread of lower priority that holds it may wait for a processor, and import and
//! author would wait for it. So that thread verifies, and nothing else.

use crate::{log_targets::LOG_TARGET, priority::lower_priority, state::LaneState};
use crossbeam_channel::{bounded, Receiver, Sender};
use std::{
	io,
	sync::{Arc, Weak},
};
use tc_lattice_pool::PooledUnit;

/// Niceness of the thread: about a tenth of the processor time of threads that want it as well.
const NICENESS: i32 = 10;

type Units = Arc<[Arc<PooledUnit>]>;

/// A thread that verifies for another one. It ends when this is dropped.
pub(crate) struct NiceVerifier {
	// One batch at a time: the owner waits for its verdicts.
	units: Sender<Units>,
	verdicts: Receiver<Vec<bool>>,
}

impl NiceVerifier {
	/// Starts the thread. It does not keep the state.
	pub fn start(name: String, state: Weak<LaneState>) -> io::Result<Self> {
		let ((units, submitted), (given, verdicts)) = (bounded::<Units>(1), bounded(1));
		let run = move || {
			lower_priority(NICENESS);
			for units in submitted {
				let Some(state) = state.upgrade() else { return };
				if given.send(verify(&state, &units)).is_err() {
					return;
				}
			}
		};
		std::thread::Builder::new().name(name).spawn(run)?;
		Ok(Self { units, verdicts })
	}

	/// Verifies units. Waits for the thread; without it, the caller's thread does it.
	pub fn verify(&self, state: &LaneState, units: &Units) -> Vec<bool> {
		let sent = self.units.send(units.clone()).ok();
		sent.and_then(|()| self.verdicts.recv().ok()).unwrap_or_else(|| {
			log::error!(target: LOG_TARGET, "A thread that verifies units has ended");
			verify(state, units)
		})
	}
}

/// Verifies units on the calling thread.
pub(crate) fn verify(state: &LaneState, units: &[Arc<PooledUnit>]) -> Vec<bool> {
	let units: Vec<_> = units.iter().map(|unit| &unit.unit).collect();
	state.times().working("verify", || state.verdicts().verify_all(&units))
}
