//! The report of a run.

use crate::{
	accounting::Metered,
	network::{
		args::Run,
		outcome::Outcome,
		roles::{Counted, Roles},
	},
	percentiles::{ratio, rounded, Percentiles},
	units::GroupReport,
};
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};

/// Latencies of payments, in milliseconds from their planned times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latencies {
	/// Until final in the sender's shard.
	#[serde(rename = "final")]
	pub final_: Percentiles,
	/// Until the zone included the block.
	pub sealed: Percentiles,
	/// Until the receiver's shard took the message: of payments between shards.
	pub credited: Percentiles,
}

impl Latencies {
	/// Computes those of a load.
	pub fn of(outcome: &Outcome) -> Self {
		Self {
			final_: Percentiles::of(outcome.latencies(|entry| entry.final_at)),
			sealed: Percentiles::of(outcome.latencies(|entry| entry.sealed_at)),
			credited: Percentiles::of(outcome.latencies(|entry| entry.credited_at)),
		}
	}
}

/// The raw figures of a run.
pub struct Measured<'a> {
	/// The run.
	pub run: Run,
	/// Number of nodes.
	pub nodes: u16,
	/// The seed of the accounts' keys.
	pub seed: String,
	/// Payments a second that were planned for each shard.
	pub rate: u32,
	/// How payments between shards were sent.
	pub remote_by: &'static str,
	/// Processor time of the idle network in a second.
	pub idle: Duration,
	/// The load.
	pub outcome: &'a Outcome,
	/// Single payments on the idle network.
	pub single: &'a Outcome,
	/// What nodes and generator used during the load.
	pub metered: &'a Metered,
	/// What ledgers counted before the load and after it.
	pub counted: (Counted, Counted),
	/// Why the books are not as they should be.
	pub fault: Option<String>,
}

/// The report of a run.
#[derive(Clone, Debug, Serialize)]
pub struct RunReport {
	/// Number of shards.
	pub shards: u16,
	/// Share of payments between shards, in percent.
	pub remote_percent: u8,
	/// Number of nodes: the committee of every ledger.
	pub nodes: u16,
	/// The seed of the accounts' keys. The plan has no random choices.
	pub seed: String,
	/// Payments that were final, and arrived.
	pub transfers_final: u64,
	/// Refusals of nodes. What was refused was sent again.
	pub refused: u64,
	/// Payments a second, from the begin until the last one was final.
	pub transfers_per_second: f64,
	/// Processor time of all nodes by payment, in microseconds: audit, zone and main chain included.
	pub cpu_us_per_transfer: f64,
	/// The same by role. An estimate.
	pub cpu_us_by_role: Roles,
	/// Processor time of all nodes in a second of the idle network, in milliseconds.
	pub idle_cpu_ms: f64,
	/// Latencies under the load.
	pub latency_ms: Latencies,
	/// Bytes that nodes sent to nodes, by payment.
	pub wire_bytes_per_transfer: f64,
	/// Resident memory of the largest node behind the load, in megabytes.
	pub memory_mb: f64,
	/// Whether accounts and lanes hold what they held before, each account with what it paid and was paid.
	pub conserved: bool,
	/// Why not.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub fault: Option<String>,
	/// How payments between shards were sent: `unit` or `extrinsic`.
	pub remote_by: &'static str,
	/// Payments a second that were planned for each shard.
	pub rate_per_shard: u32,
	/// Seconds from the begin until the last payment was final.
	pub seconds: f64,
	/// Payments that were final, and moved no value: the source refused them in their block.
	pub failed: u64,
	/// Payments that were not final in time.
	pub unfinished: u64,
	/// Latencies of single payments on the idle network.
	pub idle_latency_ms: Latencies,
	/// Times by which payments were sent later than planned.
	pub late_ms: Percentiles,
	/// Refusals by reason.
	pub refusals: BTreeMap<String, u64>,
	/// Processors that the nodes kept busy.
	pub cpu_cores_used: f64,
	/// Processor time of all nodes by group of threads, in microseconds a payment.
	pub cpu_us_by_threads: GroupReport,
	/// Processor time of the load generator, in microseconds a payment.
	pub generator_us_per_transfer: f64,
	/// How the roles are told apart.
	pub cpu_us_by_role_method: &'static str,
}

/// How the roles are told apart.
const METHOD: &str =
	"threads of one role by the kernel; others in proportion to the time that tasks of each chain were polled";

