//! What was measured, in numbers.

use super::{stages::StageSeconds, table, window::Used, AccountStore};
use crate::bench::report::{ratio, rounded, Percentiles};
use anyhow::Context;
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
	/// Where the accounts are.
	pub store: AccountStore,
	/// From submission to final, under light load.
	pub latency: Vec<Duration>,
	/// The same under full load, with the wait in the pool.
	pub loaded_latency: Vec<Duration>,
	/// Units of each block in the window.
	pub block_units: Vec<u32>,
	/// Between one final block and the next.
	pub block_intervals: Vec<Duration>,
	/// What the window took.
	pub used: Used,
}

/// Microseconds of each transfer, by stage, all validators together. Stages are wall time, so that all of them can be
/// more than the processor time; `rest` is 0 then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Stages {
	/// Taking units in.
	pub receive: f64,
	/// Verifying signatures.
	pub verify: f64,
	/// Applying batches.
	pub execute: f64,
	/// What else building and executing blocks takes: above all the root of the state, and the extrinsics.
	pub root: f64,
	/// Writing blocks to the database.
	pub commit: f64,
	/// Sending units to others.
	pub network: f64,
	/// Processor time in no stage: RPC, consensus, and for extrinsics their pool.
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

	/// All, with their names.
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

/// How full blocks were.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BlockUnits {
	/// Of all blocks of the window.
	pub mean: f64,
	/// Of the fullest.
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
	/// Of all validators.
	pub together: f64,
	/// Of the one that had most.
	pub largest: f64,
}

impl Memory {
	fn of(bytes: &[u64]) -> Self {
		let megabytes = |bytes: u64| rounded(bytes as f64 / 1_000_000.0);
		Self { together: megabytes(bytes.iter().sum()), largest: megabytes(bytes.iter().copied().max().unwrap_or(0)) }
	}
}

/// What is told of one lane. A unit of the extrinsic lane is an extrinsic.
#[derive(Debug, Serialize)]
pub struct LaneReport {
	/// Accounts of the ledger.
	pub accounts: u32,
	/// Validators.
	pub validators: u16,
	/// Transfers in each unit.
	pub ops_per_unit: u8,
	/// Where the accounts are.
	pub store: AccountStore,
	/// Units that became final, by the nonces of their accounts.
	pub units_final: u64,
	/// Length of the window: from the first submission until all are final.
	pub seconds: f64,
	/// Transfers that became final in a second.
	pub transfers_per_second: f64,
	/// Processor time of all validators for each.
	pub cpu_us_per_transfer: f64,
	/// Processors that all validators kept busy.
	pub cpu_cores_used: f64,
	/// Processor time of the load generator.
	pub generator_cpu_s: f64,
	/// Where time goes.
	pub stages_us: Stages,
	/// From submission to final, under light load.
	pub latency_ms: Percentiles,
	/// The same under full load.
	pub loaded_latency_ms: Percentiles,
	/// How full blocks were.
	pub block_units: BlockUnits,
	/// From one final block to the next, under full load.
	pub block_interval_ms: Percentiles,
	/// Peak memory of the validators.
	pub memory_mb: Memory,
}

impl LaneReport {
	/// Derives the rates.
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

/// What is printed.
#[derive(Debug, Serialize)]
pub struct Report {
	/// The unit lane.
	#[serde(flatten)]
	pub units: LaneReport,
	/// The extrinsic lane.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub baseline: Option<LaneReport>,
	/// Transfers that the unit lane makes in a second of processor time, for each of the extrinsic lane's.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub ratio_per_cpu_second: Option<f64>,
}

impl Report {
	/// Compares the lanes.
	pub fn new(units: LaneReport, baseline: Option<LaneReport>) -> Self {
		let times = |baseline: &LaneReport| rounded(ratio(baseline.cpu_us_per_transfer, units.cpu_us_per_transfer));
		let ratio_per_cpu_second = baseline.as_ref().map(times);
		Self { units, baseline, ratio_per_cpu_second }
	}

	/// Prints one JSON object, or a table.
	pub fn print(&self, json: bool) -> anyhow::Result<()> {
		match json {
			true => println!("{}", serde_json::to_string(self).context("a report is plain data; qed")?),
			false => print!("{}", table::of(self)),
		}
		Ok(())
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// So many units of two transfers in ten seconds, with as much processor time.
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
		// Waits make the stages longer than the processor worked.
		assert_eq!(lane(50_000, Duration::from_secs(1)).stages_us.rest, 0.0);
	}

	#[test]
	fn lanes_are_compared_by_processor_time() {
		let report = Report::new(lane(50_000, Duration::from_secs(5)), Some(lane(5_000, Duration::from_secs(5))));
		assert_eq!(report.ratio_per_cpu_second, Some(10.0));
		let json = serde_json::to_value(&report).unwrap();
		assert_eq!(json["store"], "trie");
		assert_eq!(json["baseline"]["transfers_per_second"], 1_000.0);
		let alone = serde_json::to_value(Report::new(lane(1, Duration::ZERO), None)).unwrap();
		assert!(alone.get("baseline").is_none() && alone.get("ratio_per_cpu_second").is_none());
	}
}
