//! A ledger that makes random blocks and remembers what each version has.

use crate::{disk::Folder, error::StoreError, limits::Limits, store::Block, store::Store, Delta, StoreBuilder, View};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{collections::BTreeMap, sync::Arc};
use tp_account_store::{AccountKey, Hash, KEY_BYTES};

/// The chain of the tests.
pub const CHAIN: Hash = [7; 32];

/// Time between two blocks, in milliseconds.
const BLOCK_MS: u64 = 1000;

/// What a version has.
pub type Accounts = BTreeMap<AccountKey, Vec<u8>>;

/// Limits at which segments, snapshots and the history turn over within a few blocks.
pub fn small_limits() -> Limits {
	Limits {
		history_ms: 8 * BLOCK_MS,
		history_versions: 0,
		history_bytes: 20_000,
		pinned_bytes: 60_000,
		memory_bytes: 2000,
		retain_bytes: 5000,
		rolling_bytes: 256 * 60,
		segment_bytes: 3000,
		pending_blocks: 3,
		pending_bytes: 100_000,
	}
}

/// The ledger.
pub struct Ledger {
	random: ChaCha8Rng,
	/// Number of tables and of accounts in each that it uses.
	pub shape: (u8, u16),
	/// What each version has.
	pub versions: Vec<Accounts>,
	/// The root of each version that was committed or tried.
	pub roots: Vec<Hash>,
}

impl Ledger {
	/// Returns a ledger with some accounts.
	pub fn new(seed: u64, shape: (u8, u16)) -> Self {
		let random = ChaCha8Rng::seed_from_u64(seed);
		let mut ledger = Self { random, shape, versions: vec![Accounts::new()], roots: Vec::new() };
		let changes = ledger.changes(20, 1.0);
		for (key, value) in changes {
			value.map(|value| ledger.versions[0].insert(key, value));
		}
		ledger
	}

	/// Creates the store of version 0.
	pub fn create(&mut self, folder: Arc<dyn Folder>, limits: Limits) -> Result<Store, StoreError> {
		let accounts: Vec<_> = self.versions[0].clone().into_iter().collect();
		let builder = StoreBuilder::genesis(accounts)?;
		self.roots = vec![builder.root()];
		builder.create(folder, CHAIN, limits, 0, self.hash(0), 0)
	}

	/// Returns the hash of a block.
	pub fn hash(&self, version: usize) -> Hash {
		tp_account_store::value_hash(&version.to_le_bytes())
	}

	/// Returns an account.
	pub fn key(&mut self) -> AccountKey {
		let (tables, accounts) = self.shape;
		let mut key = [0; KEY_BYTES];
		key[0] = self.random.gen_range(0..tables) * (255 / tables.max(1));
		let mut account = ChaCha8Rng::seed_from_u64(u64::from(self.random.gen_range(0..accounts)));
		account.fill(&mut key[1..]);
		AccountKey(key)
	}

	/// Returns random changes, the accounts in any order and some of them twice.
	pub fn changes(&mut self, count: usize, created: f64) -> Vec<(AccountKey, Option<Vec<u8>>)> {
		let change = |_| {
			let key = self.key();
			let value = self.random.gen_bool(created).then(|| {
				// Few lengths, so that values are often replaced by others of the same length.
				let size = self.random.gen_range(0..4) * 16;
				(0..size).map(|_| self.random.gen()).collect()
			});
			(key, value)
		};
		(0..count).map(change).collect()
	}

	/// Returns a number below a bound.
	pub fn below(&mut self, bound: usize) -> usize {
		self.random.gen_range(0..bound)
	}

	/// Makes the next block on the newest version, and commits it as often as it takes, unless the store has stopped.
	pub fn block(&mut self, store: &Store, changes: &[(AccountKey, Option<Vec<u8>>)]) -> Result<(), StoreError> {
		let mut next = self.versions.last().expect("there is a genesis").clone();
		for (key, value) in changes {
			match value {
				Some(value) => next.insert(*key, value.clone()),
				None => next.remove(key),
			};
		}
		let root = store.root_with(&store.view(), delta(changes))?;
		self.versions.push(next);
		self.roots.push(root);
		let version = self.versions.len() - 1;
		let certificate = version.to_le_bytes();
		let time_ms = version as u64 * BLOCK_MS;
		let block = Block { hash: self.hash(version), root, time_ms, certificate: &certificate, other: b"trie" };
		for _ in 0..100 {
			match store.commit(&block) {
				Ok(committed) => {
					assert_eq!(committed as usize, version);
					return Ok(());
				},
				Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::StorageFull => {},
				Err(error) => return Err(error),
			}
		}
		panic!("the fault has an end");
	}

	/// Makes a block of random changes.
	pub fn random_block(&mut self, store: &Store, most: usize, created: f64) -> Result<(), StoreError> {
		let count = self.below(most);
		let changes = self.changes(count, created);
		self.block(store, &changes)
	}

	/// Forgets the versions above the store's, after a crash.
	pub fn back_to(&mut self, version: u64) {
		let keep = usize::try_from(version).expect("versions are few") + 1;
		self.versions.truncate(keep);
		self.roots.truncate(keep);
	}

	/// Checks all that a view has.
	pub fn check(&self, view: &View) {
		let version = usize::try_from(view.version()).expect("versions are few");
		assert_eq!(view.root(), self.roots[version], "root of version {version}");
		assert_eq!(view.head().hash, self.hash(version));
		let all: Result<Accounts, StoreError> = view.accounts().collect();
		assert_eq!(all.unwrap(), self.versions[version], "accounts of version {version}");
	}
}

/// Borrows changes.
pub fn delta(changes: &[(AccountKey, Option<Vec<u8>>)]) -> Delta<'_> {
	changes.iter().map(|(key, value)| (*key, value.as_deref())).collect()
}
