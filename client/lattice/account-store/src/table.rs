//! A table: its buckets, the tree over them, and the changes that a block makes to it.

use crate::{
	bucket::{Bucket, BucketBuilder},
	changes::ChangesBuilder,
	tree::{Nodes, Tree},
};
use tp_account_store::{
	bits_after, table_root, value_hash, AccountKey, AccountProof, BucketEntry, Hash, HASH_BYTES, KEY_BYTES, TABLE_BITS,
};

/// A changed account, with its new value or `None` if it is removed.
pub type ChangedAccount<'a> = (AccountKey, Option<&'a [u8]>);

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
	bits: u8,
	count: u64,
	/// The version that changed it last.
	pub version: u64,
	buckets: Box<[Bucket]>,
	tree: Tree,
}

/// What a block does to a table.
#[derive(Debug)]
pub struct TablePlan {
	/// The number of bits before the block.
	pub bits_before: u8,
	/// The number of bits after it.
	pub bits: u8,
	count: u64,
	/// The root of the table after it.
	pub root: Hash,
	parts: Parts,
}

#[derive(Debug)]
enum Parts {
	/// New buckets by their position, and new nodes of the tree.
	Some { buckets: Vec<(u32, Bucket)>, nodes: Nodes },
	/// A new shape.
	All { buckets: Box<[Bucket]>, tree: Tree },
}

impl Default for Table {
	fn default() -> Self {
		let bucket = Bucket::default();
		let tree = Tree::build([bucket.hash()].into_iter());
		Self { bits: 0, count: 0, version: 0, buckets: [bucket].into(), tree }
	}
}

/// Distributes accounts, which come in ascending order, to buckets.
struct Distribution {
	bits: u8,
	buckets: Vec<Bucket>,
	builder: BucketBuilder,
}

impl Distribution {
	fn new(bits: u8) -> Self {
		Self { bits, buckets: Vec::with_capacity(1 << bits), builder: BucketBuilder::default() }
	}

	fn push(&mut self, key: &AccountKey, hash: &Hash, value: &[u8]) {
		let position = key.bucket(self.bits) as usize;
		while self.buckets.len() < position {
			self.buckets.push(self.builder.finish());
		}
		self.builder.push(key, hash, value);
	}

	fn finish(mut self) -> Box<[Bucket]> {
		while self.buckets.len() < 1 << self.bits {
			self.buckets.push(self.builder.finish());
		}
		self.buckets.into_boxed_slice()
	}
}

fn tree(buckets: &[Bucket]) -> Tree {
	Tree::build(buckets.iter().map(Bucket::hash))
}

impl Table {
	/// Builds a table of a committed shape from accounts in ascending order.
	pub fn build<V: AsRef<[u8]>>(version: u64, bits: u8, accounts: impl Iterator<Item = (AccountKey, V)>) -> Self {
		let mut distribution = Distribution::new(bits);
		for (key, value) in accounts {
			let value = value.as_ref();
			distribution.push(&key, &value_hash(value), value);
		}
		let buckets = distribution.finish();
		let count = buckets.iter().map(|bucket| bucket.len() as u64).sum();
		Self { bits, count, version, tree: tree(&buckets), buckets }
	}

	/// Returns the number of bits.
	pub fn bits(&self) -> u8 {
		self.bits
	}

	/// Returns the number of accounts.
	pub fn count(&self) -> u64 {
		self.count
	}

	/// Returns the root.
	pub fn root(&self) -> Hash {
		table_root(self.bits, self.count, &self.tree.root())
	}

	/// Returns the value of an account.
	pub fn get(&self, key: &AccountKey) -> Option<&[u8]> {
		self.buckets[key.bucket(self.bits) as usize].get(key)
	}

