//! The report of the bench.

use crate::{
	percentiles::{ratio, rounded},
	units::lane::LaneReport,
};
use serde::Serialize;

/// The printed report.
#[derive(Debug, Serialize)]
pub struct Report {
	/// The unit lane.
	#[serde(flatten)]
	pub units: LaneReport,
	/// The extrinsic lane.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub baseline: Option<LaneReport>,
	/// Transfers per second of processor time of the unit lane, divided by those of the extrinsic lane.
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
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::units::lane::tests::lane;
	use std::time::Duration;

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
