//! The report as a table for people.

use crate::{
	percentiles::Percentiles,
	units::{
		lane::LaneReport,
		report::Report,
		text::{bar, grouped, whole},
	},
};
use std::fmt::Write;

/// Returns the whole table.
pub fn of(report: &Report) -> String {
	let lanes: Vec<&LaneReport> = [Some(&report.units), report.baseline.as_ref()].into_iter().flatten().collect();
	let mut text = Text(String::from("\n"));
	let first = &report.units;
	text.line(&format!(
		"{} accounts, {} validators, {} transfers a unit",
		grouped(first.accounts.into()),
		first.validators,
		first.ops_per_unit
	));
	text.line("");
	text.row("", &lanes, |lane| if std::ptr::eq(lane, first) { "units".into() } else { "extrinsics".into() });
	text.row("final", &lanes, |lane| grouped(lane.units_final));
	text.row("seconds", &lanes, |lane| format!("{:.1}", lane.seconds));
	text.row("transfers per second", &lanes, |lane| whole(lane.transfers_per_second));
	text.row("processor µs per transfer", &lanes, |lane| format!("{:.1}", lane.cpu_us_per_transfer));
	text.row("processors kept busy", &lanes, |lane| format!("{:.1}", lane.cpu_cores_used));
	text.row("latency ms, light load", &lanes, |lane| pair(&lane.latency_ms));
	text.row("latency ms, full load", &lanes, |lane| pair(&lane.loaded_latency_ms));
	text.row("block interval ms", &lanes, |lane| pair(&lane.block_interval_ms));
	text.row("units a block, mean / max", &lanes, |lane| {
		format!("{} / {}", whole(lane.block_units.mean), grouped(lane.block_units.max.into()))
	});
	text.row("peak memory MB, all / one", &lanes, |lane| {
		format!("{} / {}", whole(lane.memory_mb.together), whole(lane.memory_mb.largest))
	});
	text.row("generator's processor s", &lanes, |lane| format!("{:.1}", lane.generator_cpu_s));
	for (lane, name) in lanes.iter().zip(["units", "extrinsics"]) {
		text.line("");
		text.line(&format!("Time by stage, µs per transfer: {name}"));
		text.bars(&lane.stages_us.named());
	}
	text.line("");
	text.line("Latencies and intervals are p50 / p99. Stages are wall time, all validators together.");
	if let Some(ratio) = report.ratio_per_cpu_second {
		text.line("Of extrinsics, root includes their execution, and rest the work of their pool.");
		text.line("");
		text.line(&format!("A second of processor time makes {ratio} × as many transfers by units as by extrinsics."));
	}
	text.0
}

struct Text(String);

impl Text {
	fn line(&mut self, line: &str) {
		self.0.push_str(line);
		self.0.push('\n');
	}

	fn row(&mut self, name: &str, lanes: &[&LaneReport], cell: impl Fn(&LaneReport) -> String) {
		let mut line = format!("{name:26}");
		for lane in lanes {
			write!(line, "{:>18}", cell(lane)).expect("writing to a string never fails; qed");
		}
		self.line(&line);
	}

	fn bars(&mut self, values: &[(&str, f64)]) {
		let largest = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
		for (name, value) in values {
			self.line(format!("  {name:9}{value:>8.1}  {}", bar(*value, largest)).trim_end());
		}
	}
}

fn pair(percentiles: &Percentiles) -> String {
	format!("{:.1} / {:.1}", percentiles.p50, percentiles.p99)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::lane::tests::lane;
	use std::time::Duration;

	#[test]
	fn the_table_has_both_lanes_side_by_side() {
		let five = Duration::from_secs(5);
		let text = of(&Report::new(lane(50_000, five), Some(lane(5_000, five))));
		let line = text.lines().find(|line| line.starts_with("transfers per second")).unwrap();
		assert!(line.contains("10,000") && line.ends_with("1,000"), "{text}");
		assert!(text.contains("10 × as many"), "{text}");
		let alone = of(&Report::new(lane(50_000, five), None));
		assert!(!alone.contains("extrinsics"), "{alone}");
	}
}
