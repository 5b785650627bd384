//! What the account store commits to, and the proofs that follow from it.
//!
//! ```text
//! store root ── 8 levels ──▶ table root = (bits, count, tree root) ── bits levels ──▶ bucket = keys ‖ value hashes
//! ```
//!
//! An account lies in one of 256 tables, by the first byte of its key. A table has `2^bits` buckets, by the next bits of the
//! key. A bucket hash covers the keys in ascending order and the hashes of their values, so a bucket and its path prove that
//! an account exists, with its value, or that it does not. The verifier needs the store root alone.
//!
//! All hashes are BLAKE3 in its keyed mode with a key for each kind, so a node cannot be presented as a bucket.
//!
//! The number of bits follows from the committed number of bits and the number of accounts after each block
//! ([`bits_after`]). It depends on the path by which a table grew, because growth and shrinkage have different thresholds.
//! Therefore it is committed itself, and a node that takes over a state takes it over too.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod batch;
mod hash;
mod key;
mod proof;
mod shape;
#[cfg(test)]
mod tests;

pub use batch::BatchHasher;
pub use hash::{bucket_hash, node_hash, table_root, value_hash, Hash, HASH_BYTES};
pub use key::{AccountKey, KEY_BYTES};
pub use proof::{AccountProof, BucketEntry, ProofError};
pub use shape::{bits_after, MAX_BITS, TABLES, TABLE_BITS};