	/// Returns the first account whose key is above a sequence of bytes of any length.
	pub fn next(&self, above: &[u8]) -> Option<AccountKey> {
		let mut start = [0; KEY_BYTES];
		let common = above.len().min(KEY_BYTES);
		start[..common].copy_from_slice(&above[..common]);
		let first = AccountKey(start).bucket(self.bits) as usize;
		self.buckets[first..].iter().find_map(|bucket| {
			let at = bucket.above(above);
			(at < bucket.len()).then(|| bucket.key(at))
		})
	}

	/// Passes all accounts on, in ascending order.
	pub fn for_each(&self, mut each: impl FnMut(&AccountKey, &Hash, &[u8])) {
		for bucket in &self.buckets {
			for index in 0..bucket.len() {
				each(&bucket.key(index), &bucket.value_hash(index), bucket.value(index));
			}
		}
	}

	/// Returns the proof of an account, without the path of the table.
	pub fn prove(&self, key: &AccountKey, table_path: Vec<Hash>) -> AccountProof {
		debug_assert_eq!(table_path.len(), usize::from(TABLE_BITS));
		let position = key.bucket(self.bits);
		let bucket = &self.buckets[position as usize];
		let entry = |index| BucketEntry { key: bucket.key(index), value_hash: bucket.value_hash(index) };
		AccountProof {
			value: bucket.get(key).map(<[u8]>::to_vec),
			bits: self.bits,
			count: self.count,
			bucket: (0..bucket.len()).map(entry).collect(),
			path: self.tree.path(position),
			table_path,
		}
	}

	/// Returns what changes do to the table, without doing it. `None` if nothing changes. Changes that differ from the present
	/// values go to `forward`, and the values that they replace to `reverse`.
	///
	/// The changes are sorted, and have one entry for an account. `bits_before` is the shape of the version that they follow,
	/// which differs from the present one if that version is an older one.
	pub fn plan(
		&self,
		changes: &[ChangedAccount],
		bits_before: u8,
		forward: &mut ChangesBuilder,
		reverse: &mut ChangesBuilder,
	) -> Option<TablePlan> {
		let mut count = self.count;
		let mut builder = BucketBuilder::default();
		let mut buckets = Vec::new();
		for group in changes.chunk_by(|one, other| one.0.bucket(self.bits) == other.0.bucket(self.bits)) {
			let position = group[0].0.bucket(self.bits);
			let old = &self.buckets[position as usize];
			// Most blocks give accounts other values of the same length. Then the bucket is copied as a whole.
			let mut replaced = None;
			let mut rebuilt = false;
			let mut copied = 0;
			for (key, value) in group {
				let place = old.find(key);
				let before = place.ok().map(|index| old.value(index));
				if before == *value {
					continue;
				}
				forward.push(key, *value);
				reverse.push(key, before);
				match (place, before, value) {
					(Ok(index), Some(before), Some(value)) if !rebuilt && before.len() == value.len() => {
						replaced.get_or_insert_with(|| old.clone()).replace(index, value);
						continue;
					},
					_ => rebuilt = true,
				}
				let source = replaced.as_ref().unwrap_or(old);
				let at = place.unwrap_or_else(|at| at);
				builder.extend(source, copied..at);
				copied = if place.is_ok() { at + 1 } else { at };
				if let Some(value) = value {
					builder.push_value(key, value);
				}
				count = count + u64::from(value.is_some()) - u64::from(before.is_some());
			}
			if rebuilt {
				builder.extend(replaced.as_ref().unwrap_or(old), copied..old.len());
				buckets.push((position, builder.finish()));
			} else if let Some(replaced) = replaced {
				buckets.push((position, replaced));
			}
		}
		if buckets.is_empty() && bits_before == self.bits {
			return None;
		}
		let bits = bits_after(bits_before, count);
		let parts = match bits == self.bits {
			true => {
				let leaves = buckets.iter().map(|(at, bucket)| (self.tree.leaf(*at), bucket.hash())).collect();
				Parts::Some { nodes: self.tree.plan(leaves), buckets }
			},
			false => {
				let buckets = self.reshaped(bits, &buckets);
				Parts::All { tree: tree(&buckets), buckets }
			},
		};
		let root = match &parts {
			Parts::Some { nodes, .. } => nodes.last().map_or_else(|| self.tree.root(), |(_, root)| *root),
			Parts::All { tree, .. } => tree.root(),
		};
		Some(TablePlan { bits_before, bits, count, root: table_root(bits, count, &root), parts })
	}

