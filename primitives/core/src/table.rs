//! Tables: 256 parts of a zone's accounts.

use crate::AccountId;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::RangeInclusive;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_crypto_hashing::blake2_128;

/// One of the 256 tables of a zone.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct TableId(pub u8);

impl TableId {
	/// Returns the table of an account: the first byte of `blake2_128(account)`, with which the hashed part of the account's
	/// storage key begins too.
	pub fn of(account: &AccountId) -> Self {
		Self(blake2_128(account.as_ref())[0])
	}
}

/// The tables of a shard, both ends included.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct TableRange {
	/// The first table.
	pub first: TableId,
	/// The last table.
	pub last: TableId,
}

impl TableRange {
	/// All tables of a zone.
	pub const ALL: Self = Self { first: TableId(0), last: TableId(u8::MAX) };

	/// Returns the tables of a shard, if the shards of a zone have equal parts: `index` from 0, `count` at most 256. `None` if
	/// there is no such shard.
	pub fn of_shard(index: u16, count: u16) -> Option<Self> {
		const TABLES: u32 = 256;
		if index >= count || u32::from(count) > TABLES {
			return None;
		}
		let begin = |index: u32| index * TABLES / u32::from(count);
		let table = |table: u32| u8::try_from(table).ok().map(TableId);
		let index = u32::from(index);
		Some(Self { first: table(begin(index))?, last: table(begin(index + 1) - 1)? })
	}

	/// Tells whether a table is one of them.
	pub fn contains(&self, table: TableId) -> bool {
		self.first <= table && table <= self.last
	}

	/// Returns the tables.
	pub fn iter(&self) -> impl Iterator<Item = TableId> {
		(self.first.0..=self.last.0).map(TableId)
	}
}

impl Default for TableRange {
	fn default() -> Self {
		Self::ALL
	}
}

impl From<TableRange> for RangeInclusive<u8> {
	fn from(TableRange { first, last }: TableRange) -> Self {
		first.0..=last.0
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_shards_of_a_zone_have_all_tables_without_gap_or_overlap() {
		for count in 1..=256 {
			let mut next = 0;
			for index in 0..count {
				let range = TableRange::of_shard(index, count).unwrap();
				assert_eq!(u32::from(range.first.0), next);
				assert!(range.first <= range.last, "shard {index} of {count} has no table");
				next = u32::from(range.last.0) + 1;
			}
			assert_eq!(next, 256);
		}
		assert_eq!(TableRange::of_shard(0, 1), Some(TableRange::ALL));
		assert_eq!(TableRange::of_shard(2, 2), None);
		assert_eq!(TableRange::of_shard(0, 257), None);
		assert_eq!(TableRange::of_shard(0, 0), None);
	}
}
