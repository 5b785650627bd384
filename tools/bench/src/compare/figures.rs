//! The figures of one run, from the JSON of its bench.

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A lane whose bench is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
	/// The main chain: `bench chain`.
	Chain,
	/// A shard: `bench units`.
	Units,
}

impl Lane {
	/// Returns the subcommand of `bench` that measures it.
	pub fn subcommand(self) -> &'static str {
		match self {
			Self::Chain => "chain",
			Self::Units => "units",
		}
	}
}

/// A figure of a report.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
	/// Its key in the JSON of a comparison.
	pub key: &'static str,
	/// Its name for people, with the unit.
	pub name: &'static str,
	/// Its place in the JSON of a bench.
	pointer: &'static str,
	/// Whether every report has it.
	is_required: bool,
}

/// The figures that are compared, in the order of tables. The first one decides.
pub const FIGURES: [Figure; 5] = [
	Figure {
		key: "cpu_us_per_transfer",
		name: "processor µs per transfer",
		pointer: "/cpu_us_per_transfer",
		is_required: true,
	},
	Figure {
		key: "transfers_per_second",
		name: "transfers per second",
		pointer: "/transfers_per_second",
		is_required: true,
	},
	Figure { key: "latency_ms_p50", name: "latency idle, ms p50", pointer: "/latency_ms/p50", is_required: true },
	Figure {
		key: "loaded_latency_ms_p50",
		name: "latency loaded, ms p50",
		pointer: "/loaded_latency_ms/p50",
		is_required: true,
	},
	Figure {
		key: "baseline_cpu_us_per_transfer",
		name: "extrinsic lane, processor µs",
		pointer: "/baseline/cpu_us_per_transfer",
		is_required: false,
	},
];

/// The figures of a run, by their keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Figures(BTreeMap<&'static str, f64>);

impl Figures {
	/// Reads the JSON object that a bench prints.
	///
	/// # Errors
	/// If the text is not JSON, or has no number at the place of a figure.
	pub fn read(json: &str) -> anyhow::Result<Self> {
		let report: Value = serde_json::from_str(json.trim()).context("the bench printed no JSON object")?;
		let mut figures = BTreeMap::new();
		for figure in FIGURES {
			match report.pointer(figure.pointer) {
				Some(value) => {
					let value = value.as_f64().with_context(|| format!("{} is not a number", figure.pointer))?;
					figures.insert(figure.key, value);
				},
				None if figure.is_required => anyhow::bail!("the report of the bench has no {}", figure.pointer),
				None => {},
			}
		}
		Ok(Self(figures))
	}

	/// Returns a figure, if the report had it.
	pub fn get(&self, figure: &Figure) -> Option<f64> {
		self.0.get(figure.key).copied()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		percentiles::Percentiles,
		report::{tests::sample, Report as ChainReport},
		units::sample_report,
	};

	#[test]
	fn the_reports_of_both_benches_have_the_figures() {
		let chain = ChainReport::new(sample(Percentiles { p50: 7.0, p99: 9.0 }));
		let figures = Figures::read(&serde_json::to_string(&chain).unwrap()).unwrap();
		assert_eq!(
			FIGURES.map(|figure| figures.get(&figure)),
			[Some(1_000.0), Some(100.0), Some(7.0), Some(7.0), None]
		);
		let units = sample_report(5, Some(5));
		let figures = Figures::read(&serde_json::to_string(&units).unwrap()).unwrap();
		assert_eq!(figures.get(&FIGURES[0]), Some(50.0));
		assert_eq!(figures.get(&FIGURES[4]), Some(500.0));
	}

	#[test]
	fn other_output_is_refused() {
		assert!(Figures::read("").unwrap_err().to_string().contains("no JSON"));
		let error = Figures::read("{\"cpu_us_per_transfer\": 1}").unwrap_err().to_string();
		assert!(error.contains("/transfers_per_second"), "{error}");
		let error = Figures::read("{\"cpu_us_per_transfer\": \"1\"}").unwrap_err().to_string();
		assert!(error.contains("not a number"), "{error}");
	}
}