	/// Distributes all accounts again. `replaced` has new contents of some buckets, in ascending order.
	fn reshaped(&self, bits: u8, replaced: &[(u32, Bucket)]) -> Box<[Bucket]> {
		let mut distribution = Distribution::new(bits);
		let mut replaced = replaced.iter().peekable();
		for (position, bucket) in (0..).zip(&self.buckets) {
			let bucket = replaced.next_if(|(at, _)| *at == position).map_or(bucket, |(_, bucket)| bucket);
			for index in 0..bucket.len() {
				distribution.push(&bucket.key(index), &bucket.value_hash(index), bucket.value(index));
			}
		}
		distribution.finish()
	}

	/// Does what was planned.
	pub fn apply(&mut self, plan: TablePlan, version: u64) {
		let TablePlan { bits, count, parts, .. } = plan;
		(self.bits, self.count, self.version) = (bits, count, version);
		match parts {
			Parts::Some { buckets, nodes } => {
				buckets.into_iter().for_each(|(at, bucket)| self.buckets[at as usize] = bucket);
				self.tree.set(&nodes);
			},
			Parts::All { buckets, tree } => (self.buckets, self.tree) = (buckets, tree),
		}
	}

	/// Sets or removes an account without hashing the tree. [`Self::settle`] ends a version, [`Self::rehash`] ends them all.
	pub fn set_unhashed(&mut self, key: &AccountKey, value: Option<&[u8]>) {
		let bucket = &mut self.buckets[key.bucket(self.bits) as usize];
		let place = bucket.find(key);
		let at = place.unwrap_or_else(|at| at);
		let mut builder = BucketBuilder::default();
		builder.extend(bucket, 0..at);
		if let Some(value) = value {
			builder.push_value(key, value);
		}
		builder.extend(bucket, at + usize::from(place.is_ok())..bucket.len());
		self.count = self.count + u64::from(value.is_some()) - u64::from(place.is_ok());
		*bucket = builder.finish();
	}

	/// Gives the table the shape that it has after a version.
	pub fn settle(&mut self, version: u64) {
		self.version = version;
		let bits = bits_after(self.bits, self.count);
		if bits != self.bits {
			self.buckets = self.reshaped(bits, &[]);
			self.bits = bits;
		}
	}

	/// Hashes all buckets and the tree.
	pub fn rehash(&mut self) {
		self.tree = tree(&self.buckets);
	}

	/// Returns the bytes that it takes in memory, without what the allocator adds.
	pub fn bytes(&self) -> usize {
		let buckets: usize = self.buckets.iter().map(|bucket| bucket.bytes() + size_of::<Bucket>()).sum();
		buckets + 2 * self.buckets.len() * HASH_BYTES
	}
}

impl TablePlan {
	/// Returns the bytes that it takes in memory, without what the allocator adds.
	pub fn bytes(&self) -> usize {
		match &self.parts {
			Parts::Some { buckets, nodes } => {
				let buckets: usize = buckets.iter().map(|(_, bucket)| bucket.bytes() + size_of_val(bucket)).sum();
				buckets + nodes.len() * size_of::<(u32, Hash)>()
			},
			Parts::All { buckets, .. } => {
				let bytes: usize = buckets.iter().map(|bucket| bucket.bytes() + size_of::<Bucket>()).sum();
				bytes + 2 * buckets.len() * HASH_BYTES
			},
		}
	}
}
