//! The ledger.

use crate::decimal;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::{Balance, BlockNumber};
use tp_lattice::Domain;

/// Result of `lattice_info`: the rules for units of this ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfoReport {
	/// Domain of signatures.
	pub domain: H256,
	/// First and last table of this shard.
	pub tables: (u8, u8),
	/// Smallest balance of an account.
	#[serde(with = "decimal")]
	pub existential_deposit: Balance,
	/// Operations of a unit, at most.
	pub max_operations: u32,
	/// Blocks ahead of the last block that a unit may name, at most.
	pub max_validity: BlockNumber,
	/// Cost of a unit, in picoseconds of reference time.
	#[serde(with = "decimal")]
	pub compute_per_unit: u64,
	/// Additional cost of each operation.
	#[serde(with = "decimal")]
	pub compute_per_operation: u64,
	/// Units of one call, at most.
	pub max_units_per_call: u32,
}

impl InfoReport {
	/// Returns the domain of signatures.
	pub fn domain(&self) -> Domain {
		Domain(self.domain)
	}
}

/// Result of `lattice_table`: the newest link of a table's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableReport {
	/// The table.
	pub table: u8,
	/// Number of table blocks.
	pub height: u32,
	/// Hash of the newest table block.
	pub hash: H256,
}
