//! A bucket: the few accounts of a table whose keys have the same next bits.
//!
//! ```text
//! n: u32 LE | ends of the values: n × u32 LE | keys: n × 48 | value hashes: n × 32 | values
//! ```
//!
//! [`crate::buckets::Buckets`] has the memory. The part that is hashed has no gaps. Most of the time of a lookup is waiting for memory, so
//! what it reads first lies together.

use std::{cmp::Ordering, ops::Range};
use tp_account_store::{value_hash, AccountKey, Hash, HASH_BYTES, KEY_BYTES};

/// Largest value. An account has some 250 bytes; the values of a bucket together stay below [`u32::MAX`].
pub const MAX_VALUE_BYTES: usize = 4096;

const HASHED_BYTES: usize = KEY_BYTES + HASH_BYTES;
const END_BYTES: usize = 4;
const COUNT_BYTES: usize = 4;
/// Bytes of an account beside its value.
const ACCOUNT_BYTES: usize = END_BYTES + HASHED_BYTES;
/// The processor fetches memory in lines of this size.
const LINE_BYTES: usize = 64;
/// Lines in which keys, hashes and ends of most buckets lie.
const FIRST_LINES: usize = 7;

/// The accounts of a bucket. An empty bucket has no bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bucket<'a>(&'a [u8]);

/// Where a value and its hash are in a bucket.
#[derive(Debug)]
pub struct Places {
	hash: u32,
	value: u32,
	length: u32,
}

fn word(bytes: &[u8]) -> usize {
	u32::from_le_bytes(bytes.try_into().expect("the slice has 4 bytes; qed")) as usize
}

/// Compares a key with a sequence of bytes. The first bytes of keys mostly differ: they are compared as one number.
fn compare(key: &[u8], bytes: &[u8]) -> Ordering {
	match (key.first_chunk(), bytes.first_chunk()) {
		(Some(key_first), Some(first)) => {
			u64::from_be_bytes(*key_first).cmp(&u64::from_be_bytes(*first)).then_with(|| key.cmp(bytes))
		},
		_ => key.cmp(bytes),
	}
}

impl Places {
	/// Replaces a value in the bytes of a bucket by what `bytes` begins with, which has the same length, and its hash.
	pub fn replace(&self, bucket: &mut [u8], hash: &Hash, bytes: &[u8]) {
		let (hash_at, value_at, length) = (self.hash as usize, self.value as usize, self.length as usize);
		bucket[hash_at..hash_at + HASH_BYTES].copy_from_slice(hash);
		bucket[value_at..value_at + length].copy_from_slice(&bytes[..length]);
	}
}

impl<'a> Bucket<'a> {
	/// Returns the bucket that a builder encoded.
	pub fn new(encoded: &'a [u8]) -> Self {
		Self(encoded)
	}

