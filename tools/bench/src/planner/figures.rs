//! What payments, ledgers and signatures cost a node.

use anyhow::{bail, ensure, Context};
use serde::Serialize;
use serde_json::Value;

/// Measured costs of one node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
	/// Where they come from.
	pub source: String,
	/// Processor time of a payment inside a shard, in microseconds.
	pub local_us: f64,
	/// Processor time of a payment between shards, in microseconds: both shards and the zone.
	pub remote_us: f64,
	/// Processor time of an idle ledger in a second, in milliseconds.
	pub idle_ledger_ms: f64,
	/// Bytes that a node sends for a payment inside a shard.
	pub local_bytes: f64,
	/// Bytes that a node sends for a payment between shards.
	pub remote_bytes: f64,
	/// Memory of a ledger, in megabytes.
	pub ledger_mb: f64,
}

/// A run of `bench network`, without what it costs to be idle.
struct Run {
	shards: f64,
	remote: f64,
	us: f64,
	bytes: f64,
	idle_ledger_ms: f64,
	ledger_mb: f64,
}

impl Figures {
	/// Reads the JSON lines of `bench network`, and takes two runs with the most shards: one without payments between shards, and one
	/// with the most of them.
	///
	/// # Errors
	/// If a line is no report of `bench network`, or there are not both runs.
	pub fn read(text: &str, source: &str) -> anyhow::Result<Self> {
		let lines = text.lines().filter(|line| !line.trim().is_empty());
		let runs = lines.map(Run::read).collect::<anyhow::Result<Vec<_>>>()?;
		let most = runs.iter().map(|run| run.shards).fold(0.0, f64::max);
		let widest = || runs.iter().filter(|run| run.shards == most);
		let local = widest().find(|run| run.remote == 0.0);
		let mixed = widest().filter(|run| run.remote > 0.0).max_by(|one, other| one.remote.total_cmp(&other.remote));
		let (Some(local), Some(mixed)) = (local, mixed) else {
			bail!("the figures need two runs of one number of shards: one with --remote 0, and one with more");
		};
		// A mixed run has local payments as well.
		let of_remote = |mixed_cost: f64, local_cost: f64| {
			((mixed_cost - (1.0 - mixed.remote) * local_cost) / mixed.remote).max(local_cost)
		};
		Ok(Self {
			source: source.to_owned(),
			local_us: local.us,
			remote_us: of_remote(mixed.us, local.us),
			idle_ledger_ms: local.idle_ledger_ms,
			local_bytes: local.bytes,
			remote_bytes: of_remote(mixed.bytes, local.bytes),
			ledger_mb: local.ledger_mb,
		})
	}
}

impl Run {
	fn read(line: &str) -> anyhow::Result<Self> {
		let report: Value = serde_json::from_str(line).context("the figures are no JSON lines of `bench network`")?;
		let number = |name: &str| {
			report.get(name).and_then(Value::as_f64).with_context(|| format!("a report has no number {name}"))
		};
		let (shards, nodes) = (number("shards")?, number("nodes")?);
		ensure!(shards >= 1.0 && nodes >= 1.0, "a report has no shards or no nodes");
		ensure!(
			report.get("conserved") == Some(&Value::Bool(true)),
			"a run did not conserve what it held: it measures nothing"
		);
		// Each node runs all shards, the zone and the main chain.
		let ledgers = shards + 2.0;
		let idle_ms = number("idle_cpu_ms")?;
		let rate = number("transfers_per_second")?;
		ensure!(rate > 0.0, "a run has no final payments");
		let busy_us = number("cpu_us_per_transfer")? - idle_ms * 1_000.0 / rate;
		Ok(Self {
			shards,
			remote: number("remote_percent")? / 100.0,
			us: busy_us.max(0.0) / nodes,
			bytes: number("wire_bytes_per_transfer")? / nodes,
			idle_ledger_ms: idle_ms / nodes / ledgers,
			ledger_mb: number("memory_mb")? / ledgers,
		})
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::network::tests::report;

	/// Returns figures with round numbers.
	pub fn round() -> Figures {
		Figures {
			source: "a test".into(),
			local_us: 100.0,
			remote_us: 250.0,
			idle_ledger_ms: 1.0,
			local_bytes: 500.0,
			remote_bytes: 1_500.0,
			ledger_mb: 50.0,
		}
	}

	fn lines(reports: &[(u16, u8, u64)]) -> String {
		let line = |(shards, remote, micros): &(u16, u8, u64)| {
			serde_json::to_string(&report(*shards, *remote, *micros)).unwrap() + "\n"
		};
		reports.iter().map(line).collect()
	}

	#[test]
	fn the_cost_of_a_remote_payment_is_solved_from_a_mixed_run() {
		// 40 payments a second by four nodes, and 30 ms a second when idle: 750 µs a payment.
		let figures = Figures::read(&lines(&[(1, 0, 9_000), (2, 0, 1_150), (2, 50, 1_750)]), "a file").unwrap();
		assert_eq!((figures.local_us, figures.remote_us), (100.0, 400.0));
		assert_eq!((figures.idle_ledger_ms, figures.ledger_mb), (30.0 / 16.0, 9.0 / 4.0));
		assert_eq!(figures.source, "a file");
	}

	#[test]
	fn figures_without_both_runs_are_refused() {
		let error = |text: &str| Figures::read(text, "a file").unwrap_err().to_string();
		assert!(error(&lines(&[(2, 0, 900)])).contains("two runs"));
		assert!(error(&lines(&[(1, 0, 900), (2, 30, 900)])).contains("two runs"));
		assert!(error("{}").contains("no number"));
		assert!(error("?").contains("no JSON"));
		let lost = lines(&[(2, 0, 900)]).replace("\"conserved\":true", "\"conserved\":false");
		assert!(error(&lost).contains("conserve"));
	}
}
