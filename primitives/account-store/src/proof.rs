//! Proofs that an account has a value, or does not exist.

use crate::{
	bucket_hash, node_hash, table_root, value_hash, AccountKey, Hash, HASH_BYTES, KEY_BYTES, MAX_BITS, TABLE_BITS,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// An account in a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct BucketEntry {
	/// The account.
	pub key: AccountKey,
	/// The hash of its value.
	pub value_hash: Hash,
}

/// Proves the value of an account, or its absence, against a store root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AccountProof {
	/// The value of the account. `None` if it does not exist.
	pub value: Option<Vec<u8>>,
	/// The number of bits of its table.
	pub bits: u8,
	/// The number of accounts in its table.
	pub count: u64,
	/// The bucket in which the account is, or would be. The keys ascend.
	pub bucket: Vec<BucketEntry>,
	/// The siblings on the way from the bucket to the root of the table's tree, lowest first.
	pub path: Vec<Hash>,
	/// The siblings on the way from the table to the store root, lowest first.
	pub table_path: Vec<Hash>,
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
	/// The lengths of its paths do not fit its shape.
	#[error("the proof has a path of the wrong length")]
	Shape,
	/// The keys of the bucket do not ascend.
	#[error("the keys of the proof's bucket do not ascend")]
	Order,
	/// The bucket has the account, and the proof has no value for it, or the reverse.
	#[error("the proof's bucket and its value disagree on whether the account exists")]
	Existence,
	/// The value is another one than the bucket commits to.
	#[error("the value of the proof is not what its bucket commits to")]
	Value,
	/// The root differs.
	#[error("the proof leads to another root: it is for another block or another chain, or it is forged")]
	Root,
}

impl AccountProof {
	/// Verifies the proof. Returns the value of the account, or `None` if the account does not exist.
	///
	/// # Errors
	/// The first rule that the proof breaks.
	pub fn verify(&self, root: &Hash, key: &AccountKey) -> Result<Option<&[u8]>, ProofError> {
		if self.bits > MAX_BITS
			|| self.path.len() != usize::from(self.bits)
			|| self.table_path.len() != usize::from(TABLE_BITS)
		{
			return Err(ProofError::Shape);
		}
		if !self.bucket.windows(2).all(|pair| pair[0].key < pair[1].key) {
			return Err(ProofError::Order);
		}
		let entry = self.bucket.iter().find(|entry| entry.key == *key);
		match (entry, &self.value) {
			(Some(entry), Some(value)) if entry.value_hash != value_hash(value) => return Err(ProofError::Value),
			(Some(_), Some(_)) | (None, None) => {},
			_ => return Err(ProofError::Existence),
		}
		let mut hashed = Vec::with_capacity(self.bucket.len().saturating_mul(KEY_BYTES + HASH_BYTES));
		self.bucket.iter().for_each(|entry| hashed.extend_from_slice(&entry.key.0));
		self.bucket.iter().for_each(|entry| hashed.extend_from_slice(&entry.value_hash));
		let tree = climb(bucket_hash(&hashed), key.bucket(self.bits), &self.path);
		let table = table_root(self.bits, self.count, &tree);
		match climb(table, u32::from(key.table()), &self.table_path) == *root {
			true => Ok(self.value.as_deref()),
			false => Err(ProofError::Root),
		}
	}
}

/// Returns the root that follows from a leaf and its siblings.
fn climb(leaf: Hash, position: u32, siblings: &[Hash]) -> Hash {
	let step = |(hash, position): (Hash, u32), sibling: &Hash| match position % 2 {
		0 => (node_hash(&hash, sibling), position / 2),
		_ => (node_hash(sibling, &hash), position / 2),
	};
	siblings.iter().fold((leaf, position), step).0
}
