//! The ledger.

use crate::decimal;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_core::{Balance, BlockNumber};
use tp_lattice::Domain;

/// `lattice_info`: what units for this ledger are made and judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InfoReport {
	/// What signatures are for.
	pub domain: H256,
	/// First and last table of this shard.
	pub tables: (u8, u8),
	/// What an account needs to live.
	#[serde(with = "decimal")]
	pub existential_deposit: Balance,
	/// Operations of a unit, at most.
	pub max_operations: u32,
	/// Blocks ahead that a unit may set as its end, at most.
	pub max_validity: BlockNumber,
	/// What a unit costs, in picoseconds of reference time.
	#[serde(with = "decimal")]
	pub compute_per_unit: u64,
	/// What each of its operations costs besides.
	#[serde(with = "decimal")]
	pub compute_per_operation: u64,
	/// Units that one call takes.
	pub max_units_per_call: u32,
}

impl InfoReport {
	/// What signatures are for.
	pub fn domain(&self) -> Domain {
		Domain(self.domain)
	}
}

/// `lattice_table`: the newest link of a table's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableReport {
	/// Which table.
	pub table: u8,
	/// Table blocks up to here.
	pub height: u32,
	/// Hash of the newest.
	pub hash: H256,
}
