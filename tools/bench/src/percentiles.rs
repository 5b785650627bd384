//! Percentiles of samples, and rounded figures.

use serde::Serialize;
use std::time::Duration;

/// The median and the 99th percentile, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
	/// The median.
	pub p50: f64,
	/// The 99th percentile.
	pub p99: f64,
}

impl Percentiles {
	/// Returns those of a sample, by nearest rank; zeros of an empty sample.
	pub fn of(mut sample: Vec<Duration>) -> Self {
		sample.sort_unstable();
		let rank = |percent: usize| {
			let rank = (sample.len() * percent).div_ceil(100).saturating_sub(1);
			sample.get(rank).map_or(0.0, |value| rounded(value.as_secs_f64() * 1_000.0))
		};
		Self { p50: rank(50), p99: rank(99) }
	}
}

/// Rounds to one decimal: more is noise.
pub fn rounded(value: f64) -> f64 {
	(value * 10.0).round() / 10.0
}

/// Divides; returns 0 if the divisor is not positive.
pub fn ratio(value: f64, by: f64) -> f64 {
	if by > 0.0 {
		value / by
	} else {
		0.0
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn percentiles_are_of_the_sample() {
		let sample = (1..=200).rev().map(Duration::from_millis).collect();
		assert_eq!(Percentiles::of(sample), Percentiles { p50: 100.0, p99: 198.0 });
		assert_eq!(Percentiles::of(vec![Duration::from_millis(7)]), Percentiles { p50: 7.0, p99: 7.0 });
		assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
	}
}