impl RunReport {
	/// Computes the rates.
	pub fn new(measured: Measured) -> Self {
		let Measured { run, nodes, seed, rate, remote_by, idle, outcome, single, metered, counted, fault } = measured;
		let (before, after) = counted;
		let count = outcome.paid().count();
		let (transfers, cpu) = (count as f64, &metered.nodes_cpu);
		let seconds = outcome.until_final().as_secs_f64();
		let largest = metered.nodes.iter().map(|node| node.memory.resident).max().unwrap_or_default();
		let micros = |time: Duration| rounded(ratio(time.as_secs_f64() * 1_000_000.0, transfers));
		Self {
			shards: run.shards,
			remote_percent: run.remote_percent,
			nodes,
			seed,
			transfers_final: count as u64,
			refused: outcome.refusals.values().sum(),
			transfers_per_second: rounded(ratio(transfers, seconds)),
			cpu_us_per_transfer: micros(cpu.whole),
			cpu_us_by_role: after.divide(&before, cpu, transfers),
			idle_cpu_ms: rounded(idle.as_secs_f64() * 1_000.0),
			latency_ms: Latencies::of(outcome),
			wire_bytes_per_transfer: rounded(ratio(after.sent_since(&before), transfers)),
			memory_mb: rounded(largest as f64 / 1_000_000.0),
			conserved: fault.is_none(),
			fault,
			remote_by,
			rate_per_shard: rate,
			seconds: rounded(seconds),
			failed: outcome.failed() as u64,
			unfinished: outcome.unfinished() as u64,
			idle_latency_ms: Latencies::of(single),
			late_ms: Percentiles::of(outcome.late.clone()),
			refusals: outcome.refusals.clone(),
			cpu_cores_used: rounded(ratio(cpu.whole.as_secs_f64(), metered.time.as_secs_f64())),
			cpu_us_by_threads: GroupReport::new(cpu, transfers),
			generator_us_per_transfer: micros(metered.generator_cpu.whole),
			cpu_us_by_role_method: METHOD,
		}
	}
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use crate::{
		accounting::{GroupTimes, Memory, NodeUse},
		network::{
			outcome::Entry,
			plan::Planned,
			sign::{By, Payment},
		},
	};
	use std::time::Instant;

	/// Returns the report of a run of four payments with some processor time each.
	pub fn report(shards: u16, remote_percent: u8, micros: u64) -> RunReport {
		let began = Instant::now();
		let at = |ms| Some(began + Duration::from_millis(ms));
		let entry = |to: u16| {
			let planned = Planned { at: Duration::ZERO, from: 0, to };
			let payment = Payment {
				planned,
				sender: 0,
				receiver: 1,
				amount: 1,
				by: By::Unit,
				hash: Default::default(),
				bytes: vec![],
			};
			Entry {
				final_at: at(100),
				sealed_at: at(200),
				credited_at: (to > 0).then(|| at(300)).flatten(),
				..Entry::new(payment)
			}
		};
		let outcome = Outcome {
			entries: vec![entry(0), entry(1), entry(0), entry(1)],
			refusals: [("poolFull".to_owned(), 2)].into(),
			late: vec![Duration::from_millis(1)],
			began,
		};
		let whole = Duration::from_micros(4 * micros);
		let memory = Memory { resident: 9_000_000, anonymous: 8_000_000 };
		let metered = Metered {
			time: Duration::from_secs(1),
			nodes_cpu: GroupTimes { groups: [("verifiers".to_owned(), whole)].into(), whole },
			nodes: vec![NodeUse { memory, ..NodeUse::default() }],
			..Metered::default()
		};
		RunReport::new(Measured {
			run: Run { shards, remote_percent },
			nodes: 4,
			seed: "a seed".into(),
			rate: 4,
			remote_by: "extrinsic",
			idle: Duration::from_millis(30),
			outcome: &outcome,
			single: &outcome,
			metered: &metered,
			counted: Default::default(),
			fault: None,
		})
	}

	#[test]
	fn the_json_has_the_keys_of_the_report() {
		let json = serde_json::to_value(report(2, 50, 500)).unwrap();
		for (place, value) in [
			("/shards", 2.0),
			("/remote_percent", 50.0),
			("/nodes", 4.0),
			("/transfers_final", 4.0),
			("/refused", 2.0),
			("/transfers_per_second", 40.0),
			("/cpu_us_per_transfer", 500.0),
			("/cpu_us_by_role/main", 0.0),
			("/cpu_us_by_role/zone", 0.0),
			("/cpu_us_by_role/shard", 500.0),
			("/idle_cpu_ms", 30.0),
			("/latency_ms/final/p50", 100.0),
			("/latency_ms/sealed/p99", 200.0),
			("/latency_ms/credited/p50", 300.0),
			("/wire_bytes_per_transfer", 0.0),
			("/memory_mb", 9.0),
			("/failed", 0.0),
			("/idle_latency_ms/credited/p99", 300.0),
		] {
			assert_eq!(json.pointer(place).and_then(serde_json::Value::as_f64), Some(value), "{place}: {json}");
		}
		assert_eq!(
			(&json["conserved"], &json["remote_by"], &json["seed"]),
			(&true.into(), &"extrinsic".into(), &"a seed".into())
		);
		assert!(json.get("fault").is_none());
	}
}
