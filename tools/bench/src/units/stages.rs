//! Working times of validators by stage, from their Prometheus metrics.

use crate::{
	accounting::Metered,
	percentiles::{ratio, rounded},
};
use serde::Serialize;
use std::time::Duration;

/// Seconds of the unit lane by stage.
const LATTICE: &str = "top_lattice_stage_seconds_total";
/// Seconds of work on blocks by stage.
const PBFT: &str = "top_pbft_stage_seconds_total";

/// Seconds by stage. Receiving and verifying are processor time; the others are wall time, which includes waits for a processor
/// on a busy machine.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageSeconds {
	/// Receiving units: decoding, validating, adding to the pool.
	pub receive: f64,
	/// Verifying their signatures.
	pub verify: f64,
	/// Applying batches.
	pub apply: f64,
	/// Sending units to other nodes.
	pub network: f64,
	/// Building blocks, which applies their batches.
	pub build: f64,
	/// Executing blocks of other nodes, which applies their batches.
	pub execute: f64,
	/// Writing blocks to the database.
	pub import: f64,
}

impl StageSeconds {
	/// Returns the sum of all nodes. A missing counter is 0: it appears with its first value.
	pub fn of(metered: &Metered) -> Self {
		let seconds = |name, stage| metered.grown_labelled(name, "stage", stage).unwrap_or_default();
		Self {
			receive: seconds(LATTICE, "receive"),
			verify: seconds(LATTICE, "verify"),
			apply: seconds(LATTICE, "apply"),
			network: seconds(LATTICE, "network"),
			build: seconds(PBFT, "build"),
			execute: seconds(PBFT, "execute"),
			import: seconds(PBFT, "import"),
		}
	}
}

/// Microseconds per transfer by stage, all validators together. Some stages are wall time, so their sum can exceed the
/// processor time; `rest` is 0 then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stages {
	/// Receiving units.
	pub receive: f64,
	/// Verifying signatures.
	pub verify: f64,
	/// Applying batches.
	pub execute: f64,
	/// Other work of building and executing blocks: mostly the state root, and the extrinsics.
	pub root: f64,
	/// Writing blocks to the database.
	pub commit: f64,
	/// Sending units to other nodes.
	pub network: f64,
	/// Processor time outside of the stages: RPC, consensus, and for extrinsics their pool.
	pub rest: f64,
}

impl Stages {
	/// Computes the times of a number of transfers.
	pub fn new(seconds: &StageSeconds, cpu: Duration, transfers: f64) -> Self {
		let StageSeconds { receive, verify, apply, network, build, execute, import } = *seconds;
		let root = (build + execute - apply).max(0.0);
		let rest = (cpu.as_secs_f64() - receive - verify - apply - root - import - network).max(0.0);
		let each = |seconds: f64| rounded(ratio(seconds * 1_000_000.0, transfers));
		Self {
			receive: each(receive),
			verify: each(verify),
			execute: each(apply),
			root: each(root),
			commit: each(import),
			network: each(network),
			rest: each(rest),
		}
	}

	/// Returns all stages with their names.
	pub fn named(&self) -> [(&'static str, f64); 7] {
		let Self { receive, verify, execute, root, commit, network, rest } = *self;
		[
			("receive", receive),
			("verify", verify),
			("execute", execute),
			("root", root),
			("commit", commit),
			("network", network),
			("rest", rest),
		]
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::accounting::{Metrics, NodeUse};

	#[test]
	fn stages_are_what_their_counters_grew() {
		let before = "top_lattice_stage_seconds_total{chain=\"a\",stage=\"verify\"} 1.5\n";
		let after = "top_lattice_stage_seconds_total{chain=\"a\",stage=\"verify\"} 2\n\
			top_lattice_stage_seconds_total{chain=\"a\",stage=\"apply\"} 2e-1 1700000000000\n\
			top_pbft_stage_seconds_total{stage=\"build\",chain=\"x\"} 7\n\
			top_pbft_stage_seconds_total_created{stage=\"execute\"} 9\n";
		let node = NodeUse { before: Metrics::of_text(before), after: Metrics::of_text(after), ..NodeUse::default() };
		let found = StageSeconds::of(&Metered { nodes: vec![node], ..Metered::default() });
		assert_eq!(found, StageSeconds { verify: 0.5, apply: 0.2, build: 7.0, ..Default::default() });
	}
}
