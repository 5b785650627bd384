//! The table of all runs, for people.

use crate::{network::report::RunReport, percentiles::Percentiles};
use std::fmt::Write;

/// Returns a table with a row for each figure and a column for each run.
pub fn table(reports: &[RunReport]) -> String {
	let mut text = String::new();
	let mut row = |name: &str, value: &dyn Fn(&RunReport) -> String| {
		let cells: String = reports.iter().map(|report| format!("{:>16}", value(report))).collect();
		writeln!(text, "{name:36}{cells}").expect("writing to a string never fails; qed");
	};
	let of = |percentiles: &Percentiles| format!("{:.0} / {:.0}", percentiles.p50, percentiles.p99);
	row("shards", &|report| report.shards.to_string());
	row("payments between shards, %", &|report| report.remote_percent.to_string());
	row("final payments", &|report| report.transfers_final.to_string());
	row("payments a second", &|report| format!("{:.1}", report.transfers_per_second));
	row("processor µs a payment", &|report| format!("{:.0}", report.cpu_us_per_transfer));
	row("  main chain (estimate)", &|report| format!("{:.0}", report.cpu_us_by_role.main));
	row("  zone (estimate)", &|report| format!("{:.0}", report.cpu_us_by_role.zone));
	row("  shards (estimate)", &|report| format!("{:.0}", report.cpu_us_by_role.shard));
	row("processors used", &|report| format!("{:.1}", report.cpu_cores_used));
	row("idle network, processor ms a second", &|report| format!("{:.0}", report.idle_cpu_ms));
	row("idle, final, ms p50 / p99", &|report| of(&report.idle_latency_ms.final_));
	row("idle, sealed, ms p50 / p99", &|report| of(&report.idle_latency_ms.sealed));
	row("idle, credited, ms p50 / p99", &|report| of(&report.idle_latency_ms.credited));
	row("loaded, final, ms p50 / p99", &|report| of(&report.latency_ms.final_));
	row("loaded, sealed, ms p50 / p99", &|report| of(&report.latency_ms.sealed));
	row("loaded, credited, ms p50 / p99", &|report| of(&report.latency_ms.credited));
	row("bytes between nodes a payment", &|report| format!("{:.0}", report.wire_bytes_per_transfer));
	row("memory of the largest node, MB", &|report| format!("{:.0}", report.memory_mb));
	row("refused, failed, unfinished", &|report| format!("{} {} {}", report.refused, report.failed, report.unfinished));
	row("conserved", &|report| if report.conserved { "yes" } else { "NO" }.to_owned());
	text
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::network::report::tests::report;

	#[test]
	fn runs_stand_beside_each_other() {
		let text = table(&[report(1, 0, 500), report(4, 30, 750)]);
		let row = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{text}"));
		let cells = |start: &str| row(start)[36..].split_whitespace().collect::<Vec<_>>().join(" ");
		assert_eq!(cells("shards"), "1 4");
		assert_eq!(cells("processor µs"), "500 750");
		assert_eq!(cells("loaded, credited"), "300 / 300 300 / 300");
		assert_eq!(cells("conserved"), "yes yes");
	}
}
