//! The report as a table for people.

use crate::{
	percentiles::Percentiles,
	spread::{Range, Spread},
	units::{
		lane::LaneReport,
		open_loop::OpenLoad,
		report::Report,
		submit::Refusals,
		text::{bar, grouped, whole},
		usage::CpuReport,
	},
};
use std::{collections::BTreeSet, fmt::Write};

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
	text.row("times verification alone", &lanes, |lane| {
		lane.floor.map_or("".into(), |floor| format!("{:.1}", floor.times_floor))
	});
	text.row("processors kept busy", &lanes, |lane| format!("{:.1}", lane.cpu_cores_used));
	text.row("latency ms, light load", &lanes, |lane| pair(&lane.latency_ms));
	text.row("latency ms, full load", &lanes, |lane| pair(&lane.loaded_latency_ms));
	text.row("latency ms, all units", &lanes, |lane| lane.loaded_latency_all_ms.as_ref().map_or("".into(), pair));
	text.row("block interval ms", &lanes, |lane| pair(&lane.block_interval_ms));
	text.row("units a block, mean / max", &lanes, |lane| {
		format!("{} / {}", whole(lane.block_units.mean), grouped(lane.block_units.max.into()))
	});
	text.row("peak memory MB, all / one", &lanes, |lane| {
		format!("{} / {}", whole(lane.memory_mb.together), whole(lane.memory_mb.largest))
	});
	text.row("steady memory MB / one", &lanes, |lane| whole(lane.memory_mb.steady));
	text.row("bytes of it per account", &lanes, |lane| whole(lane.memory_mb.steady_bytes_per_account));
	text.row("start-up s", &lanes, |lane| format!("{:.1}", lane.startup_s));
	text.row("disk bytes per unit", &lanes, |lane| some(lane.counters.disk_written_bytes_per_unit));
	text.row("network bytes per unit", &lanes, |lane| some(lane.counters.network_bytes_per_unit));
	text.row("syncs per unit", &lanes, |lane| some(lane.counters.syncs_per_unit));
	text.row("views above 0", &lanes, |lane| some(lane.counters.view_changes));
	text.row("refusals", &lanes, |lane| grouped(refused(&lane.refusals)));
	text.row("generator's processor s", &lanes, |lane| format!("{:.1}", lane.generator_cpu_s));
	for (lane, name) in lanes.iter().zip(["units", "extrinsics"]) {
		text.line("");
		text.line(&format!("Time by stage, µs per transfer: {name}"));
		text.bars(&lane.stages_us.named());
	}
	for (lane, name) in lanes.iter().zip(["units", "extrinsics"]) {
		text.line("");
		text.line(&format!("Processor time by group of threads, µs per transfer: {name}"));
		let CpuReport { validators_us, generator_us, .. } = &lane.cpu;
		let groups = validators_us.groups.iter().map(|(group, time)| (group.as_str(), *time));
		text.bars(
			&groups
				.chain([("= validators", validators_us.whole), ("generator", generator_us.whole)])
				.collect::<Vec<_>>(),
		);
	}
	if !first.open_loop.is_empty() {
		text.line("");
		text.line("Loads below the capacity, each unit at its planned time: latency of all units in ms");
		text.line("  load   planned/s    final/s        p50        p99        max  unfinished  µs/transfer  refused");
		first.open_loop.iter().for_each(|load| text.line(&open(load)));
	}
	let gaps: BTreeSet<&String> = lanes.iter().flat_map(|lane| &lane.counters.gaps).collect();
	if !gaps.is_empty() {
		text.line("");
		text.line("Not measured:");
		gaps.iter().for_each(|gap| text.line(&format!("  {gap}")));
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

/// Figures whose ranges are shown, with their places.
const SPREAD: [(&str, &str); 7] = [
	("transfers per second", "/transfers_per_second"),
	("processor µs per transfer", "/cpu_us_per_transfer"),
	("latency ms p50, light load", "/latency_ms/p50"),
	("latency ms p99, light load", "/latency_ms/p99"),
	("latency ms p99, all units", "/loaded_latency_all_ms/p99"),
	("extrinsics per second", "/baseline/transfers_per_second"),
	("ratio of processor time", "/ratio_per_cpu_second"),
];

/// Returns the medians and ranges of several runs.
pub fn spread(spread: &Spread) -> String {
	let mut text = Text(String::new());
	if spread.runs > 1 {
		text.line("");
		text.line(&format!("Of {} runs, the table above is the one in the middle. Median, and range:", spread.runs));
		for (name, place) in SPREAD {
			if let (Some(median), Some(Range { low, high })) =
				(spread.median.pointer(place).and_then(serde_json::Value::as_f64), spread.ranges.get(place))
			{
				text.line(&format!("  {name:28}{median:>12.1}  {low:>10.1} – {high:.1}"));
			}
		}
	}
	text.0
}

fn open(load: &OpenLoad) -> String {
	format!(
		"{:>4} %{:>12}{:>11}{:>11.1}{:>11.1}{:>11.1}{:>12}{:>13.1}{:>9}",
		load.percent,
		whole(load.planned_per_second),
		whole(load.final_per_second),
		load.latency_ms.p50,
		load.latency_ms.p99,
		load.latency_max_ms,
		grouped(load.unfinished),
		load.cpu.validators_us.whole,
		grouped(refused(&load.refusals)),
	)
}

fn refused(refusals: &Refusals) -> u64 {
	refusals.values().sum()
}

fn some(value: Option<f64>) -> String {
	match value {
		Some(value) if value < 10.0 => format!("{value:.3}"),
		Some(value) => whole(value),
		None => "not measured".into(),
	}
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
			self.line(format!("  {name:16}{value:>8.1}  {}", bar(*value, largest)).trim_end());
		}
	}
}

fn pair(percentiles: &Percentiles) -> String {
	format!("{:.1} / {:.1}", percentiles.p50, percentiles.p99)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::report::tests::report;
	use serde_json::json;

	#[test]
	fn the_table_has_both_lanes_side_by_side() {
		let text = of(&report(5, Some(5)));
		let line = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{text}"));
		let rate = line("transfers per second");
		assert!(rate.contains("10,000") && rate.ends_with("1,000"), "{text}");
		assert!(text.contains("10 × as many"), "{text}");
		assert!(line("refusals").ends_with('3') && line("syncs per unit").contains("not measured"), "{text}");
		let alone = of(&report(5, None));
		assert!(!alone.contains("extrinsics"), "{alone}");
	}

	#[test]
	fn what_is_not_measured_is_named() {
		let text = of(&report(5, None));
		let gaps = text.split_once("Not measured:").unwrap().1;
		assert!(gaps.contains("top_pbft_view_changes_total"), "{text}");
	}

	#[test]
	fn several_runs_have_a_range() {
		let one = |rate: f64| json!({ "transfers_per_second": rate });
		let text = spread(&Spread::of(&[one(900.0), one(1_100.0), one(1_000.0)]));
		assert!(text.contains("1000.0") && text.contains("900.0 – 1100.0"), "{text}");
		assert_eq!(spread(&Spread::of(&[one(1.0)])), "");
	}
}
