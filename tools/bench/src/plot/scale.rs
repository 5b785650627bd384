//! Scales from values to pixels.

/// A scale of an axis.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
	low: f64,
	high: f64,
	from: f64,
	to: f64,
	is_logarithmic: bool,
}

impl Scale {
	/// Maps values from 0 to the largest one, rounded up, to pixels.
	pub fn linear(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
		let largest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
		let step = step(largest);
		let high = if largest > 0.0 { (largest / step).ceil() * step } else { 1.0 };
		Self { low: 0.0, high, from, to, is_logarithmic: false }
	}

	/// Maps positive values to pixels by their logarithms, from a power of ten to another.
	pub fn logarithmic(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
		let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
		for value in values.filter(|value| value.is_finite() && *value > 0.0) {
			(low, high) = (low.min(value), high.max(value));
		}
		let (low, high) = if high > 0.0 { (low.log10().floor(), high.log10().ceil()) } else { (0.0, 1.0) };
		Self { low, high: if high > low { high } else { low + 1.0 }, from, to, is_logarithmic: true }
	}

	/// Returns the pixel of a value. Values beyond the ends are at the ends.
	pub fn at(&self, value: f64) -> f64 {
		let value = if self.is_logarithmic { value.max(f64::MIN_POSITIVE).log10() } else { value };
		let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
		self.from + share * (self.to - self.from)
	}

	/// Returns round values along the axis.
	pub fn ticks(&self) -> Vec<f64> {
		let (low, high) = (self.low, self.high);
		if self.is_logarithmic {
			return exact_steps(low, high, 1.0).map(|exponent| 10_f64.powf(exponent)).collect();
		}
		exact_steps(low, high, step(high)).collect()
	}
}

/// Returns a step of 1, 2 or 5 times a power of ten, of which at most about five make the value.
fn step(value: f64) -> f64 {
	if !(value.is_finite() && value > 0.0) {
		return 1.0;
	}
	let power = 10_f64.powf((value / 5.0).log10().floor());
	let multiple = value / 5.0 / power;
	power
		* if multiple <= 1.0 {
			1.0
		} else if multiple <= 2.0 {
			2.0
		} else if multiple <= 5.0 {
			5.0
		} else {
			10.0
		}
}

/// Counts in whole steps, so that no error adds up.
fn exact_steps(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
	(0_u32..).map(move |number| low + f64::from(number) * step).take_while(move |value| *value <= high + step * 1e-6)
}

/// Returns a value as a short text.
pub fn short(value: f64) -> String {
	match value {
		value if value >= 1_000_000.0 => format!("{}M", trimmed(value / 1_000_000.0)),
		value if value >= 10_000.0 => format!("{}k", trimmed(value / 1_000.0)),
		value => trimmed(value),
	}
}

fn trimmed(value: f64) -> String {
	let text = format!("{value:.2}");
	text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn linear_ticks_are_round_and_hold_all_values() {
		let scale = Scale::linear([3.0, 870.0].into_iter(), 0.0, 100.0);
		assert_eq!(scale.ticks(), [0.0, 200.0, 400.0, 600.0, 800.0, 1_000.0]);
		assert_eq!((scale.at(0.0), scale.at(500.0), scale.at(1_000.0), scale.at(5_000.0)), (0.0, 50.0, 100.0, 100.0));
		let empty = Scale::linear([].into_iter(), 0.0, 10.0);
		assert!(empty.at(0.0).is_finite() && !empty.ticks().is_empty());
	}

	#[test]
	fn logarithmic_ticks_are_powers_of_ten() {
		let scale = Scale::logarithmic([12.0, 4_000.0].into_iter(), 300.0, 0.0);
		assert_eq!(scale.ticks(), [10.0, 100.0, 1_000.0, 10_000.0]);
		assert_eq!((scale.at(10.0), scale.at(10_000.0), scale.at(0.0)), (300.0, 0.0, 300.0));
		assert!((scale.at(100.0) - 200.0).abs() < 1e-9);
		let single = Scale::logarithmic([10.0].into_iter(), 0.0, 1.0);
		assert!(single.at(10.0).is_finite());
	}

	#[test]
	fn values_are_short() {
		for (value, text) in [(0.0, "0"), (2.5, "2.5"), (1_000.0, "1000"), (20_000.0, "20k"), (4_000_000.0, "4M")] {
			assert_eq!(short(value), text);
		}
	}
}
