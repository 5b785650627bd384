//! Counters for operators: blocks with fewer units than were ready, and units that left the pool without a block.

use crate::log_targets::LOG_TARGET;
use prometheus_endpoint::{register, CounterVec, Opts, PrometheusError, Registry, U64};
use tc_lattice_pool::{DropReason, Event, Status};

/// What kept ready units out of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
	/// The time in which this machine builds a block.
	Time,
	/// The number of units that the ledger turns over quickly.
	Cycle,
	/// The compute that a batch of the ledger may have.
	Size,
	/// The bytes of a batch, or the free use of a block.
	Other,
}

impl Bound {
	const ALL: [Self; 4] = [Self::Time, Self::Cycle, Self::Size, Self::Other];

	fn label(self) -> &'static str {
		match self {
			Self::Time => "time",
			Self::Cycle => "cycle",
			Self::Size => "size",
			Self::Other => "other",
		}
	}
}

/// The reasons for which a pool ends units that it held.
const DROPS: [DropReason; 4] =
	[DropReason::Replaced, DropReason::TimedOut, DropReason::PoolFull, DropReason::AccountFull];
/// The label of all other reasons.
const OTHER: &str = "other";

fn drop_label(reason: DropReason) -> &'static str {
	match reason {
		DropReason::Replaced => "replaced",
		DropReason::TimedOut => "timedOut",
		DropReason::PoolFull => "poolFull",
		DropReason::AccountFull => "accountFull",
		_ => OTHER,
	}
}

#[derive(Clone)]
struct Registered {
	cut_blocks: CounterVec<U64>,
	dropped: CounterVec<U64>,
}

/// The counters. Without a registry nothing is counted.
#[derive(Clone, Default)]
pub(crate) struct Counts(Option<Registered>);

impl Counts {
	/// Registers the counters.
	pub fn new(registry: Option<&Registry>) -> Self {
		let registered = registry.map(Registered::new).transpose();
		Self(registered.unwrap_or_else(|error| {
			log::warn!(target: LOG_TARGET, "The counters are not registered: {error}");
			None
		}))
	}

	/// Counts a block of this author with fewer units than were ready.
	pub fn cut(&self, bound: Bound) {
		if let Some(counts) = &self.0 {
			counts.cut_blocks.with_label_values(&[bound.label()]).inc();
		}
	}

	/// Counts the units that events drop.
	pub fn occurred(&self, events: &[Event]) {
		let Some(counts) = &self.0 else { return };
		for event in events {
			if let Status::Dropped(reason) = event.status {
				counts.dropped.with_label_values(&[drop_label(reason)]).inc();
			}
		}
	}
}

impl Registered {
	fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let counter = |name: &str, help: &str, label: &str| -> Result<_, PrometheusError> {
			register(CounterVec::new(Opts::new(name, help), &[label])?, registry)
		};
		let counts = Self {
			cut_blocks: counter(
				"top_lattice_cut_blocks_total",
				"Blocks of this author with fewer units than were ready",
				"bound",
			)?,
			dropped: counter("top_lattice_dropped_units_total", "Units that left the pool without a block", "reason")?,
		};
		// From the start on, so that a reader can tell 0 from a node that does not count.
		for bound in Bound::ALL {
			counts.cut_blocks.with_label_values(&[bound.label()]).inc_by(0);
		}
		for label in DROPS.map(drop_label).into_iter().chain([OTHER]) {
			counts.dropped.with_label_values(&[label]).inc_by(0);
		}
		Ok(counts)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tp_lattice::UnitHash;

	#[test]
	fn counters_are_there_from_the_start_and_count_by_label() {
		let registry = Registry::new();
		let counts = Counts::new(Some(&registry));
		// A registry leaves out metrics without values.
		assert_eq!(registry.gather().len(), 2);
		let dropped = |reason| Event { hash: UnitHash::zero(), status: Status::Dropped(reason) };
		counts.cut(Bound::Time);
		counts.occurred(&[
			dropped(DropReason::TimedOut),
			dropped(DropReason::TimedOut),
			dropped(DropReason::Conflict),
			Event { hash: UnitHash::zero(), status: Status::Ready },
		]);
		let Registered { cut_blocks, dropped } = counts.0.as_ref().unwrap();
		let of = |vec: &CounterVec<U64>, label: &str| vec.with_label_values(&[label]).get();
		assert_eq!((of(cut_blocks, "time"), of(cut_blocks, "cycle")), (1, 0));
		assert_eq!((of(dropped, "timedOut"), of(dropped, "replaced"), of(dropped, OTHER)), (2, 0, 1));
	}
}
