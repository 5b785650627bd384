//! What is transferred, and how it is checked.

use crate::{bucket::MAX_VALUE_BYTES, tree::Tree};
use codec::{Decode, Encode};
use tp_account_store::{
	node_hash, table_root, AccountKey, BatchHasher, BucketEntry, Hash, HASH_BYTES, KEY_BYTES, MAX_BITS, TABLES,
};

/// The bits of a bucket within its part: a part has up to 256 buckets, of up to 6 accounts on average, and some 400 KiB.
pub const PART_BITS: u8 = 8;

/// Why a peer's answer is not what the root commits to. It is the fault of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
	/// The answer is to another question.
	#[error("the answer is to another question")]
	OtherAnswer,
	/// The outline has not the roots of all tables.
	#[error("{0} roots of tables instead of {TABLES}")]
	Tables(usize),
	/// A number of bits or of siblings is not possible.
	#[error("the part has an impossible shape")]
	Shape,
	/// The accounts do not ascend, or belong elsewhere.
	#[error("the accounts of the part do not ascend, or lie in others")]
	Order,
	/// A value is too large.
	#[error("a value of {0} bytes is too large")]
	ValueTooLarge(usize),
	/// The part has accounts, and no value.
	#[error("the answer has no value")]
	NoValue,
	/// There are more values than accounts.
	#[error("there are more values than accounts")]
	TooManyValues,
	/// A value is another one than the bucket commits to.
	#[error("a value is not what its bucket commits to")]
	Value,
	/// The root differs.
	#[error("it leads to another root")]
	Root,
}

/// The roots of all tables, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Outline(pub Vec<Hash>);

impl Outline {
	/// Checks that the roots are those of a store.
	pub fn verify(&self, root: &Hash) -> Result<(), Fault> {
		if self.0.len() != TABLES {
			return Err(Fault::Tables(self.0.len()));
		}
		match Tree::build(&self.0, &mut BatchHasher::default()).root() == *root {
			true => Ok(()),
			false => Err(Fault::Root),
		}
	}
}

/// Buckets of a table that lie side by side.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Part {
	/// The number of bits of the table.
	pub bits: u8,
	/// The number of accounts of the table.
	pub count: u64,
	/// The siblings on the way from the part to the root of the table's tree, lowest first.
	pub path: Vec<Hash>,
	/// The first accounts of the part, ascending.
	pub accounts: Vec<(AccountKey, Vec<u8>)>,
	/// The accounts behind them, without their values.
	pub rest: Vec<BucketEntry>,
}

/// Returns the number of bits of the number of a part.
pub(crate) fn depth(bits: u8) -> u8 {
	bits.saturating_sub(PART_BITS)
}

/// Returns the number of parts of a table with these bits.
pub fn part_count(bits: u8) -> u32 {
	1 << depth(bits.min(MAX_BITS))
}

impl Part {
	/// Checks that it is a part of a table.
	pub fn verify(&self, table: u8, number: u32, root: &Hash) -> Result<(), Fault> {
		let Self { bits, count, path, accounts, rest } = self;
		if *bits > MAX_BITS || path.len() != usize::from(depth(*bits)) || number >= part_count(*bits) {
			return Err(Fault::Shape);
		}
		if accounts.is_empty() && !rest.is_empty() {
			return Err(Fault::NoValue);
		}
		if let Some((_, value)) = accounts.iter().find(|(_, value)| value.len() > MAX_VALUE_BYTES) {
			return Err(Fault::ValueTooLarge(value.len()));
		}
		let mut hasher = BatchHasher::default();
		let values: Vec<&[u8]> = accounts.iter().map(|(_, value)| &value[..]).collect();
		let hashed = accounts.iter().zip(hasher.values(&values)).map(|((key, _), hash)| (*key, hash));
		let entries: Vec<(AccountKey, Hash)> =
			hashed.chain(rest.iter().map(|entry| (entry.key, entry.value_hash))).collect();
		let in_place = |key: &AccountKey| key.table() == table && key.bucket(*bits) >> self.local_bits() == number;
		let ascend = entries.windows(2).all(|pair| pair[0].0 < pair[1].0);
		if !ascend || !entries.iter().all(|(key, _)| in_place(key)) {
			return Err(Fault::Order);
		}
		let node = Tree::build(&self.bucket_hashes(&entries, &mut hasher), &mut hasher).root();
		match table_root(*bits, *count, &climb(node, number, path)) == *root {
			true => Ok(()),
			false => Err(Fault::Root),
		}
	}

	/// Returns the number of bits of a bucket within the part.
	fn local_bits(&self) -> u8 {
		self.bits.min(PART_BITS)
	}

	/// Returns the hashes of all buckets of the part.
	fn bucket_hashes(&self, entries: &[(AccountKey, Hash)], hasher: &mut BatchHasher) -> Vec<Hash> {
		let buckets = 1usize << self.local_bits();
		let mut hashed = Vec::with_capacity(entries.len() * (KEY_BYTES + HASH_BYTES));
		let mut ends = Vec::with_capacity(buckets);
		let mut rest = entries;
		for bucket in 0..buckets {
			let local = |key: &AccountKey| key.bucket(self.bits) as usize % buckets;
			let length = rest.iter().take_while(|(key, _)| local(key) == bucket).count();
			let (own, later) = rest.split_at(length);
			own.iter().for_each(|(key, _)| hashed.extend_from_slice(key.as_ref()));
			own.iter().for_each(|(_, hash)| hashed.extend_from_slice(hash));
			ends.push(hashed.len());
			rest = later;
		}
		let mut from = 0;
		let inputs: Vec<_> = ends.iter().map(|end| &hashed[std::mem::replace(&mut from, *end)..*end]).collect();
		hasher.buckets(&inputs)
	}
}

/// Returns the root that follows from a node and its siblings.
fn climb(node: Hash, position: u32, siblings: &[Hash]) -> Hash {
	let step = |(hash, position): (Hash, u32), sibling: &Hash| match position % 2 {
		0 => (node_hash(&hash, sibling), position / 2),
		_ => (node_hash(sibling, &hash), position / 2),
	};
	siblings.iter().fold((node, position), step).0
}

/// Checks values of accounts whose hashes a part has.
pub(crate) fn verify_more(values: &[Vec<u8>], rest: &[BucketEntry]) -> Result<(), Fault> {
	if values.is_empty() {
		return Err(Fault::NoValue);
	}
	if values.len() > rest.len() {
		return Err(Fault::TooManyValues);
	}
	if let Some(value) = values.iter().find(|value| value.len() > MAX_VALUE_BYTES) {
		return Err(Fault::ValueTooLarge(value.len()));
	}
	let slices: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
	let hashes = BatchHasher::default().values(&slices);
	match hashes.iter().zip(rest).all(|(hash, entry)| *hash == entry.value_hash) {
		true => Ok(()),
		false => Err(Fault::Value),
	}
}