	/// Returns all bytes of the bucket.
	pub fn encoded(&self) -> &'a [u8] {
		self.0
	}

	/// Returns the number of accounts.
	pub fn len(&self) -> usize {
		self.0.get(..COUNT_BYTES).map_or(0, word)
	}

	/// Returns the key of an account.
	pub fn key(&self, index: usize) -> AccountKey {
		let at = index * KEY_BYTES;
		AccountKey::from_slice(&self.hashed()[at..at + KEY_BYTES]).expect("the slice has the size of a key; qed")
	}

	/// Returns the place of a value's hash in [`Self::hashed`].
	pub fn hash_place(&self, index: usize) -> Range<usize> {
		let at = self.len() * KEY_BYTES + index * HASH_BYTES;
		at..at + HASH_BYTES
	}

	/// Returns the hash of an account's value.
	pub fn value_hash(&self, index: usize) -> Hash {
		self.hashed()[self.hash_place(index)].try_into().expect("the slice has the size of a hash; qed")
	}

	fn value_place(&self, index: usize) -> Range<usize> {
		let values = COUNT_BYTES + self.len() * ACCOUNT_BYTES;
		// A value begins where the one before it ends. The end of the value before the first is the number of accounts.
		let end = |index: usize| match index {
			0 => values,
			_ => values + word(&self.0[index * END_BYTES..index * END_BYTES + END_BYTES]),
		};
		end(index)..end(index + 1)
	}

	/// Returns the value of an account.
	pub fn value(&self, index: usize) -> &'a [u8] {
		&self.0[self.value_place(index)]
	}

	/// Returns where a value and its hash are.
	pub fn places(&self, index: usize) -> Places {
		let place = |at: usize| u32::try_from(at).expect("a bucket has fewer than 2^20 values of 4 KiB; qed");
		let (hash, value) = (self.hash_place(index).start + self.hashed_place().start, self.value_place(index));
		Places { hash: place(hash), value: place(value.start), length: place(value.len()) }
	}

	/// Reads a little of each line in which the keys and hashes lie. See [`crate::table::Table::plan`].
	pub fn touch(&self) -> u8 {
		self.0.iter().step_by(LINE_BYTES).take(FIRST_LINES).fold(0, |all, byte| all | byte)
	}

	/// Reads a little of each line in which a value lies.
	pub fn touch_value(&self, index: usize) -> u8 {
		self.value(index).iter().step_by(LINE_BYTES).fold(0, |all, byte| all | byte)
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
		let keys = self.hashed();
		let (mut low, mut high) = (0, count);
		while low < high {
			let middle = low.midpoint(high);
			match compare(&keys[middle * KEY_BYTES..(middle + 1) * KEY_BYTES], bytes) {
				Ordering::Less => low = middle + 1,
				Ordering::Equal => return Ok(middle),
				Ordering::Greater => high = middle,
			}
		}
		Err(low)
	}

	/// Returns the value of an account by its key.
	pub fn get(&self, key: &AccountKey) -> Option<&'a [u8]> {
		self.find(key).ok().map(|index| self.value(index))
	}

	/// Returns what the hash of the bucket covers: the keys, and the hashes of the values.
	pub fn hashed(&self) -> &'a [u8] {
		self.0.get(self.hashed_place()).unwrap_or_default()
	}

	fn hashed_place(&self) -> Range<usize> {
		let count = self.len();
		COUNT_BYTES + count * END_BYTES..COUNT_BYTES + count * ACCOUNT_BYTES
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
		self.push_end();
	}

	fn push_end(&mut self) {
		let end = u32::try_from(self.values.len()).expect("a bucket has fewer than 2^20 values of 4 KiB; qed");
		self.ends.extend_from_slice(&end.to_le_bytes());
	}

	/// Adds an account, and hashes its value.
	pub fn push_value(&mut self, key: &AccountKey, value: &[u8]) {
		self.push(key, &value_hash(value), value);
	}

	/// Adds accounts of another bucket.
	pub fn extend(&mut self, from: Bucket, range: Range<usize>) {
		if range.is_empty() {
			return;
		}
		let (keys, hashes) = from.hashed().split_at(from.len() * KEY_BYTES);
		self.keys.extend_from_slice(&keys[range.start * KEY_BYTES..range.end * KEY_BYTES]);
		self.hashes.extend_from_slice(&hashes[range.start * HASH_BYTES..range.end * HASH_BYTES]);
		for index in range.clone() {
			self.values.extend_from_slice(from.value(index));
			self.push_end();
		}
	}

	/// Returns the encoded bucket, and begins the next one.
	pub fn finish(&mut self) -> Vec<u8> {
		if self.keys.is_empty() {
			return Vec::new();
		}
		let count = u32::try_from(self.keys.len() / KEY_BYTES).expect("a bucket has fewer than 2^20 accounts; qed");
		let parts = [&count.to_le_bytes(), &self.ends[..], &self.keys, &self.hashes, &self.values];
		let bucket = parts.concat();
		self.keys.clear();
		self.hashes.clear();
		self.ends.clear();
		self.values.clear();
		bucket
	}
}
