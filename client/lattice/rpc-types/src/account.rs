//! Accounts.

use crate::decimal;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::{AccountId, Balance, Nonce};
use tp_lattice::{UnitHash, Usage};

/// `lattice_account`: an account as the newest block left it, and what its next unit is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountReport {
	/// Which account.
	pub account: AccountId,
	/// Height of its next unit: its nonce.
	pub height: Nonce,
	/// Its newest unit, or what its first balance left there.
	pub head: UnitHash,
	/// What can be spent, but for what is frozen.
	#[serde(with = "decimal")]
	pub free: Balance,
	/// What is held.
	#[serde(with = "decimal")]
	pub reserved: Balance,
	/// Of the total, what must stay.
	#[serde(with = "decimal")]
	pub frozen: Balance,
	/// What one transfer can spend.
	#[serde(with = "decimal")]
	pub spendable: Balance,
	/// Credits received by units.
	pub received: u32,
	/// Rolling hash of them.
	pub received_hash: H256,
	/// What it has used and may use; null if this ledger meters nothing.
	pub quota: Option<QuotaReport>,
	/// The same with the pool's ready units applied.
	pub next: NextReport,
}

/// What a wallet signs an account's next unit with: it counts the units that the pool holds ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NextReport {
	/// Height of the next unit.
	pub height: Nonce,
	/// Its parent.
	pub head: UnitHash,
	/// What is left to spend.
	#[serde(with = "decimal")]
	pub spendable: Balance,
	/// The account's ready units.
	pub pending: u32,
}

/// An account's use of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotaReport {
	/// What it has used and has not faded yet.
	pub used: UsageReport,
	/// What it may use.
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
}

impl From<Usage> for UsageReport {
	fn from(Usage { compute, bytes }: Usage) -> Self {
		Self { compute, bytes }
	}
}
