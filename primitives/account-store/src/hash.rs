//! The hashes of the store.

/// The size of a hash.
pub const HASH_BYTES: usize = 32;

/// A BLAKE3 hash.
pub type Hash = [u8; HASH_BYTES];

pub(crate) const VALUE: &Hash = b"TOP account store 1: value      ";
pub(crate) const BUCKET: &Hash = b"TOP account store 1: bucket     ";
pub(crate) const NODE: &Hash = b"TOP account store 1: node       ";
const TABLE: &Hash = b"TOP account store 1: table      ";

/// Returns the hash of an account's value.
pub fn value_hash(value: &[u8]) -> Hash {
	*blake3::keyed_hash(VALUE, value).as_bytes()
}

/// Returns the hash of a bucket from its keys in ascending order, followed by the hashes of their values in the same order.
/// Both have a fixed size, so the length of the input tells the number of accounts.
pub fn bucket_hash(keys_and_hashes: &[u8]) -> Hash {
	*blake3::keyed_hash(BUCKET, keys_and_hashes).as_bytes()
}

/// Returns the hash of an inner node: of the tree of buckets, and of the tree of tables.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
	let mut both = [0; 2 * HASH_BYTES];
	both[..HASH_BYTES].copy_from_slice(left);
	both[HASH_BYTES..].copy_from_slice(right);
	*blake3::keyed_hash(NODE, &both).as_bytes()
}

/// Returns the root of a table from its shape, its number of accounts and the root of its tree of buckets.
pub fn table_root(bits: u8, count: u64, tree: &Hash) -> Hash {
	let mut parts = [0; 9 + HASH_BYTES];
	parts[0] = bits;
	parts[1..9].copy_from_slice(&count.to_le_bytes());
	parts[9..].copy_from_slice(tree);
	*blake3::keyed_hash(TABLE, &parts).as_bytes()
}
