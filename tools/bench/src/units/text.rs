//! Bars and numbers for tables.

/// Width of the longest bar.
const BAR_WIDTH: f64 = 40.0;
/// Parts of a character at the end of a bar.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// Draws a bar as long as the value's share of the largest.
pub fn bar(value: f64, largest: f64) -> String {
	if largest <= 0.0 {
		return String::new();
	}
	let eighths = (value / largest * BAR_WIDTH * 8.0).round();
	let (full, part) = ((eighths / 8.0).floor(), eighths % 8.0);
	// The floats are small and not negative.
	#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
	let (full, part) = (full as usize, part as usize);
	"█".repeat(full) + EIGHTHS[part.min(7)]
}

/// Formats a number without decimals, with separated thousands.
pub fn whole(value: f64) -> String {
	// A cast maps negative values to 0, and infinite ones to the maximum.
	#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
	grouped(value.round() as u64)
}

/// Formats a number with separated thousands.
pub fn grouped(number: u64) -> String {
	let digits = number.to_string();
	let mut grouped = String::new();
	for (place, digit) in digits.chars().enumerate() {
		if place > 0 && (digits.len() - place).is_multiple_of(3) {
			grouped.push(',');
		}
		grouped.push(digit);
	}
	grouped
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn thousands_are_separated() {
		for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
			assert_eq!(grouped(number), text);
		}
	}

	#[test]
	fn bars_are_as_long_as_their_share() {
		assert_eq!(bar(10.0, 10.0).chars().count(), 40);
		assert_eq!(bar(5.0, 10.0), "█".repeat(20));
		assert_eq!(bar(0.1, 40.0), "▏");
		assert_eq!(bar(0.0, 0.0), "");
	}
}
