//! A table: its buckets, the tree over them, and the changes that a block makes to it.

use crate::{
	bucket::{Bucket, BucketBuilder, Places},
	buckets::Buckets,
	changes::ChangesBuilder,
	tree::{Nodes, Tree},
};
use std::{hint::black_box, ops::Range};
use tp_account_store::{
	bits_after, bucket_hash, table_root, value_hash, AccountKey, AccountProof, BatchHasher, BucketEntry, Hash,
	HASH_BYTES, KEY_BYTES, TABLE_BITS,
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
	buckets: Buckets,
	tree: Tree,
}

/// What a block does to a table.
#[derive(Debug)]
pub struct TablePlan {
	/// The number of bits after the block.
	bits: u8,
	count: u64,
	/// The root of the table after it.
	pub root: Hash,
	parts: Parts,
}

#[derive(Debug)]
enum Parts {
	/// Edited buckets, and new nodes of the tree.
	Some { edited: Edited, nodes: Nodes },
	/// A new shape.
	All { buckets: Buckets, tree: Tree },
}

/// What changes in the buckets of a table.
#[derive(Debug, Default)]
struct Edited {
	replaced: Vec<Replaced>,
	/// New buckets by their position.
	rebuilt: Vec<(u32, Vec<u8>)>,
}

/// A value that is replaced by another of the same length. A copy of its bucket would cost more than all else, and leave
/// a gap in memory.
#[derive(Debug)]
struct Replaced {
	position: u32,
	places: Places,
	/// The place of the new value in the encoded changes.
	at: u32,
	hash: Hash,
}

impl Edited {
	/// Edits the buckets. `forward` are the encoded changes.
	fn apply(self, buckets: &mut Buckets, forward: &[u8]) {
		for Replaced { position, places, at, hash } in self.replaced {
			buckets.replace(position, &places, &hash, &forward[at as usize..]);
		}
		self.rebuilt.iter().for_each(|(at, bucket)| buckets.set(*at, bucket));
	}

	/// Returns a bucket as it is after the edits.
	fn bucket(&self, position: u32, buckets: &Buckets, forward: &[u8]) -> Vec<u8> {
		if let Some((_, rebuilt)) = self.rebuilt.iter().find(|(at, _)| *at == position) {
			return rebuilt.clone();
		}
		let mut bucket = buckets.get(position).encoded().to_vec();
		for Replaced { places, at, hash, .. } in self.replaced.iter().filter(|replaced| replaced.position == position) {
			places.replace(&mut bucket, hash, &forward[*at as usize..]);
		}
		bucket
	}

	fn bytes(&self) -> usize {
		let rebuilt: usize = self.rebuilt.iter().map(|(_, bucket)| bucket.len() + size_of_val(bucket)).sum();
		rebuilt + self.replaced.len() * size_of::<Replaced>()
	}
}

impl Default for Table {
	fn default() -> Self {
		let tree = Tree::build(&[bucket_hash(&[])], &mut BatchHasher::default());
		Self { bits: 0, count: 0, version: 0, buckets: Buckets::new(1), tree }
	}
}

/// Distributes accounts, which come in ascending order, to buckets.
struct Distribution {
	bits: u8,
	buckets: Buckets,
	/// The bucket whose accounts come.
	position: u32,
	builder: BucketBuilder,
}

impl Distribution {
	fn new(bits: u8) -> Self {
		Self { bits, buckets: Buckets::new(1 << bits), position: 0, builder: BucketBuilder::default() }
	}

	fn push(&mut self, key: &AccountKey, hash: &Hash, value: &[u8]) {
		let position = key.bucket(self.bits);
		if position != self.position {
			self.buckets.set(self.position, &self.builder.finish());
			self.position = position;
		}
		self.builder.push(key, hash, value);
	}

	fn finish(mut self) -> Buckets {
		self.buckets.set(self.position, &self.builder.finish());
		self.buckets
	}
}

/// Distributes the accounts of buckets to those of another shape.
fn reshaped(bits: u8, buckets: &Buckets) -> Buckets {
	let mut distribution = Distribution::new(bits);
	for bucket in buckets.from(0) {
		for index in 0..bucket.len() {
			distribution.push(&bucket.key(index), &bucket.value_hash(index), bucket.value(index));
		}
	}
	distribution.finish()
}

