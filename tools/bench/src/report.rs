//! The report of `bench chain`.

use crate::percentiles::{ratio, rounded, Percentiles};
use anyhow::Context;
use serde::Serialize;
use std::time::Duration;

/// The raw figures of one measurement.
#[derive(Debug)]
pub struct Measured {
	/// Number of validators.
	pub validators: u16,
	/// Transfers in the blocks that became final in the window.
	pub transfers: u64,
	/// Length of the window.
	pub window: Duration,
	/// Processor time of all validators in the window.
	pub cpu: Duration,
	/// Blocks that became final in the window.
	pub blocks: u32,
	/// Time from submission until final on the idle network.
	pub latency: Percentiles,
	/// The same under full load, with the wait in the pool.
	pub loaded_latency: Percentiles,
	/// Time from one final block to the next, under full load.
	pub block_interval: Percentiles,
}

/// The printed report.
#[derive(Debug, Serialize)]
pub struct Report {
	validators: u16,
	transfers_final: u64,
	transfers_per_second: f64,
	cpu_us_per_transfer: f64,
	latency_ms: Percentiles,
	block_interval_ms: Percentiles,
	loaded_latency_ms: Percentiles,
	blocks_final: u32,
	seconds: f64,
	cpu_cores_used: f64,
}

impl Report {
	/// Computes the rates.
	pub fn new(measured: Measured) -> Self {
		let Measured { validators, transfers, window, cpu, blocks, latency, loaded_latency, block_interval } = measured;
		let seconds = window.as_secs_f64();
		let count = transfers as f64;
		Self {
			validators,
			transfers_final: transfers,
			transfers_per_second: rounded(ratio(count, seconds)),
			cpu_us_per_transfer: rounded(ratio(cpu.as_secs_f64() * 1_000_000.0, count)),
			latency_ms: latency,
			block_interval_ms: block_interval,
			loaded_latency_ms: loaded_latency,
			blocks_final: blocks,
			seconds: rounded(seconds),
			cpu_cores_used: rounded(ratio(cpu.as_secs_f64(), seconds)),
		}
	}

	/// Prints one JSON object, or a table.
	pub fn print(&self, json: bool) -> anyhow::Result<()> {
		if json {
			println!("{}", serde_json::to_string(self).context("a report is plain data; qed")?);
			return Ok(());
		}
		let of = |percentiles: &Percentiles| format!("{} / {}", percentiles.p50, percentiles.p99);
		println!("validators                      {}", self.validators);
		println!("final transfers                 {} in {} s", self.transfers_final, self.seconds);
		println!("transfers per second            {}", self.transfers_per_second);
		println!("processor µs per transfer       {} (all validators together)", self.cpu_us_per_transfer);
		println!("processor cores used            {}", self.cpu_cores_used);
		println!("block interval, ms p50 / p99    {}", of(&self.block_interval_ms));
		println!("latency idle, ms p50 / p99      {}", of(&self.latency_ms));
		println!("latency loaded, ms p50 / p99    {}", of(&self.loaded_latency_ms));
		Ok(())
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// Returns the figures of 3,000 transfers in half a minute, given all percentiles.
	pub fn sample(percentiles: Percentiles) -> Measured {
		Measured {
			validators: 4,
			transfers: 3_000,
			window: Duration::from_secs(30),
			cpu: Duration::from_secs(3),
			blocks: 60,
			latency: percentiles,
			loaded_latency: percentiles,
			block_interval: percentiles,
		}
	}

	#[test]
	fn rates_follow_from_the_window() {
		let report = Report::new(sample(Percentiles::default()));
		assert_eq!(report.transfers_per_second, 100.0);
		assert_eq!(report.cpu_us_per_transfer, 1_000.0);
		let json = serde_json::to_value(&report).unwrap();
		for field in [
			"validators",
			"transfers_final",
			"transfers_per_second",
			"cpu_us_per_transfer",
			"latency_ms",
			"block_interval_ms",
		] {
			assert!(json.get(field).is_some(), "{field}");
		}
	}
}
