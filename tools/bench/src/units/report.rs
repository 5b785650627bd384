//! The report of the bench.

use crate::{
	percentiles::{ratio, rounded},
	units::{
		args::{Form, Quotas, Receivers, Scheme, UnitsBench, Watched},
		lane::LaneReport,
	},
};
use serde::Serialize;

/// What was measured: besides the number of accounts, validators and transfers a unit, which each lane names.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Conditions {
	/// Signature scheme of the accounts.
	pub scheme: Scheme,
	/// Whether payloads were signed between <Bytes> and </Bytes>.
	pub wrapped: bool,
	/// Accounts that were paid.
	pub receivers: Receivers,
	/// Amount of a transfer, in the token's smallest unit.
	pub amount: u64,
	/// Watched units.
	pub watch: Watched,
	/// Form of the units in a call.
	pub form: Form,
	/// Quotas of the chain.
	pub quotas: Quotas,
	/// Accounts that sent.
	pub sending: u32,
	/// Connections that submitted.
	pub connections: u16,
}

impl Conditions {
	/// Returns those of a bench.
	pub fn of(bench: &UnitsBench) -> Self {
		let shape = bench.shape;
		Self {
			scheme: shape.scheme,
			wrapped: shape.wrapped,
			receivers: shape.receivers,
			amount: shape.amount,
			watch: bench.watch,
			form: bench.form,
			quotas: bench.quotas,
			sending: bench.sending(),
			connections: bench.senders,
		}
	}
}

/// The printed report.
#[derive(Debug, Serialize)]
pub struct Report {
	/// The unit lane.
	#[serde(flatten)]
	pub units: LaneReport,
	/// What was measured.
	pub conditions: Conditions,
	/// The extrinsic lane.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub baseline: Option<LaneReport>,
	/// Transfers per second of processor time of the unit lane, divided by those of the extrinsic lane.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub ratio_per_cpu_second: Option<f64>,
}

impl Report {
	/// Compares the lanes.
	pub fn new(conditions: Conditions, units: LaneReport, baseline: Option<LaneReport>) -> Self {
		let times = |baseline: &LaneReport| rounded(ratio(baseline.cpu_us_per_transfer, units.cpu_us_per_transfer));
		let ratio_per_cpu_second = baseline.as_ref().map(times);
		Self { units, conditions, baseline, ratio_per_cpu_second }
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::units::lane::tests::lane;
	use std::time::Duration;

	/// Returns a report of the processor seconds of 50,000 units of two transfers, and of 5,000 in the extrinsic lane.
	pub fn report(units: u64, baseline: Option<u64>) -> Report {
		let conditions = Conditions {
			scheme: Scheme::Sr25519,
			wrapped: false,
			receivers: Receivers::Uniform,
			amount: 1,
			watch: Watched::Last,
			form: Form::Joined,
			quotas: Quotas::Preset,
			sending: 1_000,
			connections: 64,
		};
		let baseline = baseline.map(|seconds| lane(5_000, Duration::from_secs(seconds)));
		Report::new(conditions, lane(50_000, Duration::from_secs(units)), baseline)
	}

	#[test]
	fn lanes_are_compared_by_processor_time() {
		let report = report(5, Some(5));
		assert_eq!(report.ratio_per_cpu_second, Some(10.0));
		let json = serde_json::to_value(&report).unwrap();
		assert_eq!((&json["store"], &json["conditions"]["quotas"]), (&"trie".into(), &"preset".into()));
		assert_eq!(json["baseline"]["transfers_per_second"], 1_000.0);
		let alone = serde_json::to_value(self::report(5, None)).unwrap();
		assert!(alone.get("baseline").is_none() && alone.get("ratio_per_cpu_second").is_none());
	}
}
