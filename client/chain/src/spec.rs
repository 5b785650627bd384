//! What a chain specification of a TOP ledger has beyond the SDK's fields.

use sc_chain_spec::ChainSpecExtension;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Where a chain keeps its accounts. The root of its genesis depends on it, so it is a property of the chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStore {
	/// In the SDK's trie, with all else.
	#[default]
	Trie,
	/// In the account store: in memory, with a log and snapshots on disk. The trie holds its root.
	Memory,
}

impl AccountStore {
	/// The names in specifications and on the command line.
	pub const NAMES: [&'static str; 2] = ["trie", "memory"];
}

impl fmt::Display for AccountStore {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Trie => "trie",
			Self::Memory => "memory",
		})
	}
}

impl FromStr for AccountStore {
	type Err = String;

	fn from_str(name: &str) -> Result<Self, String> {
		match name {
			"trie" => Ok(Self::Trie),
			"memory" => Ok(Self::Memory),
			_ => Err(format!("no account store {name:?}: there are {}", Self::NAMES.join(" and "))),
		}
	}
}

/// The further fields of a specification. A specification without them is one of a chain with its accounts in the trie.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct SpecExtensions {
	/// Where the chain keeps its accounts.
	#[serde(default)]
	pub account_store: AccountStore,
}
