//! The units of a call.

use serde::{
	de::{Error, SeqAccess, Visitor},
	Deserialize, Deserializer, Serialize, Serializer,
};
use sp_core::Bytes;
use std::fmt;

/// The units of `lattice_submit` and `lattice_submitAndWatch`: the SCALE of each [`tp_lattice::Unit`] in a list, or that of all of them
/// as one byte string, which costs node and client less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmittedUnits {
	/// The encoding of each unit.
	List(Vec<Bytes>),
	/// The encoding of a `Vec<Unit>`: the number of the units as a compact integer, and the units.
	Joined(Bytes),
}

impl Serialize for SubmittedUnits {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		match self {
			Self::List(units) => units.serialize(serializer),
			Self::Joined(units) => units.serialize(serializer),
		}
	}
}

struct OfCall;

impl<'de> Visitor<'de> for OfCall {
	type Value = SubmittedUnits;

	fn visit_str<E: Error>(self, hex: &str) -> Result<Self::Value, E> {
		bytes_of(hex).map(SubmittedUnits::Joined)
	}

	fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
		let mut units = Vec::new();
		while let Some(unit) = list.next_element()? {
			match unit {
				SubmittedUnits::Joined(unit) => units.push(unit),
				SubmittedUnits::List(_) => return Err(A::Error::custom("each unit of the list is one string of hex")),
			}
		}
		Ok(SubmittedUnits::List(units))
	}

	fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		formatter.write_str("units in hex: a list of them, or one string with the encoding of the list")
	}
}

impl<'de> Deserialize<'de> for SubmittedUnits {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		deserializer.deserialize_any(OfCall)
	}
}

/// No digit.
const NONE: u8 = 0xff;
/// The values of hexadecimal digits. The SDK's decoder branches for each digit, and units have four hundred.
static DIGITS: [u8; 256] = digits();

const fn digits() -> [u8; 256] {
	let mut digits = [NONE; 256];
	let (mut value, names) = (0u8, b"0123456789abcdef");
	while value < 16 {
		let name = names[value as usize];
		digits[name as usize] = value;
		digits[name.to_ascii_uppercase() as usize] = value;
		value += 1;
	}
	digits
}

/// Decodes hex, with or without `0x`.
fn bytes_of<E: Error>(hex: &str) -> Result<Bytes, E> {
	let hex = hex.strip_prefix("0x").unwrap_or(hex).as_bytes();
	let pairs = hex.chunks_exact(2);
	if !pairs.remainder().is_empty() {
		return Err(E::custom("hex has two digits for each byte"));
	}
	let mut is_wrong = false;
	let bytes = pairs.map(|pair| {
		let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
		is_wrong |= (high | low) > 15;
		(high << 4) | low
	});
	let bytes: Vec<u8> = bytes.collect();
	match is_wrong {
		true => Err(E::custom("the digits of hex are 0 to 9 and a to f")),
		false => Ok(Bytes(bytes)),
	}
}
