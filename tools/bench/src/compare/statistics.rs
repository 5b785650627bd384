//! The ratio of paired figures, with a confidence interval.

use serde::Serialize;
use std::f64::consts::PI;

/// The confidence of intervals.
pub const CONFIDENCE: f64 = 0.95;
/// Upper bound of the search for a quantile: that of one degree of freedom is 12.7.
const MAX_QUANTILE: f64 = 100.0;
/// Steps of the search: each halves the interval.
const BISECTIONS: u32 = 60;

/// A ratio with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratio {
	/// The geometric mean of the ratios of the pairs.
	pub ratio: f64,
	/// Lower end of the interval.
	pub low: f64,
	/// Upper end of the interval.
	pub high: f64,
}

impl Ratio {
	/// Estimates new/old from pairs `(old, new)`. The logarithms of the pairs' ratios are taken as independent samples
	/// of a normal distribution.
	///
	/// Returns `None` for fewer than two pairs, or if a figure is not positive: its logarithm does not exist.
	pub fn of_pairs(pairs: &[(f64, f64)]) -> Option<Self> {
		if pairs.len() < 2 || pairs.iter().any(|(old, new)| !(*old > 0.0 && *new > 0.0)) {
			return None;
		}
		let logarithms: Vec<f64> = pairs.iter().map(|(old, new)| (new / old).ln()).collect();
		let count = logarithms.len() as f64;
		let mean = logarithms.iter().sum::<f64>() / count;
		let variance = logarithms.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
		let margin = t_quantile(logarithms.len() - 1) * (variance / count).sqrt();
		Some(Self { ratio: mean.exp(), low: (mean - margin).exp(), high: (mean + margin).exp() })
	}
}

/// Returns the geometric mean; `None` if there are no values, or one is not positive.
pub fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
	let values: Vec<f64> = values.collect();
	if values.is_empty() || values.iter().any(|value| value.is_nan() || *value <= 0.0) {
		return None;
	}
	Some((values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp())
}

/// Returns the t for which `|T| < t` has the probability [`CONFIDENCE`], for `T` of Student's distribution with some
/// degrees of freedom, at least 1.
fn t_quantile(degrees: usize) -> f64 {
	let (mut low, mut high) = (0.0, MAX_QUANTILE);
	for _ in 0..BISECTIONS {
		let middle = (low + high) / 2.0;
		if probability_within(middle, degrees) < CONFIDENCE {
			low = middle;
		} else {
			high = middle;
		}
	}
	high
}

/// Returns the probability of `|T| < t`, by the finite series for whole degrees of freedom (Abramowitz and Stegun,
/// 26.7.3 and 26.7.4).
fn probability_within(t: f64, degrees: usize) -> f64 {
	let angle = (t / (degrees as f64).sqrt()).atan();
	let (sin, cos) = angle.sin_cos();
	let is_odd = degrees % 2 == 1;
	// Powers of the cosine up to degrees − 2, in steps of two.
	let mut power = if is_odd { 1 } else { 0 };
	let mut term = if is_odd { cos } else { 1.0 };
	let mut sum = 0.0;
	while power + 2 <= degrees {
		sum += term;
		term *= cos * cos * (power + 1) as f64 / (power + 2) as f64;
		power += 2;
	}
	match is_odd {
		true => 2.0 / PI * (angle + sin * sum),
		false => sin * sum,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[track_caller]
	fn assert_close(found: f64, expected: f64) {
		assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
	}

	#[test]
	fn quantiles_are_those_of_the_tables() {
		for (degrees, expected) in [
			(1, 12.7062),
			(2, 4.3027),
			(3, 3.1824),
			(4, 2.7764),
			(5, 2.5706),
			(8, 2.3060),
			(9, 2.2622),
			(15, 2.1314),
			(30, 2.0423),
			(100, 1.9840),
			(1_000, 1.9623),
		] {
			assert_close(t_quantile(degrees), expected);
		}
	}

	#[test]
	fn a_constant_ratio_has_an_interval_of_no_width() {
		let ratio = Ratio::of_pairs(&[(100.0, 110.0), (200.0, 220.0), (50.0, 55.0)]).unwrap();
		for value in [ratio.ratio, ratio.low, ratio.high] {
			assert_close(value, 1.1);
		}
	}

	#[test]
	fn the_interval_follows_from_the_spread_of_the_logarithms() {
		// ln 2, 0 and −ln 2: mean 0, standard deviation ln 2, margin 4.3027 · ln 2 / √3 = 1.7219.
		let ratio = Ratio::of_pairs(&[(1.0, 2.0), (1.0, 1.0), (2.0, 1.0)]).unwrap();
		assert_close(ratio.ratio, 1.0);
		assert_close(ratio.low, (-1.7219_f64).exp());
		assert!((ratio.high - 1.7219_f64.exp()).abs() < 2e-3, "{ratio:?}");
	}

	#[test]
	fn exchanging_the_binaries_inverts_the_ratio() {
		let pairs = [(10.0, 11.0), (12.0, 12.5), (9.0, 10.5), (11.0, 10.8)];
		let forth = Ratio::of_pairs(&pairs).unwrap();
		let back = Ratio::of_pairs(&pairs.map(|(old, new)| (new, old))).unwrap();
		assert_close(forth.ratio * back.ratio, 1.0);
		assert_close(forth.low * back.high, 1.0);
	}

	#[test]
	fn figures_without_a_logarithm_have_no_ratio() {
		assert_eq!(Ratio::of_pairs(&[(1.0, 1.0)]), None);
		assert_eq!(Ratio::of_pairs(&[(1.0, 1.0), (0.0, 1.0)]), None);
		assert_eq!(Ratio::of_pairs(&[(1.0, 1.0), (1.0, f64::NAN)]), None);
		assert_eq!(geometric_mean([].into_iter()), None);
		assert_eq!(geometric_mean([1.0, 0.0].into_iter()), None);
		assert_close(geometric_mean([1.0, 4.0].into_iter()).unwrap(), 2.0);
	}
}
