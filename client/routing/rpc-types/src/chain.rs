//! Names of ledgers.

use tp_core::ChainTag;

/// Returns the ledger with a name as [`ChainTag`] displays it: `main`, `zone 0`, `shard 0/1`.
pub fn parse_chain(name: &str) -> Option<ChainTag> {
	if let Some(zone) = name.strip_prefix("zone ") {
		return Some(ChainTag::Zone(number(zone)?));
	}
	if let Some((zone, incarnation)) = name.strip_prefix("shard ").and_then(|numbers| numbers.split_once('/')) {
		return Some(ChainTag::Shard { zone: number(zone)?, incarnation: number(incarnation)? });
	}
	(name == "main").then_some(ChainTag::Main)
}

/// Reads digits alone: the parser of numbers takes signs too.
fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
	text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_of_ledgers_are_read_as_they_are_written() {
		for chain in [ChainTag::Main, ChainTag::Zone(65_535), ChainTag::Shard { zone: 3, incarnation: u32::MAX }] {
			assert_eq!(parse_chain(&chain.to_string()), Some(chain));
		}
		for name in
			["", "Main", "zone", "zone ", "zone +1", "zone 65536", "shard 0", "shard 0/", "shard 0/1/2", "shard  0/1"]
		{
			assert_eq!(parse_chain(name), None, "{name:?}");
		}
	}
}
