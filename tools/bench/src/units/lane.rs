//! The figures of one lane.

use crate::{
	percentiles::{ratio, rounded, Percentiles},
	units::{
		args::AccountStore,
		counters::Counters,
		finality::{AllLatencies, BlockUnits},
		floor::Floor,
		open_loop::OpenLoad,
		stages::{StageSeconds, Stages},
		submit::Refusals,
		usage::CpuReport,
		window::Used,
	},
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
	/// The same under full load, with the wait in the pool, of the watched units.
	pub loaded_latency: Vec<Duration>,
	/// The same of all units.
	pub all: Option<AllLatencies>,
	/// Number of units of each block in the window.
	pub block_units: Vec<u32>,
	/// Time from one final block to the next.
	pub block_intervals: Vec<Duration>,
	/// What the validators used in the window.
	pub used: Used,
	/// What nodes refused, and was sent again.
	pub refusals: Refusals,
	/// Memory before the load.
	pub steady: Vec<crate::accounting::Memory>,
	/// Time from the start of the nodes until all served RPC.
	pub startup: Duration,
	/// Verification of a unit in full batches.
	pub floor: Option<Duration>,
	/// Loads below the capacity.
	pub open_loop: Vec<OpenLoad>,
}

/// Memory, in megabytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Memory {
	/// Sum of the peaks of all validators.
	pub together: f64,
	/// Maximum peak of one validator.
	pub largest: f64,
	/// Memory of one validator after its start and before the load, on the average: pages that no file backs.
	pub steady: f64,
	/// The same after the load.
	pub after_load: f64,
	/// `steady` by the number of accounts, in bytes. It has also what the node needs without accounts: the difference of
	/// two numbers of accounts shows the account's own part.
	pub steady_bytes_per_account: f64,
}

