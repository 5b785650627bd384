//! The drawing of all runs: processor time by role, and latencies.

use crate::{
	network::report::RunReport,
	plot::{Bar, Bars, Svg},
};

const WIDTH: f64 = 900.0;

/// Draws the runs.
pub fn draw(reports: &[RunReport]) -> String {
	let bars = |parts: &dyn Fn(&RunReport) -> Vec<(&'static str, f64)>| -> Vec<Bar> {
		let named = |report: &RunReport| {
			let parts = parts(report).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
			Bar { name: format!("{} shards, {} %", report.shards, report.remote_percent), parts }
		};
		reports.iter().map(named).collect()
	};
	let roles = bars(&|report| {
		let roles = &report.cpu_us_by_role;
		vec![("shards", roles.shard), ("zone", roles.zone), ("main chain", roles.main)]
	});
	let latencies = bars(&|report| {
		let latency = &report.latency_ms;
		let (sealed, credited) = (latency.sealed.p50 - latency.final_.p50, latency.credited.p50 - latency.sealed.p50);
		vec![("final", latency.final_.p50), ("until sealed", sealed), ("until credited", credited)]
	});
	let charts = [
		Bars { title: "Processor time by role".into(), unit: "µs a payment".into(), bars: roles },
		Bars { title: "Median latency under load".into(), unit: "ms".into(), bars: latencies },
	];
	let mut svg = Svg::new(WIDTH, charts.iter().map(Bars::height).sum());
	let mut top = 0.0;
	for chart in charts {
		chart.draw(&mut svg, (0.0, top), WIDTH);
		top += chart.height();
	}
	svg.finish()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::network::report::tests::report;
	use xmltree::Element;

	#[test]
	fn each_run_has_its_bars() {
		let svg = draw(&[report(1, 0, 500), report(4, 30, 750)]);
		assert!(Element::parse(svg.as_bytes()).is_ok(), "{svg}");
		for text in ["1 shards, 0 %", "4 shards, 30 %", "main chain", "until credited"] {
			assert!(svg.contains(text), "{text}: {svg}");
		}
	}
}
