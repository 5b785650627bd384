//! How much a pool holds.

use tp_core::Nonce;

/// The bounds of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Units, ready and future. Eight full blocks: more would wait longer than a wallet does, and each takes a kilobyte or two
	/// of memory with all that is kept about it.
	pub max_units: usize,
	/// Encoded bytes of all units.
	pub max_bytes: usize,
	/// Encoded bytes of one unit. The largest that decodes has less than 17 KiB.
	pub max_unit_bytes: usize,
	/// Units of one account, ready and future.
	pub max_units_per_account: usize,
	/// Future units of one account: units come nearly in order, so few wait.
	pub max_future_per_account: usize,
	/// Heights that a unit may be ahead of the account.
	pub max_gap: Nonce,
	/// How long a future unit waits for its gap to close, in milliseconds.
	pub future_timeout_ms: u64,
	/// Ended units whose status is remembered: a few full blocks.
	pub max_ended: usize,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			max_units: 131_072,
			max_bytes: 128 * 1024 * 1024,
			max_unit_bytes: 20 * 1024,
			max_units_per_account: 256,
			max_future_per_account: 64,
			max_gap: 256,
			future_timeout_ms: 60_000,
			max_ended: 65_536,
		}
	}
}
