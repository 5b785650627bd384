//! The runtime's code in a chain specification. All else is skipped: the state of a large network has gigabytes, and would
//! take several times as much in memory as JSON values.

use serde::{
	de::{IgnoredAny, MapAccess, Visitor},
	Deserialize, Deserializer,
};
use sp_core::storage::well_known_keys::CODE;
use std::fmt;

/// A specification.
#[derive(Deserialize)]
pub struct CodeOfSpec {
	/// Its genesis.
	#[serde(default)]
	pub genesis: Option<CodeOfGenesis>,
}

/// A genesis: plain or raw.
#[derive(Default, Deserialize)]
pub struct CodeOfGenesis {
	/// What the runtime builds the state from.
	#[serde(default, rename = "runtimeGenesis")]
	pub runtime_genesis: Option<RuntimeGenesis>,
	/// The state.
	#[serde(default)]
	pub raw: Option<RawGenesis>,
}

/// A plain genesis.
#[derive(Deserialize)]
pub struct RuntimeGenesis {
	/// The code in hex.
	#[serde(default)]
	pub code: Option<String>,
}

/// A raw genesis.
#[derive(Deserialize)]
pub struct RawGenesis {
	/// Its entries.
	#[serde(default)]
	pub top: TopEntries,
}

/// The entries of a state, of which only the code is kept.
#[derive(Default)]
pub struct TopEntries {
	/// The code in hex.
	pub code: Option<String>,
}

impl<'de> Deserialize<'de> for TopEntries {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		deserializer.deserialize_map(Entries)
	}
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
	type Value = TopEntries;

	fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		formatter.write_str("the entries of a state")
	}

	fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<TopEntries, M::Error> {
		let wanted = format!("0x{}", hex::encode(CODE));
		let mut entries = TopEntries::default();
		while let Some(key) = map.next_key::<String>()? {
			if key == wanted {
				entries.code = Some(map.next_value()?);
			} else {
				map.next_value::<IgnoredAny>()?;
			}
		}
		Ok(entries)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn code(json: &str) -> Option<String> {
		let CodeOfGenesis { runtime_genesis, raw } =
			serde_json::from_str::<CodeOfSpec>(json).unwrap().genesis.unwrap_or_default();
		runtime_genesis.and_then(|genesis| genesis.code).or_else(|| raw.and_then(|raw| raw.top.code))
	}

	#[test]
	fn the_code_is_found_in_both_forms_and_nothing_else_is_needed() {
		let raw = r#"{"id": "a", "genesis": {"raw": {"top": {"0x00": "0x01", "0x3a636f6465": "0x02", "0x04": "0x05"},
			"childrenDefault": {}}}}"#;
		assert_eq!(code(raw).as_deref(), Some("0x02"));
		let plain =
			r#"{"genesis": {"runtimeGenesis": {"code": "0x03", "patch": {"balances": {"x": [1, {"y": null}]}}}}}"#;
		assert_eq!(code(plain).as_deref(), Some("0x03"));
		for none in ["{}", r#"{"genesis": {"raw": {"top": {}}}}"#, r#"{"genesis": {"stateRootHash": "0x00"}}"#] {
			assert_eq!(code(none), None, "{none}");
		}
	}
}
