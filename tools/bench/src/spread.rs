//! The median and the range of each figure of several reports.

use serde_json::{json, Map, Value};
use std::collections::BTreeMap;

/// The range of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
	/// Least value.
	pub low: f64,
	/// Largest value.
	pub high: f64,
}

/// Several reports of the same form.
#[derive(Clone, Debug)]
pub struct Spread {
	/// Number of reports.
	pub runs: usize,
	/// A report whose numbers are the medians. What is no number is that of the first report.
	pub median: Value,
	/// The range of each number, by its place.
	pub ranges: BTreeMap<String, Range>,
}

impl Spread {
	/// Computes medians and ranges. A number that some reports lack is that of the others.
	pub fn of(reports: &[Value]) -> Self {
		let mut ranges = BTreeMap::new();
		let all: Vec<&Value> = reports.iter().collect();
		let median = merge(&all, &mut String::new(), &mut ranges);
		Self { runs: reports.len(), median, ranges }
	}

	/// Returns the report with `runs`, and with the ranges if there are several reports.
	pub fn json(&self) -> Value {
		let mut report = self.median.clone();
		if let Value::Object(report) = &mut report {
			report.insert("runs".into(), json!(self.runs));
			if self.runs > 1 {
				let ranges: Map<String, Value> =
					self.ranges.iter().map(|(place, range)| (place.clone(), json!([range.low, range.high]))).collect();
				report.insert("ranges".into(), Value::Object(ranges));
			}
		}
		report
	}
}

/// Merges the values at one place.
fn merge(values: &[&Value], place: &mut String, ranges: &mut BTreeMap<String, Range>) -> Value {
	// A report lacks what its node does not count.
	let Some(first) = values.iter().find(|value| !value.is_null()) else { return Value::Null };
	match first {
		Value::Number(_) => {
			let mut numbers: Vec<f64> = values.iter().filter_map(|value| value.as_f64()).collect();
			numbers.sort_by(f64::total_cmp);
			if let (Some(low), Some(high)) = (numbers.first(), numbers.last()) {
				ranges.insert(place.clone(), Range { low: *low, high: *high });
			}
			median(&numbers, first)
		},
		Value::Object(_) => {
			let mut merged = Map::new();
			for key in values.iter().filter_map(|value| value.as_object()).flat_map(Map::keys) {
				if !merged.contains_key(key) {
					merged.insert(key.clone(), at(values, place, key, |value| value.get(key), ranges));
				}
			}
			Value::Object(merged)
		},
		Value::Array(items) => (0..items.len())
			.map(|index| at(values, place, &index.to_string(), |value| value.get(index), ranges))
			.collect(),
		other => (*other).clone(),
	}
}

/// Merges the values at a place below another one.
fn at<'a>(
	values: &[&'a Value],
	place: &mut String,
	name: &str,
	get: impl Fn(&'a Value) -> Option<&'a Value>,
	ranges: &mut BTreeMap<String, Range>,
) -> Value {
	let length = place.len();
	place.push('/');
	place.push_str(name);
	let below: Vec<&Value> = values.iter().copied().filter_map(get).collect();
	let merged = merge(&below, place, ranges);
	place.truncate(length);
	merged
}

/// Returns the median of sorted numbers: a whole number if all are, and their number is odd.
fn median(sorted: &[f64], like: &Value) -> Value {
	let middle = sorted.len() / 2;
	let value = match (sorted.get(middle), sorted.len() % 2) {
		(Some(value), 1) => *value,
		(Some(value), _) => (sorted[middle - 1] + value) / 2.0,
		(None, _) => return like.clone(),
	};
	if like.is_u64() && value.fract() == 0.0 {
		// Whole, and a count of something.
		#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
		return json!(value as u64);
	}
	json!(value)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn each_number_has_its_median_and_range() {
		let reports = [
			json!({ "rate": 10.0, "units": 5, "store": "trie", "open": [{ "p99": 3.0 }] }),
			json!({ "rate": 30.0, "units": 5, "store": "trie", "open": [{ "p99": 1.0 }] }),
			json!({ "rate": 20.0, "units": 5, "store": "trie", "open": [{ "p99": 9.0 }] }),
		];
		let spread = Spread::of(&reports);
		assert_eq!(spread.median, json!({ "rate": 20.0, "units": 5, "store": "trie", "open": [{ "p99": 3.0 }] }));
		assert_eq!(spread.ranges["/rate"], Range { low: 10.0, high: 30.0 });
		assert_eq!(spread.ranges["/open/0/p99"], Range { low: 1.0, high: 9.0 });
		let json = spread.json();
		assert_eq!((&json["runs"], &json["ranges"]["/rate"]), (&json!(3), &json!([10.0, 30.0])));
	}

	#[test]
	fn an_even_number_of_runs_has_the_mean_of_the_middle_ones() {
		let spread = Spread::of(&[json!({ "a": 1 }), json!({ "a": 4 }), json!({ "a": 2 }), json!({ "a": 3 })]);
		assert_eq!(spread.median, json!({ "a": 2.5 }));
	}

	#[test]
	fn one_report_keeps_its_values_and_has_no_ranges() {
		let report = json!({ "units_final": 400, "rate": 7.5, "gap": null, "gaps": ["x"], "is": true });
		let mut expected = report.clone();
		expected["runs"] = json!(1);
		assert_eq!(Spread::of(&[report]).json(), expected);
	}

	#[test]
	fn what_some_reports_lack_is_that_of_the_others() {
		let spread = Spread::of(&[json!({ "a": null }), json!({ "a": 2.0, "b": { "c": 1 } })]);
		assert_eq!(spread.median, json!({ "a": 2.0, "b": { "c": 1 } }));
	}
}