fn tree(buckets: &Buckets, hasher: &mut BatchHasher) -> Tree {
	let inputs: Vec<_> = buckets.from(0).map(|bucket| bucket.hashed()).collect();
	Tree::build(&hasher.buckets(&inputs), hasher)
}

/// Returns the proof of an account from its bucket, in a table with these bits and this number of accounts.
fn proof(
	key: &AccountKey,
	(bits, count): (u8, u64),
	bucket: Bucket,
	path: Vec<Hash>,
	table_path: Vec<Hash>,
) -> AccountProof {
	debug_assert_eq!(table_path.len(), usize::from(TABLE_BITS));
	let entry = |index| BucketEntry { key: bucket.key(index), value_hash: bucket.value_hash(index) };
	let value = bucket.get(key).map(<[u8]>::to_vec);
	AccountProof { value, bits, count, bucket: (0..bucket.len()).map(entry).collect(), path, table_path }
}

/// A change of an account, and where it takes place.
struct Edit<'a> {
	key: &'a AccountKey,
	value: Option<&'a [u8]>,
	position: u32,
	/// The place in the bucket, or the place at which it would be.
	place: Result<usize, usize>,
	/// The account has a value of this length already.
	keeps_shape: bool,
	/// The place of the value in the encoded changes.
	at: u32,
	/// The hash of the value.
	hash: Hash,
}

/// Plans a block, table by table, in ascending order.
#[derive(Default)]
pub struct Planner {
	/// The changes, encoded.
	pub forward: ChangesBuilder,
	/// What they replace, encoded.
	pub reverse: ChangesBuilder,
	/// Hashes what changes.
	pub hasher: BatchHasher,
	builder: BucketBuilder,
}

impl Planner {
	/// Returns a planner with room for changes, and for values of the same lengths that they replace.
	pub fn new(changes: &[ChangedAccount]) -> Self {
		let bytes = changes.iter().filter_map(|(_, value)| value.map(<[u8]>::len)).sum();
		let room = || ChangesBuilder::with_capacity(changes.len(), bytes);
		Self { forward: room(), reverse: room(), ..Self::default() }
	}

