//! Accounts.

use crate::decimal;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::{AccountId, Balance, Nonce};
use tp_lattice::{UnitHash, Usage};

/// Result of `lattice_account`: an account after the newest block, with the height and the parent of its next unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountReport {
	/// The account.
	pub account: AccountId,
	/// Whether it exists. Otherwise it has no head, and can have no unit.
	#[serde(default = "exists")]
	pub exists: bool,
	/// Height of its next unit, which is its nonce: that with which it begins in the next block if it does not exist.
	pub height: Nonce,
	/// Parent of its next unit: its newest unit, or the head that its first balance created.
	pub head: UnitHash,
	/// Free balance, including the frozen part.
	#[serde(with = "decimal")]
	pub free: Balance,
	/// Reserved balance.
	#[serde(with = "decimal")]
	pub reserved: Balance,
	/// Part of the total balance that must stay.
	#[serde(with = "decimal")]
	pub frozen: Balance,
	/// Largest amount of one transfer.
	#[serde(with = "decimal")]
	pub spendable: Balance,
	/// Number of credits received by units.
	pub received: u32,
	/// Rolling hash of these credits.
	pub received_hash: H256,
	/// Use and share of the ledger; null if the ledger meters nothing.
	pub quota: Option<QuotaReport>,
	/// The account after the pool's ready units.
	pub next: NextReport,
}

/// Returns what a report without the field means: nodes that left it out reported no other accounts.
fn exists() -> bool {
	true
}

/// Fields of an account's next unit for a wallet to sign, after the pool's ready units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextReport {
	/// Height of the next unit.
	pub height: Nonce,
	/// Parent of the next unit.
	pub head: UnitHash,
	/// Largest amount of one transfer after the ready units.
	#[serde(with = "decimal")]
	pub spendable: Balance,
	/// Number of the account's ready units.
	pub pending: u32,
}

/// An account's use of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaReport {
	/// Usage that has not faded yet.
	pub used: UsageReport,
	/// Largest usage allowed.
	pub share: UsageReport,
	/// Balance locked for a larger share, by the account itself and by its sponsors.
	#[serde(with = "decimal")]
	pub locked: Balance,
}

/// An amount of each resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UsageReport {
	/// Reference time, in picoseconds.
	#[serde(with = "decimal")]
	pub compute: u64,
	/// Bytes in blocks.
	#[serde(with = "decimal")]
	pub bytes: u64,
	/// Bytes that stay: new accounts, and what is kept of history for good. Zero from nodes that do not meter them.
	#[serde(with = "decimal", default)]
	pub state: u64,
}

impl From<Usage> for UsageReport {
	fn from(Usage { compute, bytes, state }: Usage) -> Self {
		Self { compute, bytes, state }
	}
}
