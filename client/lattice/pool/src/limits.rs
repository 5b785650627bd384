//! Bounds of a pool.

use tp_core::Nonce;

/// Bounds of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
	/// Units, ready and future. Eight full blocks: more would wait longer than a wallet does, and each unit takes a
	/// kilobyte or two of memory with its entries.
	pub max_units: usize,
	/// Encoded bytes of all units.
	pub max_bytes: usize,
	/// Encoded bytes of one unit. The largest unit that decodes has less than 17 KiB.
	pub max_unit_bytes: usize,
	/// Units of one account, ready and future.
	pub max_units_per_account: usize,
	/// Future units of one account. Units arrive nearly in order, so only a few wait.
	pub max_future_per_account: usize,
	/// Heights that a unit may be ahead of the account.
	pub max_gap: Nonce,
	/// Milliseconds that a future unit waits for its gap to close.
	pub future_timeout_ms: u64,
	/// Units whose end status is remembered: a few full blocks.
	pub max_outcomes: usize,
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
			max_outcomes: 65_536,
		}
	}
}
