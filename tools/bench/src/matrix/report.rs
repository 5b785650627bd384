//! The report of a matrix: medians, ranges, and ratios to the base.

use crate::{
	matrix::variants::Variant,
	percentiles::rounded,
	spread::{Range, Spread},
	units::plot,
};
use anyhow::{bail, Context};
use serde_json::{json, Value};
use std::{fmt::Write, time::Duration};

/// The runs of a variant.
#[derive(Debug)]
pub struct Measured {
	/// The variant.
	pub variant: Variant,
	/// Reports of its runs.
	pub reports: Vec<Value>,
	/// Errors of its runs.
	pub errors: Vec<String>,
}

impl Measured {
	/// Begins without runs.
	pub fn new(variant: Variant) -> Self {
		Self { variant, reports: Vec::new(), errors: Vec::new() }
	}
}

/// The report of a matrix.
#[derive(Debug)]
pub struct MatrixReport {
	variants: Vec<(Measured, Spread)>,
	skipped: u32,
	took: Duration,
}

/// Figures of the table: heading, place, digits behind the point.
const COLUMNS: [(&str, &str, usize); 6] = [
	("transfers/s", "/transfers_per_second", 0),
	("µs/transfer", "/cpu_us_per_transfer", 1),
	("generator µs", "/cpu/generator_us/whole", 1),
	("idle p50 ms", "/latency_ms/p50", 1),
	("idle p99 ms", "/latency_ms/p99", 1),
	("full p99 ms", "/loaded_latency_all_ms/p99", 1),
];
const CPU: &str = "/cpu_us_per_transfer";
const STEADY_MB: &str = "/memory_mb/steady";

impl MatrixReport {
	/// Computes medians and ranges.
	///
	/// # Errors
	/// If no run of the base succeeded.
	pub fn new(measured: Vec<Measured>, skipped: u32, took: Duration) -> anyhow::Result<Self> {
		let variants: Vec<_> = measured
			.into_iter()
			.map(|measured| {
				let spread = Spread::of(&measured.reports);
				(measured, spread)
			})
			.collect();
		let (base, _) = variants.first().context("a matrix has a base; qed")?;
		if base.reports.is_empty() {
			bail!(
				"no run of the base succeeded: {}",
				base.errors.first().map_or("there was no time for it", |error| error)
			);
		}
		Ok(Self { variants, skipped, took })
	}

	/// Returns the variants with runs, and the figures of each.
	fn present(&self) -> impl Iterator<Item = (&Measured, &Spread)> {
		self.variants.iter().filter(|(measured, _)| !measured.reports.is_empty()).map(|(one, other)| (one, other))
	}

	fn base(&self, place: &str) -> Option<f64> {
		self.variants.first().and_then(|(_, spread)| figure(spread, place))
	}

	/// Returns the memory that an account takes, in bytes: the slope of the steady memory between the least and the largest
	/// number of accounts. Without variants of accounts there is none.
	fn bytes_per_account(&self) -> Option<f64> {
		let mut sizes: Vec<(f64, f64)> = self
			.present()
			.filter(|(measured, _)| ["base", "accounts"].contains(&measured.variant.factor))
			.filter_map(|(_, spread)| Some((figure(spread, "/accounts")?, figure(spread, STEADY_MB)?)))
			.collect();
		sizes.sort_by(|one, other| one.0.total_cmp(&other.0));
		let ((few, small), (many, large)) = (sizes.first()?, sizes.last()?);
		(many > few).then(|| rounded((large - small) * 1_000_000.0 / (many - few)))
	}

	/// Returns one JSON object.
	pub fn json(&self) -> Value {
		let variants: Vec<Value> = self
			.variants
			.iter()
			.map(|(measured, spread)| {
				let Variant { factor, value, arguments } = &measured.variant;
				let ratio = figure(spread, CPU).zip(self.base(CPU)).map(|(cpu, base)| cpu / base);
				json!({
					"name": measured.variant.name(),
					"factor": factor,
					"value": value,
					"arguments": arguments,
					"cpu_ratio_to_base": ratio,
					"report": if measured.reports.is_empty() { Value::Null } else { spread.json() },
					"errors": measured.errors,
				})
			})
			.collect();
		json!({
			"variants": variants,
			"memory_bytes_per_account": self.bytes_per_account(),
			"skipped_runs": self.skipped,
			"seconds": rounded(self.took.as_secs_f64()),
		})
	}