impl Memory {
	fn of(peaks: &[u64], steady: &[u64], after: &[u64], accounts: u32) -> Self {
		let megabytes = |bytes: f64| rounded(bytes / 1_000_000.0);
		let mean = |bytes: &[u64]| ratio(bytes.iter().sum::<u64>() as f64, bytes.len() as f64);
		Self {
			together: megabytes(peaks.iter().sum::<u64>() as f64),
			largest: megabytes(peaks.iter().copied().max().unwrap_or(0) as f64),
			steady: megabytes(mean(steady)),
			after_load: megabytes(mean(after)),
			steady_bytes_per_account: rounded(ratio(mean(steady), accounts.into())),
		}
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
	/// Processor time by group of threads, of the validators and of the generator.
	pub cpu: CpuReport,
	/// The processor time that a unit costs at least, and that it costs.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub floor: Option<Floor>,
	/// Times of the stages.
	pub stages_us: Stages,
	/// Time from submission until final, under light load.
	pub latency_ms: Percentiles,
	/// The same under full load, of the watched units.
	pub loaded_latency_ms: Percentiles,
	/// The same of all units.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub loaded_latency_all_ms: Option<Percentiles>,
	/// Loads below the capacity.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	pub open_loop: Vec<OpenLoad>,
	/// Units per block.
	pub block_units: BlockUnits,
	/// Time from one final block to the next, under full load.
	pub block_interval_ms: Percentiles,
	/// Memory of the validators.
	pub memory_mb: Memory,
	/// Time from the start of the nodes, with the genesis in their databases, until all served RPC.
	pub startup_s: f64,
	/// Bytes of a unit, on the average.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub unit_bytes: Option<f64>,
	/// What nodes refused and was sent again, by reason.
	pub refusals: Refusals,
	/// Views, syncs, bytes under full load.
	pub counters: Counters,
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
			all,
			block_units,
			block_intervals,
			used,
			refusals,
			steady,
			startup,
			floor,
			open_loop,
		} = lane;
		let Used { done, metered, blocks: _, memory } = used;
		let transfers = done as f64 * f64::from(ops_per_unit);
		let (seconds, cpu) = (metered.time.as_secs_f64(), metered.nodes_cpu.whole);
		let anonymous = |memory: &[crate::accounting::Memory]| -> Vec<u64> {
			memory.iter().map(|memory| memory.anonymous).collect()
		};
		let after: Vec<_> = metered.nodes.iter().map(|node| node.memory).collect();
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
			generator_cpu_s: rounded(metered.generator_cpu.whole.as_secs_f64()),
			cpu: CpuReport::new(&metered, transfers),
			floor: floor.map(|verify| Floor::new(verify, cpu, done, validators)),
			startup_s: rounded(startup.as_secs_f64()),
			stages_us: Stages::new(&StageSeconds::of(&metered), cpu, transfers),
			latency_ms: Percentiles::of(latency),
			loaded_latency_ms: Percentiles::of(loaded_latency),
			unit_bytes: all.as_ref().map(|all| rounded(ratio(all.bytes as f64, all.finished() as f64))),
			loaded_latency_all_ms: all.map(|all| Percentiles::of(all.latency)),
			open_loop,
			block_units: BlockUnits::of(&block_units),
			block_interval_ms: Percentiles::of(block_intervals),
			memory_mb: Memory::of(&memory, &anonymous(&steady), &anonymous(&after), accounts),
			refusals,
			counters: Counters::new(&metered, done),
		}
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::accounting::{GroupTimes, Memory as NodeMemory, Metered, Metrics, NodeUse};

	const METRICS: &str = "top_lattice_stage_seconds_total{stage=\"receive\"} 0.1\n\
		top_lattice_stage_seconds_total{stage=\"verify\"} 1\n\
		top_lattice_stage_seconds_total{stage=\"apply\"} 0.5\n\
		top_lattice_stage_seconds_total{stage=\"network\"} 0.2\n\
		top_pbft_stage_seconds_total{stage=\"build\"} 1\n\
		top_pbft_stage_seconds_total{stage=\"execute\"} 1.5\n\
		top_pbft_stage_seconds_total{stage=\"import\"} 0.7\n";

	/// Returns a lane of `done` units of two transfers in ten seconds, with processor time `cpu`.
	pub fn lane(done: u64, cpu: Duration) -> LaneReport {
		let times = |whole| GroupTimes { groups: [("runtime".to_owned(), whole)].into(), whole };
		let node = NodeUse {
			after: Metrics::of_text(METRICS),
			memory: NodeMemory { resident: 9_000_000, anonymous: 8_000_000 },
			..NodeUse::default()
		};
		let metered = Metered {
			time: Duration::from_secs(10),
			nodes_cpu: times(cpu),
			generator_cpu: times(Duration::from_secs(2)),
			nodes: vec![node],
			..Metered::default()
		};
		LaneReport::new(Lane {
			accounts: 1_000,
			validators: 2,
			ops_per_unit: 2,
			store: AccountStore::Trie,
			latency: vec![Duration::from_millis(20)],
			loaded_latency: vec![Duration::from_millis(200), Duration::from_millis(100)],
			all: Some(AllLatencies { latency: vec![Duration::from_millis(150)], unfinished: 0, bytes: 200 }),
			block_units: vec![10, 0, 5],
			block_intervals: vec![Duration::from_millis(100)],
			used: Used { done, metered, blocks: (3, 6), memory: vec![300_000_000, 200_000_000] },
			refusals: Refusals::from([("poolFull".to_owned(), 3)]),
			steady: vec![NodeMemory { resident: 5_000_000, anonymous: 4_000_000 }],
			startup: Duration::from_millis(1_500),
			floor: Some(Duration::from_micros(10)),
			open_loop: Vec::new(),
		})
	}

	#[test]
	fn a_transfer_is_an_operation() {
		let report = lane(50_000, Duration::from_secs(5));
		assert_eq!(report.units_final, 50_000);
		assert_eq!(report.transfers_per_second, 10_000.0);
		assert_eq!(report.cpu_us_per_transfer, 50.0);
		assert_eq!(report.cpu_cores_used, 0.5);
		assert_eq!((report.cpu.validators_us.whole, report.cpu.generator_us.whole), (50.0, 20.0));
		assert_eq!(report.block_units, BlockUnits { mean: 5.0, max: 10 });
		assert_eq!(report.loaded_latency_ms, Percentiles { p50: 100.0, p99: 200.0 });
		assert_eq!(report.loaded_latency_all_ms, Some(Percentiles { p50: 150.0, p99: 150.0 }));
		assert_eq!((report.unit_bytes, report.startup_s), (Some(200.0), 1.5));
		// 100 µs a unit by two validators, each of which verifies it in 10.
		assert_eq!(report.floor, Some(Floor { verify_us_per_unit: 10.0, times_floor: 5.0 }));
	}

	#[test]
	fn memory_is_counted_at_its_peak_and_when_steady() {
		let memory = lane(1, Duration::ZERO).memory_mb;
		assert_eq!((memory.together, memory.largest), (500.0, 300.0));
		assert_eq!((memory.steady, memory.after_load, memory.steady_bytes_per_account), (4.0, 8.0, 4_000.0));
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
