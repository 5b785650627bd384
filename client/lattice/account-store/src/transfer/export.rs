//! A table at a version, cut into parts.

use super::part::{depth, part_count, Outline, Part, PART_BITS};
use crate::{error::StoreError, table::Table, view::View};
use tp_account_store::{BucketEntry, HASH_BYTES, KEY_BYTES};

/// Bytes of an account in a part beside its value.
const ENTRY_BYTES: usize = KEY_BYTES + HASH_BYTES;

/// A table as it was at a version. It holds a copy, and neither the version nor a lock.
#[derive(Clone, Debug)]
pub struct TableExport {
	number: u8,
	table: Table,
}

impl View {
	/// Returns the roots of all tables.
	pub fn outline(&self) -> Result<Outline, StoreError> {
		self.state.table_roots(self.head().version).map(Outline)
	}

	/// Copies a table. An older version costs reading what later ones replaced in the table.
	pub fn export(&self, number: u8) -> Result<TableExport, StoreError> {
		let table = self.state.table_at(self.head().version, number)?;
		Ok(TableExport { number, table })
	}
}

impl TableExport {
	/// Returns the number of the table.
	pub fn number(&self) -> u8 {
		self.number
	}

	/// Returns the bytes that it takes in memory.
	pub fn bytes(&self) -> usize {
		self.table.bytes()
	}

	/// Returns the buckets of a part. `None` if there is no such part.
	fn buckets(&self, part: u32) -> Option<std::ops::Range<u32>> {
		let bits = self.table.bits();
		let local = bits.min(PART_BITS);
		(part < part_count(bits)).then(|| part << local..(part + 1) << local)
	}

	/// Returns a part with as many values as `room` has bytes for, and at least one. `None` if there is no such part.
	pub fn part(&self, part: u32, room: usize) -> Option<Part> {
		let buckets = self.buckets(part)?;
		let (mut accounts, mut rest) = (Vec::new(), Vec::new());
		let mut taken = 0;
		self.table.for_each_in(buckets, |key, hash, value| {
			taken += ENTRY_BYTES + value.len();
			match taken <= room || accounts.is_empty() {
				true if rest.is_empty() => accounts.push((*key, value.to_vec())),
				_ => rest.push(BucketEntry { key: *key, value_hash: *hash }),
			}
		});
		let path = self.table.path_above(part, depth(self.table.bits()));
		Some(Part { bits: self.table.bits(), count: self.table.count(), path, accounts, rest })
	}

	/// Returns values of a part from the account at a place on, as many as `room` has bytes for, and at least one. `None` if there
	/// is no such account.
	pub fn more(&self, part: u32, from: u32, room: usize) -> Option<Vec<Vec<u8>>> {
		let buckets = self.buckets(part)?;
		let (mut values, mut taken, mut place) = (Vec::new(), 0, 0);
		self.table.for_each_in(buckets, |_, _, value| {
			if place >= from && taken <= room {
				taken += value.len();
				if taken <= room || values.is_empty() {
					values.push(value.to_vec());
				}
			}
			place += 1;
		});
		(!values.is_empty()).then_some(values)
	}
}
