//! Parses and formats amounts of TOP.

use anyhow::{bail, Context};
use tp_core::{Balance, TOKEN_DECIMALS, TOKEN_SYMBOL, TOP};

/// Parses an amount of TOP, such as `1.5`, into the smallest unit.
///
/// # Errors
/// If it is not a positive decimal number with at most 6 decimals, or exceeds the maximum.
pub fn parse_amount(text: &str) -> anyhow::Result<Balance> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let digits = |part: &str| part.chars().all(|digit| digit.is_ascii_digit());
	if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
		bail!("the amount {text:?} is not a decimal number such as 1.5");
	}
	let decimals = usize::from(TOKEN_DECIMALS);
	if fraction.len() > decimals {
		bail!("the amount {text:?} has more than {decimals} decimals, and {TOKEN_SYMBOL} has no smaller unit");
	}
	let too_much = || format!("the amount {text:?} is too large");
	let number = |part: &str| if part.is_empty() { Ok(0) } else { part.parse::<Balance>() };
	let units = number(whole)
		.ok()
		.and_then(|whole| whole.checked_mul(TOP))
		.zip(number(&format!("{fraction:0<decimals$}")).ok())
		.and_then(|(whole, fraction)| whole.checked_add(fraction))
		.with_context(too_much)?;
	if units == 0 {
		bail!("the amount must be more than zero");
	}
	Ok(units)
}

/// Formats an amount of the smallest unit in TOP, without trailing zeros.
pub fn format_amount(units: Balance) -> String {
	let decimals = usize::from(TOKEN_DECIMALS);
	let fraction = format!("{:0decimals$}", units % TOP);
	let fraction = fraction.trim_end_matches('0');
	let point = if fraction.is_empty() { "" } else { "." };
	format!("{}{point}{fraction} {TOKEN_SYMBOL}", units / TOP)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_are_parsed_to_the_smallest_unit() {
		for (text, units) in [
			("1.5", 1_500_000),
			("1", 1_000_000),
			("0.000001", 1),
			(".5", 500_000),
			("2.", 2_000_000),
			("007", 7_000_000),
		] {
			assert_eq!(parse_amount(text).unwrap(), units, "{text}");
		}
	}

	#[test]
	fn wrong_amounts_are_explained() {
		for (text, word) in [
			("", "decimal number"),
			(".", "decimal number"),
			("-1", "decimal number"),
			("1e3", "decimal number"),
			("1,5", "decimal number"),
			("1.2.3", "decimal number"),
			("0", "more than zero"),
			("0.0000001", "6 decimals"),
			("340282366920938463463374607431768211456", "too large"),
			("340282366920938463463374607431769", "too large"),
		] {
			let error = parse_amount(text).unwrap_err().to_string();
			assert!(error.contains(word), "{text}: {error}");
		}
	}

	#[test]
	fn amounts_are_formatted_as_they_are_parsed() {
		for (units, text) in [(1_500_000, "1.5 TOP"), (1, "0.000001 TOP"), (3_000_000, "3 TOP"), (0, "0 TOP")] {
			assert_eq!(format_amount(units), text);
		}
	}
}
