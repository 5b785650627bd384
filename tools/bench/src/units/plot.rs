//! The drawing of a report: latency against load, stages, processor time by group.

use crate::plot::{Bar, Bars, Line, Lines, Svg};
use serde_json::Value;

const WIDTH: f64 = 900.0;
const LINES_HEIGHT: f64 = 380.0;

/// Draws a report, given as JSON.
pub fn draw(report: &Value) -> String {
	let latency = latency(&[("", report)]);
	let lanes: Vec<(&str, &Value)> = [("units", Some(report)), ("extrinsics", report.get("baseline"))]
		.into_iter()
		.filter_map(|(name, lane)| Some((name, lane?)))
		.collect();
	charts(&[latency], &[stages(&lanes), groups(&lanes)])
}

/// Draws charts below each other.
pub fn charts(lines: &[Lines], bars: &[Bars]) -> String {
	let height = lines.len() as f64 * LINES_HEIGHT + bars.iter().map(Bars::height).sum::<f64>();
	let mut svg = Svg::new(WIDTH, height);
	let mut top = 0.0;
	for chart in lines {
		chart.draw(&mut svg, (0.0, top), (WIDTH, LINES_HEIGHT));
		top += LINES_HEIGHT;
	}
	for chart in bars {
		chart.draw(&mut svg, (0.0, top), WIDTH);
		top += chart.height();
	}
	svg.finish()
}

/// Returns the chart of the latency of all units against the load: the loads below the capacity, and full load.
pub fn latency(reports: &[(&str, &Value)]) -> Lines {
	let mut lines = Vec::new();
	for (colour, (name, report)) in reports.iter().enumerate() {
		for (percentile, is_dashed) in [("p50", false), ("p99", true)] {
			let name = if name.is_empty() { percentile.to_owned() } else { format!("{name}, {percentile}") };
			let colour = if reports.len() == 1 { usize::from(is_dashed) } else { colour };
			lines.push(Line { name, points: points(report, percentile), is_dashed, colour });
		}
	}
	Lines {
		title: "Latency of all units against load".into(),
		x: "final units a second".into(),
		y: "ms from the planned time until final".into(),
		lines,
	}
}

fn points(report: &Value, percentile: &str) -> Vec<(f64, f64)> {
	let number = |value: &Value, place: &str| value.pointer(place).and_then(Value::as_f64);
	let below = report.get("open_loop").and_then(Value::as_array).into_iter().flatten();
	let below = below.filter_map(|load| {
		Some((number(load, "/final_per_second")?, number(load, &format!("/latency_ms/{percentile}"))?))
	});
	let full = || {
		let units = number(report, "/transfers_per_second")? / number(report, "/ops_per_unit")?;
		Some((units, number(report, &format!("/loaded_latency_all_ms/{percentile}"))?))
	};
	below.chain(full()).collect()
}

/// Returns the chart of the stages.
pub fn stages(lanes: &[(&str, &Value)]) -> Bars {
	let bars = lanes.iter().map(|(name, lane)| Bar { name: (*name).to_owned(), parts: parts(lane, "/stages_us") });
	Bars { title: "Wall time by stage".into(), unit: "µs per transfer".into(), bars: bars.collect() }
}

/// Returns the chart of processor time by group of threads.
pub fn groups(lanes: &[(&str, &Value)]) -> Bars {
	let mut bars = Vec::new();
	for (name, lane) in lanes {
		bars.push(Bar { name: (*name).to_owned(), parts: parts(lane, "/cpu/validators_us/groups") });
		let generator = lane.pointer("/cpu/generator_us/whole").and_then(Value::as_f64);
		let parts = generator.map(|time| ("generator".to_owned(), time));
		bars.push(Bar { name: format!("{name}: generator"), parts: parts.into_iter().collect() });
	}
	Bars { title: "Processor time by group of threads".into(), unit: "µs per transfer".into(), bars }
}

fn parts(lane: &Value, place: &str) -> Vec<(String, f64)> {
	let parts = lane.pointer(place).and_then(Value::as_object);
	parts.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), value.as_f64()?))).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::report::tests::report;
	use serde_json::json;
	use xmltree::Element;

	#[test]
	fn a_report_is_drawn_with_its_loads_and_lanes() {
		let mut json = serde_json::to_value(report(5, Some(5))).unwrap();
		json["open_loop"] = json!([
			{ "final_per_second": 2_500.0, "latency_ms": { "p50": 20.0, "p99": 90.0 } },
			{ "final_per_second": 4_000.0, "latency_ms": { "p50": 25.0, "p99": 300.0 } },
		]);
		// 10,000 transfers are 5,000 units of two.
		assert_eq!(points(&json, "p99"), [(2_500.0, 90.0), (4_000.0, 300.0), (5_000.0, 150.0)]);
		let svg = draw(&json);
		assert!(Element::parse(svg.as_bytes()).is_ok(), "{svg}");
		for text in ["verify", "extrinsics: generator", "p99"] {
			assert!(svg.contains(text), "{text}: {svg}");
		}
	}
}
