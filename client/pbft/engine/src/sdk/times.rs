//! The time that a node spends on each stage of its blocks.

use crate::log_targets::LOG_TARGET;
use prometheus_endpoint::{register, CounterVec, Opts, PrometheusError, Registry, F64};
use rustix::time::{clock_gettime, ClockId};
use std::time::{Duration, Instant};

/// The total time of each stage. Without a registry nothing is counted.
#[derive(Clone, Default)]
pub struct StageTimes(Option<CounterVec<F64>>);

impl StageTimes {
	/// Registers a counter of seconds with a label `stage`.
	pub fn new(registry: Option<&Registry>, name: &str, help: &str) -> Self {
		let registered = |registry| -> Result<_, PrometheusError> {
			register(CounterVec::new(Opts::new(name, help), &["stage"])?, registry)
		};
		Self(registry.and_then(|registry| {
			registered(registry)
				.inspect_err(|error| log::warn!(target: LOG_TARGET, "Metric {name} is not registered: {error}"))
				.ok()
		}))
	}

	/// Adds the duration of one stage.
	pub fn add(&self, stage: &str, took: Duration) {
		if let Some(times) = &self.0 {
			times.with_label_values(&[stage]).inc_by(took.as_secs_f64());
		}
	}

	/// Runs a stage and adds its duration.
	pub fn of<R>(&self, stage: &str, run: impl FnOnce() -> R) -> R {
		let started = Instant::now();
		let result = run();
		self.add(stage, started.elapsed());
		result
	}

	/// Runs a stage on this thread and adds the processor time that it took: without waits for a processor, which a thread of
	/// lower priority has, nor for locks.
	pub fn working<R>(&self, stage: &str, run: impl FnOnce() -> R) -> R {
		let started = thread_time();
		let result = run();
		self.add(stage, thread_time().saturating_sub(started));
		result
	}
}

/// Returns the processor time of this thread.
fn thread_time() -> Duration {
	let time = clock_gettime(ClockId::ThreadCPUTime);
	Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}
