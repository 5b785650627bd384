//! Numbers as decimal strings, for `#[serde(with = "decimal")]`.

use serde::{de::Error, Deserialize, Deserializer, Serializer};
use std::{fmt::Display, str::FromStr};

/// Writes a number as a string.
pub fn serialize<N: Display, S: Serializer>(number: &N, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(number)
}

/// Reads a number from a string.
pub fn deserialize<'de, N: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<N, D::Error> {
	let text = String::deserialize(deserializer)?;
	text.parse().map_err(|error| D::Error::custom(format!("{text:?} is no decimal number: {error}")))
}

/// The same for optional numbers, with `#[serde(default, skip_serializing_if = "Option::is_none")]`.
pub mod option {
	use super::*;

	/// Writes a number as a string, if there is one.
	pub fn serialize<N: Display, S: Serializer>(number: &Option<N>, serializer: S) -> Result<S::Ok, S::Error> {
		match number {
			Some(number) => super::serialize(number, serializer),
			None => serializer.serialize_none(),
		}
	}

	/// Reads a number from a string, if there is one.
	pub fn deserialize<'de, N: FromStr<Err: Display>, D: Deserializer<'de>>(
		deserializer: D,
	) -> Result<Option<N>, D::Error> {
		let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
		let number = text.parse();
		number.map(Some).map_err(|error| D::Error::custom(format!("{text:?} is no decimal number: {error}")))
	}
}
