//! A version of the accounts.

use tp_account_store::Hash;

/// A version, with the block that made it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
	/// The version: the number of the block.
	pub version: u64,
	/// The hash of the block.
	pub hash: Hash,
	/// The root of the accounts.
	pub root: Hash,
	/// The time of the block, in milliseconds since 1970.
	pub time_ms: u64,
}
