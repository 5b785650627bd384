//! A bucket: the few accounts of a table whose keys have the same next bits.
//!
//! ```text
//! n: u32 LE | keys: n × 48 | value hashes: n × 32 | ends of the values: n × u32 LE | values
//! ```
//!
//! One allocation holds all of it. The part that is hashed has no gaps, and a lookup reads the keys alone until it has
//! found its own.

use std::ops::Range;
use tp_account_store::{bucket_hash, value_hash, AccountKey, Hash, HASH_BYTES, KEY_BYTES};

/// Largest value. An account has some 250 bytes; the values of a bucket together stay below [`u32::MAX`].
pub const MAX_VALUE_BYTES: usize = 4096;

const HASHED_BYTES: usize = KEY_BYTES + HASH_BYTES;
const END_BYTES: usize = 4;
const COUNT_BYTES: usize = 4;

/// The accounts of a bucket. An empty bucket has no allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket(Box<[u8]>);

fn word(bytes: &[u8]) -> usize {
	u32::from_le_bytes(bytes.try_into().expect("the slice has 4 bytes; qed")) as usize
}

impl Bucket {
	/// Returns the number of accounts.
	pub fn len(&self) -> usize {
		self.0.get(..COUNT_BYTES).map_or(0, word)
	}

	/// Returns the key of an account.
	pub fn key(&self, index: usize) -> AccountKey {
		let at = COUNT_BYTES + index * KEY_BYTES;
		AccountKey::from_slice(&self.0[at..at + KEY_BYTES]).expect("the slice has the size of a key; qed")
	}

	fn hash_place(&self, index: usize) -> Range<usize> {
		let at = COUNT_BYTES + self.len() * KEY_BYTES + index * HASH_BYTES;
		at..at + HASH_BYTES
	}

	/// Returns the hash of an account's value.
	pub fn value_hash(&self, index: usize) -> Hash {
		self.0[self.hash_place(index)].try_into().expect("the slice has the size of a hash; qed")
	}

	fn value_place(&self, index: usize) -> Range<usize> {
		let count = self.len();
		let ends = COUNT_BYTES + count * HASHED_BYTES;
		let end = |index: usize| word(&self.0[ends + index * END_BYTES..ends + (index + 1) * END_BYTES]);
		let from = if index == 0 { 0 } else { end(index - 1) };
		let values = ends + count * END_BYTES;
		values + from..values + end(index)
	}

	/// Returns the value of an account.
	pub fn value(&self, index: usize) -> &[u8] {
		&self.0[self.value_place(index)]
	}

	/// Replaces a value by another of the same length, and its hash.
	pub fn replace(&mut self, index: usize, value: &[u8]) {
		let (hash_place, value_place) = (self.hash_place(index), self.value_place(index));
		self.0[hash_place].copy_from_slice(&value_hash(value));
		self.0[value_place].copy_from_slice(value);
	}

	/// Returns the place of an account, or the place at which it would be.
	pub fn find(&self, key: &AccountKey) -> Result<usize, usize> {
		self.search(key.as_ref())
	}

	/// Returns the place of the first account whose key is above a sequence of bytes of any length.
	pub fn above(&self, bytes: &[u8]) -> usize {
		match self.search(bytes) {
			Ok(at) => at + 1,
			Err(at) => at,
		}
	}

	fn search(&self, bytes: &[u8]) -> Result<usize, usize> {
		let count = self.len();
		let keys = self.0.get(COUNT_BYTES..COUNT_BYTES + count * KEY_BYTES).unwrap_or_default();
		let (mut low, mut high) = (0, count);
		while low < high {
			let middle = low.midpoint(high);
			match keys[middle * KEY_BYTES..(middle + 1) * KEY_BYTES].cmp(bytes) {
				std::cmp::Ordering::Less => low = middle + 1,
				std::cmp::Ordering::Equal => return Ok(middle),
				std::cmp::Ordering::Greater => high = middle,
			}
		}
		Err(low)
	}

	/// Returns the value of an account by its key.
	pub fn get(&self, key: &AccountKey) -> Option<&[u8]> {
		self.find(key).ok().map(|index| self.value(index))
	}

	/// Returns the hash of the bucket.
	pub fn hash(&self) -> Hash {
		bucket_hash(self.0.get(COUNT_BYTES..COUNT_BYTES + self.len() * HASHED_BYTES).unwrap_or_default())
	}

	/// Returns the bytes that it takes on the heap.
	pub fn bytes(&self) -> usize {
		self.0.len()
	}
}

/// Puts a bucket together, account by account in ascending order. It keeps its memory from bucket to bucket.
#[derive(Debug, Default)]
pub struct BucketBuilder {
	keys: Vec<u8>,
	hashes: Vec<u8>,
	ends: Vec<u8>,
	values: Vec<u8>,
}

impl BucketBuilder {
	/// Adds an account with the hash of its value. The caller keeps the order.
	pub fn push(&mut self, key: &AccountKey, hash: &Hash, value: &[u8]) {
		self.keys.extend_from_slice(key.as_ref());
		self.hashes.extend_from_slice(hash);
		self.values.extend_from_slice(value);
		let end = u32::try_from(self.values.len()).expect("a bucket has fewer than 2^20 values of 4 KiB; qed");
		self.ends.extend_from_slice(&end.to_le_bytes());
	}

	/// Adds an account, and hashes its value.
	pub fn push_value(&mut self, key: &AccountKey, value: &[u8]) {
		self.push(key, &value_hash(value), value);
	}

	/// Adds accounts of another bucket.
	pub fn extend(&mut self, from: &Bucket, range: Range<usize>) {
		for index in range {
			self.push(&from.key(index), &from.value_hash(index), from.value(index));
		}
	}

	/// Returns the bucket, and begins the next one.
	pub fn finish(&mut self) -> Bucket {
		if self.keys.is_empty() {
			return Bucket::default();
		}
		let count = u32::try_from(self.keys.len() / KEY_BYTES).expect("a bucket has fewer than 2^20 accounts; qed");
		let parts = [&count.to_le_bytes(), &self.keys[..], &self.hashes, &self.ends, &self.values];
		let bucket = Bucket(parts.concat().into_boxed_slice());
		self.keys.clear();
		self.hashes.clear();
		self.ends.clear();
		self.values.clear();
		bucket
	}
}
