//! The figures of one lane.

use crate::{
	percentiles::{ratio, rounded, Percentiles},
	units::{args::AccountStore, stages::StageSeconds, window::Used},
};
use serde::Serialize;
use std::time::Duration;

/// The raw figures of one lane.
pub struct Lane {
	/// Accounts of the ledger.
	pub accounts: u32,
	/// Validators.
	pub validators: u16,
	/// Transfers in each unit.
	pub ops_per_unit: u8,
	/// Store of the accounts.
	pub store: AccountStore,
	/// Time from submission until final, under light load.
	pub latency: Vec<Duration>,
	/// The same under full load, with the wait in the pool.
	pub loaded_latency: Vec<Duration>,
	/// Number of units of each block in the window.
	pub block_units: Vec<u32>,
	/// Time from one final block to the next.
	pub block_intervals: Vec<Duration>,
	/// What the validators used in the window.
	pub used: Used,
}

/// Microseconds per transfer by stage, all validators together. Stages are wall time, so their sum can exceed the
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
	fn new(seconds: &StageSeconds, cpu: Duration, transfers: f64) -> Self {
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

/// Units per block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BlockUnits {
	/// Mean of the blocks of the window.
	pub mean: f64,
	/// Maximum.
	pub max: u32,
}

impl BlockUnits {
	fn of(blocks: &[u32]) -> Self {
		let sum: u64 = blocks.iter().copied().map(u64::from).sum();
		Self { mean: rounded(ratio(sum as f64, blocks.len() as f64)), max: blocks.iter().copied().max().unwrap_or(0) }
	}
}

/// Peak memory, in megabytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Memory {
	/// Sum of all validators.
	pub together: f64,
	/// Maximum of one validator.
	pub largest: f64,
}

impl Memory {
	fn of(bytes: &[u64]) -> Self {
		let megabytes = |bytes: u64| rounded(bytes as f64 / 1_000_000.0);
		Self { together: megabytes(bytes.iter().sum()), largest: megabytes(bytes.iter().copied().max().unwrap_or(0)) }
	}
}

/// The report of one lane. A unit of the extrinsic lane is an extrinsic.
#[derive(Debug, Serialize)]
pub struct LaneReport {
	/// Accounts of the ledger.
	pub accounts: u32,
	/// Validators.
	pub validators: u16,
	/// Transfers in each unit.
	pub ops_per_unit: u8,
	/// Store of the accounts.
	pub store: AccountStore,
	/// Number of final units, by the nonces of their accounts.
	pub units_final: u64,
	/// Length of the window: from the first submission until all are final.
	pub seconds: f64,
	/// Final transfers per second.
	pub transfers_per_second: f64,
	/// Processor time of all validators per transfer, in microseconds.
	pub cpu_us_per_transfer: f64,
	/// Processors that the validators kept busy.
	pub cpu_cores_used: f64,
	/// Processor time of the load generator.
	pub generator_cpu_s: f64,
	/// Times of the stages.
	pub stages_us: Stages,
	/// Time from submission until final, under light load.
	pub latency_ms: Percentiles,
	/// The same under full load.
	pub loaded_latency_ms: Percentiles,
	/// Units per block.
	pub block_units: BlockUnits,
	/// Time from one final block to the next, under full load.
	pub block_interval_ms: Percentiles,
	/// Peak memory of the validators.
	pub memory_mb: Memory,
}

impl LaneReport {
	/// Computes the rates.
	pub fn new(lane: Lane) -> Self {
		let Lane {
			accounts,
			validators,
			ops_per_unit,
			store,
			latency,
			loaded_latency,
			block_units,
			block_intervals,
			used,
		} = lane;
		let Used { done, time, cpu, stages, generator_cpu, blocks: _, memory } = used;
		let transfers = done as f64 * f64::from(ops_per_unit);
		let seconds = time.as_secs_f64();
		Self {
			accounts,
			validators,
			ops_per_unit,
			store,
			units_final: done,
			seconds: rounded(seconds),
			transfers_per_second: rounded(ratio(transfers, seconds)),
			cpu_us_per_transfer: rounded(ratio(cpu.as_secs_f64() * 1_000_000.0, transfers)),
			cpu_cores_used: rounded(ratio(cpu.as_secs_f64(), seconds)),
			generator_cpu_s: rounded(generator_cpu.as_secs_f64()),
			stages_us: Stages::new(&stages, cpu, transfers),
			latency_ms: Percentiles::of(latency),
			loaded_latency_ms: Percentiles::of(loaded_latency),
			block_units: BlockUnits::of(&block_units),
			block_interval_ms: Percentiles::of(block_intervals),
			memory_mb: Memory::of(&memory),
		}
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// Returns a lane of `done` units of two transfers in ten seconds, with processor time `cpu`.
	pub fn lane(done: u64, cpu: Duration) -> LaneReport {
		let stages =
			StageSeconds { receive: 0.1, verify: 1.0, apply: 0.5, network: 0.2, build: 1.0, execute: 1.5, import: 0.7 };
		LaneReport::new(Lane {
			accounts: 1_000,
			validators: 2,
			ops_per_unit: 2,
			store: AccountStore::Trie,
			latency: vec![Duration::from_millis(20)],
			loaded_latency: vec![Duration::from_millis(200), Duration::from_millis(100)],
			block_units: vec![10, 0, 5],
			block_intervals: vec![Duration::from_millis(100)],
			used: Used {
				done,
				time: Duration::from_secs(10),
				cpu,
				stages,
				generator_cpu: Duration::from_secs(2),
				blocks: (3, 6),
				memory: vec![300_000_000, 200_000_000],
			},
		})
	}

	#[test]
	fn a_transfer_is_an_operation() {
		let report = lane(50_000, Duration::from_secs(5));
		assert_eq!(report.units_final, 50_000);
		assert_eq!(report.transfers_per_second, 10_000.0);
		assert_eq!(report.cpu_us_per_transfer, 50.0);
		assert_eq!(report.cpu_cores_used, 0.5);
		assert_eq!(report.block_units, BlockUnits { mean: 5.0, max: 10 });
		assert_eq!(report.memory_mb, Memory { together: 500.0, largest: 300.0 });
		assert_eq!(report.loaded_latency_ms, Percentiles { p50: 100.0, p99: 200.0 });
	}

	#[test]
	fn stages_and_their_rest_are_the_processor_time() {
		let report = lane(50_000, Duration::from_secs(5));
		let expected =
			Stages { receive: 1.0, verify: 10.0, execute: 5.0, root: 20.0, commit: 7.0, network: 2.0, rest: 5.0 };
		assert_eq!(report.stages_us, expected);
		let sum: f64 = expected.named().iter().map(|(_, time)| time).sum();
		assert_eq!(sum, report.cpu_us_per_transfer);
		// With waits, the stages are longer than the processor time.
		assert_eq!(lane(50_000, Duration::from_secs(1)).stages_us.rest, 0.0);
	}
}