	/// Returns a bucket with edits, in ascending order.
	fn rebuild(&mut self, old: Bucket, edits: &[Edit]) -> Vec<u8> {
		let mut copied = 0;
		for Edit { key, value, place, hash, .. } in edits {
			let at = place.unwrap_or_else(|at| at);
			self.builder.extend(old, copied..at);
			copied = at + usize::from(place.is_ok());
			if let Some(value) = value {
				self.builder.push(key, hash, value);
			}
		}
		self.builder.extend(old, copied..old.len());
		self.builder.finish()
	}
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
		let count = buckets.from(0).map(|bucket| bucket.len() as u64).sum();
		Self { bits, count, version, tree: tree(&buckets, &mut BatchHasher::default()), buckets }
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
		self.buckets.get(key.bucket(self.bits)).get(key)
	}

	/// Returns the first account whose key is above a sequence of bytes of any length.
	pub fn next(&self, above: &[u8]) -> Option<AccountKey> {
		let mut start = [0; KEY_BYTES];
		let common = above.len().min(KEY_BYTES);
		start[..common].copy_from_slice(&above[..common]);
		self.buckets.from(AccountKey(start).bucket(self.bits)).find_map(|bucket| {
			let at = bucket.above(above);
			(at < bucket.len()).then(|| bucket.key(at))
		})
	}

	/// Passes all accounts on, in ascending order.
	pub fn for_each(&self, mut each: impl FnMut(&AccountKey, &Hash, &[u8])) {
		for bucket in self.buckets.from(0) {
			for index in 0..bucket.len() {
				each(&bucket.key(index), &bucket.value_hash(index), bucket.value(index));
			}
		}
	}

	/// Passes the accounts of some buckets on, in ascending order.
	pub fn for_each_in(&self, buckets: Range<u32>, mut each: impl FnMut(&AccountKey, &Hash, &[u8])) {
		let count = buckets.len();
		for bucket in self.buckets.from(buckets.start).take(count) {
			for index in 0..bucket.len() {
				each(&bucket.key(index), &bucket.value_hash(index), bucket.value(index));
			}
		}
	}

	/// Returns the siblings on the way from the node at a place in a level of the tree to the root, lowest first. The root has
	/// level 0.
	pub fn path_above(&self, place: u32, level: u8) -> Vec<Hash> {
		self.tree.path_above((1 << level) + place, &[])
	}

	/// Returns the proof of an account. `table_path` leads from the table to the root of the store.
	pub fn prove(&self, key: &AccountKey, table_path: Vec<Hash>) -> AccountProof {
		let position = key.bucket(self.bits);
		let (bucket, path) = (self.buckets.get(position), self.tree.path(position));
		proof(key, (self.bits, self.count), bucket, path, table_path)
	}

	/// Returns the proof of an account in the table as a plan makes it, without a copy of the table. `forward` are the changes
	/// that the planner encoded.
	pub fn prove_planned(
		&self,
		plan: &TablePlan,
		forward: &[u8],
		key: &AccountKey,
		table_path: Vec<Hash>,
	) -> AccountProof {
		let (position, shape) = (key.bucket(plan.bits), (plan.bits, plan.count));
		match &plan.parts {
			Parts::Some { edited, nodes } => {
				let bucket = edited.bucket(position, &self.buckets, forward);
				proof(key, shape, Bucket::new(&bucket), self.tree.planned_path(position, nodes), table_path)
			},
			Parts::All { buckets, tree } => proof(key, shape, buckets.get(position), tree.path(position), table_path),
		}
	}

	/// Returns what changes do to the table, without doing it. `None` if nothing changes. The planner takes the changes that
	/// differ from the present values, and the values that they replace.
	///
	/// The changes are sorted, and have one entry for an account. `bits_before` is the shape of the version that they follow,
	/// which differs from the present one if that version is an older one.
	pub fn plan(&self, changes: &[ChangedAccount], bits_before: u8, planner: &mut Planner) -> Option<TablePlan> {
		let mut count = self.count;
		let bucket = |key: &AccountKey| self.buckets.get(key.bucket(self.bits));
		// The buckets are mostly not in the caches. What is done with one takes so long that the processor does not look ahead
		// to the next, and would wait for the memory of each. These loops are short, so it fetches many at a time.
		black_box(changes.iter().fold(0, |all, (key, _)| all | bucket(key).touch()));
		let places: Vec<_> = changes.iter().map(|(key, _)| bucket(key).find(key)).collect();
		let found = changes.iter().zip(&places).filter_map(|((key, _), place)| Some((key, place.ok()?)));
		black_box(found.fold(0, |all, (key, index)| all | bucket(key).touch_value(index)));
		let mut edits = Vec::with_capacity(changes.len());
		for ((key, value), place) in changes.iter().zip(places) {
			let position = key.bucket(self.bits);
			let bucket = bucket(key);
			let before = place.ok().map(|index| bucket.value(index));
			if before == *value {
				continue;
			}
			let at = planner.forward.push(key, *value);
			planner.reverse.push(key, before);
			count = count + u64::from(value.is_some()) - u64::from(before.is_some());
			let keeps_shape = before.zip(*value).is_some_and(|(before, value)| before.len() == value.len());
			edits.push(Edit { key, value: *value, position, place, keeps_shape, at, hash: Hash::default() });
		}
		if edits.is_empty() && bits_before == self.bits {
			return None;
		}
		let values: Vec<_> = edits.iter().filter_map(|edit| edit.value).collect();
		let set = edits.iter_mut().filter(|edit| edit.value.is_some());
		set.zip(planner.hasher.values(&values)).for_each(|(edit, hash)| edit.hash = hash);

		let mut edited = Edited::default();
		// What is hashed of the edited buckets, by their positions and where each ends.
		let (mut hashed, mut ends) = (Vec::new(), Vec::new());
		for group in edits.chunk_by(|one, other| one.position == other.position) {
			let position = group[0].position;
			let old = self.buckets.get(position);
			let from = hashed.len();
			// Most blocks give accounts other values of the same length. Then the bucket stays where it is.
			if group.iter().all(|edit| edit.keeps_shape) {
				hashed.extend_from_slice(old.hashed());
				for Edit { place, at, hash, .. } in group {
					let index = place.expect("the account was there before; qed");
					hashed[from..][old.hash_place(index)].copy_from_slice(hash);
					edited.replaced.push(Replaced { position, places: old.places(index), at: *at, hash: *hash });
				}
			} else {
				let bucket = planner.rebuild(old, group);
				hashed.extend_from_slice(Bucket::new(&bucket).hashed());
				edited.rebuilt.push((position, bucket));
			}
			ends.push((position, hashed.len()));
		}

		let bits = bits_after(bits_before, count);
		let parts = match bits == self.bits {
			true => {
				let mut from = 0;
				let inputs: Vec<_> =
					ends.iter().map(|(_, end)| &hashed[std::mem::replace(&mut from, *end)..*end]).collect();
				let hashes = planner.hasher.buckets(&inputs);
				let leaves = ends.iter().zip(hashes).map(|((at, _), hash)| (self.tree.leaf(*at), hash)).collect();
				Parts::Some { nodes: self.tree.plan(leaves, &mut planner.hasher), edited }
			},
			false => {
				let mut buckets = self.buckets.clone();
				edited.apply(&mut buckets, planner.forward.entries());
				let buckets = reshaped(bits, &buckets);
				Parts::All { tree: tree(&buckets, &mut planner.hasher), buckets }
			},
		};
		let root = match &parts {
			Parts::Some { nodes, .. } => nodes.last().map_or_else(|| self.tree.root(), |(_, root)| *root),
			Parts::All { tree, .. } => tree.root(),
		};
		Some(TablePlan { bits, count, root: table_root(bits, count, &root), parts })
	}

	/// Does what was planned. `forward` are the changes that the planner encoded.
	pub fn apply(&mut self, plan: TablePlan, forward: &[u8], version: u64) {
		let TablePlan { bits, count, parts, .. } = plan;
		(self.bits, self.count, self.version) = (bits, count, version);
		match parts {
			Parts::Some { edited, nodes } => {
				edited.apply(&mut self.buckets, forward);
				self.tree.set(&nodes);
			},
			Parts::All { buckets, tree } => (self.buckets, self.tree) = (buckets, tree),
		}
	}

	/// Sets or removes an account without hashing the tree. [`Self::settle`] ends a version, [`Self::rehash`] ends them all.
	pub fn set_unhashed(&mut self, key: &AccountKey, value: Option<&[u8]>) {
		let position = key.bucket(self.bits);
		let bucket = self.buckets.get(position);
		let place = bucket.find(key);
		let at = place.unwrap_or_else(|at| at);
		let mut builder = BucketBuilder::default();
		builder.extend(bucket, 0..at);
		if let Some(value) = value {
			builder.push_value(key, value);
		}
		builder.extend(bucket, at + usize::from(place.is_ok())..bucket.len());
		self.count = self.count + u64::from(value.is_some()) - u64::from(place.is_ok());
		self.buckets.set(position, &builder.finish());
	}

	/// Gives the table the shape that it has after a version.
	pub fn settle(&mut self, version: u64) {
		self.version = version;
		let bits = bits_after(self.bits, self.count);
		if bits != self.bits {
			self.buckets = reshaped(bits, &self.buckets);
			self.bits = bits;
		}
	}

	/// Hashes all buckets and the tree.
	pub fn rehash(&mut self) {
		self.tree = tree(&self.buckets, &mut BatchHasher::default());
	}

	/// Returns the bytes that it takes in memory, without what the allocator adds.
	pub fn bytes(&self) -> usize {
		self.buckets.bytes() + 2 * self.buckets.len() * HASH_BYTES
	}
}

impl TablePlan {
	/// Returns the bytes that it takes in memory, without what the allocator adds.
	pub fn bytes(&self) -> usize {
		match &self.parts {
			Parts::Some { edited, nodes } => edited.bytes() + nodes.len() * size_of::<(u32, Hash)>(),
			Parts::All { buckets, .. } => buckets.bytes() + 2 * buckets.len() * HASH_BYTES,
		}
	}
}
