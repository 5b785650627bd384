//! Tables: 256 parts of a zone's accounts, each with its own chain of table blocks.

use crate::{Mark, UnitHash};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use tp_core::{merkle, BlockNumber, TableId};

/// The newest link of a table's chain.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TableHead {
	/// The number of table blocks.
	pub height: u32,
	/// `blake2_256(previous head's hash ‖ block number as little-endian u32 ‖ units root ‖ credits root)`.
	pub hash: H256,
}

/// The newest links of the chains of all tables that have one. It is one value of the state: a full block changes nearly all links, and
/// a key of the state costs more than all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TableHeads(BTreeMap<TableId, TableHead>);

impl TableHeads {
	/// Returns the newest link of a table's chain. Its height is 0 if it has none.
	pub fn get(&self, table: TableId) -> TableHead {
		self.0.get(&table).copied().unwrap_or_default()
	}

	/// Replaces the newest links of some tables.
	pub fn set(&mut self, heads: impl IntoIterator<Item = (TableId, TableHead)>) {
		self.0.extend(heads);
	}
}

impl FromIterator<(TableId, TableHead)> for TableHeads {
	fn from_iter<I: IntoIterator<Item = (TableId, TableHead)>>(heads: I) -> Self {
		Self(heads.into_iter().collect())
	}
}

impl MaxEncodedLen for TableHeads {
	/// The number of links takes two bytes if there are 64 or more.
	fn max_encoded_len() -> usize {
		2 + 256 * <(TableId, TableHead)>::max_encoded_len()
	}
}

/// The effects of a block on one table.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TableBlock {
	/// The table.
	pub table: TableId,
	/// The number of units of its accounts.
	pub units: u32,
	/// Root of the tree of its units in the order of the batch. A leaf is a hash and a mark.
	pub units_root: H256,
	/// The number of credits to its accounts.
	pub credits: u32,
	/// Root of the tree of encoded credits, in canonical order.
	pub credits_root: H256,
}

impl TableHead {
	/// Returns the head after a table block of the block `number`.
	pub fn next(&self, number: BlockNumber, units_root: &H256, credits_root: &H256) -> Self {
		let hash = (self.hash, number, units_root, credits_root).using_encoded(blake2_256);
		Self { height: self.height.wrapping_add(1), hash: H256(hash) }
	}
}

/// Returns the leaf of a unit in its table's tree. It includes the mark, so that a path proves whether the unit applied.
pub fn unit_leaf(hash: &UnitHash, mark: Mark) -> [u8; 33] {
	let mut leaf = [0; 33];
	leaf[..32].copy_from_slice(hash.as_bytes());
	leaf[32] = mark.code();
	leaf
}

/// Returns the leaf of a table in a block's tree of tables.
pub fn table_leaf(table: TableId, head: &TableHead) -> [u8; 37] {
	let mut leaf = [0; 37];
	leaf[0] = table.0;
	leaf[1..5].copy_from_slice(&head.height.to_le_bytes());
	leaf[5..].copy_from_slice(head.hash.as_bytes());
	leaf
}

/// Returns the root over the tables of a block, in ascending order.
pub fn tables_root(heads: &[(TableId, TableHead)]) -> H256 {
	let leaves: Vec<_> = heads.iter().map(|(table, head)| table_leaf(*table, head)).collect();
	merkle::root(&leaves)
}
