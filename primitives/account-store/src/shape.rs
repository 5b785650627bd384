//! How many buckets a table has.

/// The number of tables of a store.
pub const TABLES: usize = 256;

/// The depth of the tree of tables.
pub const TABLE_BITS: u8 = 8;

/// Largest number of bits of a table: 100 million accounts in a table, far beyond what a shard holds before it splits.
pub const MAX_BITS: u8 = 24;

/// A table with more accounts for a bucket doubles its buckets.
const GROW_ABOVE: u64 = 6;
/// A table with fewer accounts for a bucket halves them. Between this and half of [`GROW_ABOVE`] lies a third of the accounts,
/// so that a sender who creates and removes accounts at a threshold does not make a table rebuild in every block.
const SHRINK_BELOW: u64 = 2;

/// Returns the number of bits of a table after a block that changed it, from the number before and the number of accounts
/// after the block. Applied once more it changes nothing.
///
/// A table begins with 0 bits and no accounts.
pub fn bits_after(bits: u8, count: u64) -> u8 {
	let mut bits = bits.min(MAX_BITS);
	while bits < MAX_BITS && count > GROW_ABOVE << bits {
		bits += 1;
	}
	while bits > 0 && count < SHRINK_BELOW << bits {
		bits -= 1;
	}
	bits
}
