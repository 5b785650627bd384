//! The result of a comparison, as text and JSON.

use crate::compare::{
	binary::Binary,
	figures::{Figure, Figures, Lane, FIGURES},
	statistics::{geometric_mean, Ratio, CONFIDENCE},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

/// What the ratios and intervals are.
const METHOD: &str = "geometric mean of new/old over the pairs; interval by Student's t of the log ratios";

/// The figures of two neighbouring runs.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
	/// Figures of the old binary.
	pub old: Figures,
	/// Figures of the new binary.
	pub new: Figures,
}

/// A binary, as it is reported.
#[derive(Debug, Serialize)]
struct BinaryReport {
	path: PathBuf,
	version: String,
}

/// The printed result.
#[derive(Debug, Serialize)]
pub struct Comparison {
	lane: Lane,
	flags: Vec<String>,
	old: BinaryReport,
	new: BinaryReport,
	pairs: Vec<Pair>,
	confidence: f64,
	method: &'static str,
	/// Ratios new/old by the figures' keys. A figure that is missing or 0 in a run has none.
	ratios: BTreeMap<&'static str, Ratio>,
}

impl Comparison {
	/// Computes the ratios of all figures.
	pub fn new(lane: Lane, flags: &[String], old: &Binary, new: &Binary, pairs: Vec<Pair>) -> Self {
		let ratios = FIGURES.iter().filter_map(|figure| Some((figure.key, ratio(figure, &pairs)?))).collect();
		let report =
			|binary: &Binary| BinaryReport { path: binary.path().to_owned(), version: binary.version().to_owned() };
		Self {
			lane,
			flags: flags.to_vec(),
			old: report(old),
			new: report(new),
			pairs,
			confidence: CONFIDENCE,
			method: METHOD,
			ratios,
		}
	}

	/// Returns the tables for people.
	pub fn table(&self) -> String {
		let mut text = String::new();
		let mut line =
			|line: String| writeln!(text, "{}", line.trim_end()).expect("writing to a string never fails; qed");
		line(format!("old  {} ({})", self.old.path.display(), self.old.version));
		line(format!("new  {} ({})", self.new.path.display(), self.new.version));
		let [first, ..] = FIGURES;
		line(format!("\n{} of bench {}", first.name, self.lane.subcommand()));
		line(format!("{:>4}  {:>10}  {:>10}  {:>7}", "pair", "old", "new", "new/old"));
		for (number, pair) in (1..).zip(&self.pairs) {
			if let (Some(old), Some(new)) = (pair.old.get(&first), pair.new.get(&first)) {
				line(format!("{number:>4}  {old:>10.1}  {new:>10.1}  {:>7.3}", new / old));
			}
		}
		line(format!("\n{:28}  {:>10}  {:>10}  {:>7}  {:>16}", "", "old", "new", "new/old", "95 % interval"));
		for figure in &FIGURES {
			let mean = |of: fn(&Pair) -> &Figures| {
				let values: Option<Vec<f64>> = self.pairs.iter().map(|pair| of(pair).get(figure)).collect();
				geometric_mean(values?.into_iter())
			};
			if let (Some(old), Some(new), Some(ratio)) =
				(mean(|pair| &pair.old), mean(|pair| &pair.new), self.ratios.get(figure.key))
			{
				let Ratio { ratio, low, high } = ratio;
				line(format!("{:28}  {old:>10.1}  {new:>10.1}  {ratio:>7.3}  {low:>7.3} – {high:.3}", figure.name));
			}
		}
		line(format!("\n{} pairs; {METHOD}.", self.pairs.len()));
		text
	}
}

fn ratio(figure: &Figure, pairs: &[Pair]) -> Option<Ratio> {
	let values: Option<Vec<(f64, f64)>> =
		pairs.iter().map(|pair| Some((pair.old.get(figure)?, pair.new.get(figure)?))).collect();
	Ratio::of_pairs(&values?)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn figures(cpu: f64, rate: f64, baseline: Option<f64>) -> Figures {
		let mut report = serde_json::json!({
			"cpu_us_per_transfer": cpu,
			"transfers_per_second": rate,
			"latency_ms": { "p50": 20.5 },
			"loaded_latency_ms": { "p50": 0.0 },
		});
		if let Some(baseline) = baseline {
			report["baseline"] = serde_json::json!({ "cpu_us_per_transfer": baseline });
		}
		Figures::read(&report.to_string()).unwrap()
	}

	fn comparison() -> Comparison {
		let binary = |name: &str| BinaryReport { path: name.into(), version: "node 1".into() };
		let pairs = vec![
			Pair { old: figures(100.0, 1_000.0, Some(900.0)), new: figures(50.0, 2_000.0, Some(900.0)) },
			Pair { old: figures(110.0, 990.0, Some(900.0)), new: figures(55.0, 1_980.0, None) },
		];
		let ratios = FIGURES.iter().filter_map(|figure| Some((figure.key, ratio(figure, &pairs)?))).collect();
		let (old, new) = (binary("old"), binary("new"));
		Comparison {
			lane: Lane::Units,
			flags: Vec::new(),
			old,
			new,
			pairs,
			confidence: CONFIDENCE,
			method: METHOD,
			ratios,
		}
	}

	#[test]
	fn the_table_has_each_pair_and_each_ratio() {
		let text = comparison().table();
		let row = |start: &str| {
			let line = text.lines().find(|line| line.trim_start().starts_with(start));
			line.unwrap_or_else(|| panic!("{start}: {text}")).split_whitespace().collect::<Vec<_>>().join(" ")
		};
		assert_eq!(row("1  "), "1 100.0 50.0 0.500");
		assert_eq!(row("2  "), "2 110.0 55.0 0.500");
		assert_eq!(row("processor µs per transfer   "), "processor µs per transfer 104.9 52.4 0.500 0.500 – 0.500");
		assert!(row("transfers per second").ends_with("2.000 2.000 – 2.000"), "{text}");
		// Without a value in each run, or with a 0, there is no ratio.
		assert!(!text.contains("extrinsic lane") && !text.contains("latency loaded"), "{text}");
	}

	#[test]
	fn the_json_has_pairs_ratios_and_method() {
		let json = serde_json::to_value(comparison()).unwrap();
		assert_eq!(json["pairs"][1]["new"]["cpu_us_per_transfer"], 55.0);
		assert!((json["ratios"]["cpu_us_per_transfer"]["high"].as_f64().unwrap() - 0.5).abs() < 1e-9, "{json}");
		assert!(json["ratios"].get("baseline_cpu_us_per_transfer").is_none());
		assert_eq!((&json["confidence"], &json["lane"]), (&0.95.into(), &"units".into()));
	}
}