	/// Returns the table for people.
	pub fn table(&self) -> String {
		let mut text = String::new();
		let mut line =
			|line: String| writeln!(text, "{}", line.trim_end()).expect("writing to a string never fails; qed");
		let heads: String = COLUMNS.iter().map(|(head, _, _)| format!("{head:>24}")).collect();
		line(format!("\n{:22}{:>5}{heads}{:>9}", "", "runs", "/ base"));
		for (measured, spread) in &self.variants {
			let cells: String = COLUMNS.iter().map(|(_, place, digits)| cell(spread, place, *digits)).collect();
			let ratio = figure(spread, CPU).zip(self.base(CPU)).map(|(cpu, base)| format!("{:.2}", cpu / base));
			let ratio = ratio.unwrap_or_default();
			line(format!("{:22}{:>5}{cells}{ratio:>9}", measured.variant.name(), measured.reports.len()));
		}
		line("\nMedian and range of each. The last column compares the processor time of a transfer.".into());
		if let Some(bytes) = self.bytes_per_account() {
			line(format!("An account takes {bytes:.0} bytes of memory: the slope of the steady memory."));
		}
		if self.skipped > 0 {
			line(format!("{} runs were left out: the time did not suffice.", self.skipped));
		}
		for (measured, _) in &self.variants {
			for error in &measured.errors {
				line(format!("{} failed: {error}", measured.variant.name()));
			}
		}
		text
	}

	/// Draws all variants.
	pub fn plot(&self) -> String {
		let named: Vec<(String, &Value)> =
			self.present().map(|(measured, spread)| (measured.variant.name(), &spread.median)).collect();
		let lanes: Vec<(&str, &Value)> = named.iter().map(|(name, report)| (name.as_str(), *report)).collect();
		let loads: Vec<(&str, &Value)> =
			lanes.iter().copied().filter(|(_, report)| report.get("open_loop").is_some()).collect();
		plot::charts(&[plot::latency(&loads)], &[plot::stages(&lanes), plot::groups(&lanes)])
	}

	/// Checks that no run failed.
	///
	/// # Errors
	/// If one did: names the variants.
	pub fn ensure_complete(&self) -> anyhow::Result<()> {
		let failed: Vec<String> = self
			.variants
			.iter()
			.filter(|(measured, _)| !measured.errors.is_empty())
			.map(|(measured, _)| measured.variant.name())
			.collect();
		if !failed.is_empty() {
			bail!("runs failed of: {}", failed.join(", "));
		}
		Ok(())
	}
}

fn figure(spread: &Spread, place: &str) -> Option<f64> {
	spread.median.pointer(place).and_then(Value::as_f64)
}

fn cell(spread: &Spread, place: &str, digits: usize) -> String {
	let text = figure(spread, place)
		.zip(spread.ranges.get(place))
		.map(|(median, Range { low, high })| format!("{median:.digits$} ({low:.digits$}–{high:.digits$})"));
	format!("{:>24}", text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
	use super::*;
	use xmltree::Element;

	fn measured(factor: &'static str, value: &str, cpu: &[f64], accounts: u32, steady: f64) -> Measured {
		let report = |cpu: &f64| {
			json!({
				"accounts": accounts, "cpu_us_per_transfer": cpu, "transfers_per_second": 1e6 / cpu, "ops_per_unit": 1,
				"memory_mb": { "steady": steady }, "stages_us": { "verify": 10.0, "root": cpu / 2.0 },
			})
		};
		let variant = Variant { factor, value: value.into(), arguments: vec!["--x".into()] };
		Measured { variant, reports: cpu.iter().map(report).collect(), errors: Vec::new() }
	}

	fn matrix() -> MatrixReport {
		let base = measured("base", "", &[100.0, 120.0, 110.0], 100_000, 150.0);
		let large = measured("accounts", "1000000", &[220.0], 1_000_000, 600.0);
		let mut failed = measured("scheme", "ed25519", &[], 100_000, 0.0);
		failed.errors.push("no node".into());
		MatrixReport::new(vec![base, large, failed], 2, Duration::from_secs(9)).unwrap()
	}

	#[test]
	fn variants_are_compared_with_the_base() {
		let json = matrix().json();
		assert_eq!(json["variants"][1]["cpu_ratio_to_base"], 2.0);
		assert_eq!(json["variants"][0]["report"]["ranges"][CPU], json!([100.0, 120.0]));
		assert_eq!((&json["variants"][2]["report"], &json["skipped_runs"]), (&Value::Null, &json!(2)));
		// 450 MB for 900,000 accounts.
		assert_eq!(json["memory_bytes_per_account"], 500.0);
	}

	#[test]
	fn the_table_has_medians_ranges_and_errors() {
		let text = matrix().table();
		let row = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{text}"));
		assert!(row("base").contains("110.0 (100.0–120.0)") && row("base").ends_with("1.00"), "{text}");
		assert!(row("accounts 1000000").ends_with("2.00"), "{text}");
		assert!(text.contains("scheme ed25519 failed: no node") && text.contains("500 bytes"), "{text}");
		assert!(matrix().ensure_complete().is_err());
	}

	#[test]
	fn all_variants_with_runs_are_drawn() {
		let svg = matrix().plot();
		assert!(Element::parse(svg.as_bytes()).is_ok(), "{svg}");
		assert!(svg.contains("accounts 1000000") && !svg.contains("ed25519"), "{svg}");
	}
}
