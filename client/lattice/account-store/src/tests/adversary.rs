//! A second model of the store, by its definition, and an adversary: keys with long equal beginnings, several proposals at a
//! height, roots and proofs of old versions, restarts.

use crate::testing::{delta, small_limits, Accounts, FaultyDisk, CHAIN};
use crate::{Block, Delta, DiskFolder, Limits, Store, StoreBuilder, View};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
	collections::BTreeSet,
	ops::{Bound, RangeInclusive},
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tp_account_store::{
	bits_after, bucket_hash, node_hash, table_root, value_hash, AccountKey, Hash, KEY_BYTES, TABLES,
};

type Changes = Vec<(AccountKey, Option<Vec<u8>>)>;

fn fold(mut level: Vec<Hash>) -> Hash {
	while level.len() > 1 {
		level = level.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
	}
	level[0]
}

fn keys_of(table: u8) -> RangeInclusive<AccountKey> {
	let (mut first, mut last) = ([0; KEY_BYTES], [u8::MAX; KEY_BYTES]);
	(first[0], last[0]) = (table, table);
	AccountKey(first)..=AccountKey(last)
}

/// What a version has.
#[derive(Clone)]
struct Model {
	accounts: Accounts,
	bits: [u8; TABLES],
	tables: Vec<Hash>,
}

impl Model {
	fn empty() -> Self {
		let tables = vec![table_root(0, 0, &bucket_hash(&[])); TABLES];
		Self { accounts: Accounts::new(), bits: [0; TABLES], tables }
	}

	fn root(&self) -> Hash {
		fold(self.tables.clone())
	}

	fn table_root(&self, table: u8) -> Hash {
		let bits = self.bits[usize::from(table)];
		let mut buckets = vec![(Vec::new(), Vec::new()); 1 << bits];
		let mut count = 0;
		for (key, value) in self.accounts.range(keys_of(table)) {
			let (keys, hashes) = &mut buckets[key.bucket(bits) as usize];
			keys.extend_from_slice(&key.0);
			hashes.extend_from_slice(&value_hash(value));
			count += 1;
		}
		let leaves = buckets.into_iter().map(|(keys, hashes)| bucket_hash(&[keys, hashes].concat())).collect();
		table_root(bits, count, &fold(leaves))
	}

	fn after(&self, changes: &Changes) -> Self {
		let mut next = self.clone();
		for (key, value) in changes {
			match value {
				Some(value) => next.accounts.insert(*key, value.clone()),
				None => next.accounts.remove(key),
			};
		}
		for table in changes.iter().map(|(key, _)| key.table()).collect::<BTreeSet<_>>() {
			let count = next.accounts.range(keys_of(table)).count();
			let bits = &mut next.bits[usize::from(table)];
			*bits = bits_after(*bits, count as u64);
			next.tables[usize::from(table)] = next.table_root(table);
		}
		next
	}
}

/// Chooses accounts and changes.
struct Adversary {
	random: ChaCha8Rng,
	keys: Vec<AccountKey>,
	/// Some values are as large as they can be.
	large: bool,
}

impl Adversary {
	fn new(seed: u64, count: usize, tables: &[u8], large: bool) -> Self {
		let mut random = ChaCha8Rng::seed_from_u64(seed);
		let mut keys: Vec<AccountKey> = Vec::new();
		for _ in 0..count {
			let mut key = [0; KEY_BYTES];
			random.fill(&mut key[1..]);
			key[0] = *tables.choose(&mut random).unwrap();
			if random.gen_bool(0.4) {
				if let Some(other) = keys.choose(&mut random) {
					let same = *[1, 2, 3, 4, 5, 7, 8, 9, 16, 47].choose(&mut random).unwrap();
					key[..same].copy_from_slice(&other.0[..same]);
				}
			}
			if random.gen_bool(0.02) {
				key[1..].fill(*[0, u8::MAX].choose(&mut random).unwrap());
				key[KEY_BYTES - 1] = random.gen_range(0..3);
			}
			keys.push(AccountKey(key));
		}
		Self { random, keys, large }
	}

	fn key(&mut self) -> AccountKey {
		*self.keys.choose(&mut self.random).unwrap()
	}

	/// Returns a value: the present one, or another of the same length, or of any.
	fn value(&mut self, present: Option<&Vec<u8>>) -> Vec<u8> {
		let random = &mut self.random;
		let length = match (present, random.gen_range(0..10)) {
			(Some(present), 0) => return present.clone(),
			(Some(present), 1..=5) => present.len(),
			_ => {
				let most = if self.large && random.gen_bool(0.1) { 4097 } else { 90 };
				*[0, 1, 31, 32, random.gen_range(0..most)].choose(random).unwrap()
			},
		};
		(0..length).map(|_| random.gen()).collect()
	}

	fn changes(&mut self, count: usize, created: f64, accounts: &Accounts) -> Changes {
		let change = |_| {
			let key = self.key();
			let value = self.random.gen_bool(created).then(|| self.value(accounts.get(&key)));
			(key, value)
		};
		(0..count).map(change).collect()
	}

	fn check(&mut self, view: &View, model: &Model, all: bool) {
		let version = view.version();
		assert_eq!(view.root(), model.root());
		for _ in 0..6 {
			let key = self.key();
			assert_eq!(view.get(&key).unwrap().as_ref(), model.accounts.get(&key), "version {version}");
			let next = model.accounts.range((Bound::Excluded(key), Bound::Unbounded)).next();
			assert_eq!(view.next_key(&key.0).unwrap(), next.map(|(key, _)| *key), "version {version}");
		}
		let key = self.key();
		let proof = view.prove(&key).unwrap();
		let value = model.accounts.get(&key).map(|value| &value[..]);
		assert_eq!(proof.verify(&model.root(), &key), Ok(value), "version {version}");
		assert_eq!(proof.bits, model.bits[usize::from(key.table())]);
		if all {
			assert_eq!(view.accounts().collect::<Result<Accounts, _>>().unwrap(), model.accounts);
		}
	}
}

/// A run of the adversary.
struct Run<'a> {
	seeds: std::ops::Range<u64>,
	/// Number of accounts, and the tables in which they are.
	accounts: usize,
	tables: &'a [u8],
	/// Most changes of a block.
	changes: usize,
	blocks: usize,
	large: bool,
}

impl Run<'_> {
	fn all(&self) {
		self.seeds.clone().for_each(|seed| self.one(seed));
	}

	fn one(&self, seed: u64) {
		let limits = Limits {
			history_bytes: 4_000_000,
			pinned_bytes: 8_000_000,
			memory_bytes: 30_000,
			pending_blocks: 6,
			pending_bytes: 1 << 28,
			rolling_bytes: 256 * 4000,
			segment_bytes: 300_000,
			retain_bytes: 500_000,
			..small_limits()
		};
		let mut adversary = Adversary::new(seed, self.accounts, self.tables, self.large);
		let disk = FaultyDisk::new(seed);
		let genesis = Model::empty().after(&adversary.changes(self.accounts / 2, 1.0, &Accounts::new()));
		let builder = StoreBuilder::genesis(genesis.accounts.clone().into_iter().collect()).unwrap();
		assert_eq!(builder.root(), genesis.root());
		let mut store = builder.create(disk.folder(), CHAIN, limits, 0, [0; 32], 0).unwrap();
		let mut versions = vec![genesis];
		let mut views: Vec<View> = Vec::new();
		for round in 0..self.blocks {
			// The ledger grows, changes and shrinks, twice.
			let created = [0.95, 0.6, 0.15][round / (self.blocks / 6).max(1) % 3];
			let head = versions.last().unwrap().clone();
			let mut proposals = Vec::new();
			for _ in 0..adversary.random.gen_range(1..4) {
				let count = adversary.random.gen_range(0..=self.changes);
				let changes = adversary.changes(count, created, &head.accounts);
				let after = head.after(&changes);
				let root = store.root_with(&store.view(), delta(&changes)).unwrap();
				assert_eq!(root, after.root(), "seed {seed}, block {round}");
				proposals.push(after);
				if adversary.random.gen_bool(0.3) {
					store.maintain().unwrap();
				}
			}
			// Roots on old versions, while proposals wait.
			for _ in 0..2 {
				let version = adversary.random.gen_range(store.oldest()..=store.head().version);
				let model = &versions[version as usize];
				let count = adversary.random.gen_range(0..20);
				let changes = adversary.changes(count, created, &model.accounts);
				let view = store.view_at(version).unwrap();
				let root = store.root_with(&view, delta(&changes)).unwrap();
				assert_eq!(root, model.after(&changes).root(), "seed {seed}, block {round}, version {version}");
				adversary.check(&view, model, false);
			}
			let chosen = proposals.swap_remove(adversary.random.gen_range(0..proposals.len()));
			let version = versions.len() as u64;
			let (hash, root) = (value_hash(&version.to_le_bytes()), chosen.root());
			let block = Block { hash, root, time_ms: version * 1000, certificate: &[1, 2], other: b"other" };
			assert_eq!(store.commit(&block).unwrap(), version);
			versions.push(chosen);
			if adversary.random.gen_bool(0.2) {
				views.push(store.view());
			}
			if views.len() > 4 {
				views.swap_remove(adversary.random.gen_range(0..views.len()));
			}
			for view in views.iter().filter(|view| view.version() >= store.oldest()) {
				adversary.check(view, &versions[view.version() as usize], round % 16 == 0);
			}
			adversary.check(&store.view(), versions.last().unwrap(), round % 8 == 0);
			if adversary.random.gen_bool(0.5) {
				store.maintain().unwrap();
			}
			if adversary.random.gen_bool(0.04) {
				views.clear();
				let (head, accounts) = (store.head(), store.size().accounts);
				drop(store);
				store = Store::open(disk.folder(), CHAIN, limits).unwrap().0;
				assert_eq!((store.head(), store.size().accounts), (head, accounts));
			}
			// They take much memory, and are not read any more.
			versions[..store.oldest() as usize].iter_mut().for_each(|model| model.accounts.clear());
		}
	}
}

#[test]
fn few_accounts_in_tables_at_both_ends() {
	Run { seeds: 0..6, accounts: 60, tables: &[0, 255], changes: 40, blocks: 150, large: false }.all();
}

#[test]
fn some_thousand_accounts() {
	Run { seeds: 10..11, accounts: 3000, tables: &[0, 7, 255], changes: 400, blocks: 60, large: false }.all();
}

#[test]
#[ignore = "it takes a minute"]
fn some_thousand_accounts_for_long() {
	Run { seeds: 10..14, accounts: 3000, tables: &[0, 7, 255], changes: 400, blocks: 120, large: false }.all();
}

#[test]
#[ignore = "it takes a minute"]
fn large_values() {
	Run { seeds: 20..23, accounts: 2500, tables: &[3, 200], changes: 500, blocks: 100, large: true }.all();
}

#[test]
#[ignore = "it takes a minute"]
fn tables_of_many_chunks() {
	Run { seeds: 30..31, accounts: 9000, tables: &[9], changes: 1500, blocks: 70, large: true }.all();
	Run { seeds: 31..32, accounts: 6000, tables: &[0, 1], changes: 3000, blocks: 70, large: true }.all();
}

#[test]
#[ignore = "it measures on a disk: how long a commit waits beside a proof, and beside a root, of an old version"]
fn commits_beside_readers_of_old_versions() {
	const ACCOUNTS: usize = 1_000_000;
	let mut random = ChaCha8Rng::seed_from_u64(1);
	let key = |random: &mut ChaCha8Rng| AccountKey(std::array::from_fn(|_| random.gen()));
	let keys: Vec<_> = (0..ACCOUNTS).map(|_| key(&mut random)).collect();
	let folder = tempfile::tempdir().unwrap();
	let folder = Arc::new(DiskFolder::open(folder.path()).unwrap());
	let genesis = keys.iter().map(|key| (*key, vec![1; 236])).collect();
	let store = StoreBuilder::genesis(genesis).unwrap();
	let store = store.create(folder, CHAIN, Limits::default(), 0, [0; 32], 0).unwrap();
	// Returns the time that a block of 4,000 changes takes.
	let mut commit = || {
		let values: Vec<Vec<u8>> = (0..4000).map(|_| (0..236).map(|_| random.gen()).collect()).collect();
		let changes: Delta =
			values.iter().map(|value| (keys[random.gen_range(0..ACCOUNTS)], Some(&value[..]))).collect();
		let version = store.head().version + 1;
		let start = Instant::now();
		let root = store.root_with(&store.view(), changes).unwrap();
		let hash = value_hash(&version.to_le_bytes());
		store.commit(&Block { hash, root, time_ms: version * 1000, certificate: &[], other: &[] }).unwrap();
		start.elapsed()
	};
	let worst = (0..300).map(|_| commit()).max().unwrap();
	println!("alone: at most {worst:?} for a block, {:?}", store.size());
	let mut beside = |what: &str, read: &(dyn Fn(&View) + Sync)| {
		let oldest = store.view_at(store.oldest()).unwrap();
		let done = AtomicBool::new(false);
		std::thread::scope(|scope| {
			scope.spawn(|| {
				let start = Instant::now();
				read(&oldest);
				println!("{what} of version {}: {:?}", oldest.version(), start.elapsed());
				done.store(true, Ordering::SeqCst);
			});
			let (mut blocks, mut worst) = (0, Duration::ZERO);
			while !done.load(Ordering::SeqCst) || blocks == 0 {
				worst = worst.max(commit());
				blocks += 1;
				// Without a pause the blocks of hours follow, for which not even a version with a reader is kept.
				std::thread::sleep(Duration::from_millis(50));
			}
			println!("beside: at most {worst:?} for a block, {blocks} blocks");
		});
	};
	beside("one proof", &|view| {
		let proof = view.prove(&keys[5]).unwrap();
		assert!(proof.verify(&view.root(), &keys[5]).is_ok());
	});
	beside("one hundred proofs", &|view| {
		for key in &keys[..100] {
			assert!(view.prove(key).unwrap().verify(&view.root(), key).is_ok());
		}
	});
	beside("a root with changes in all tables", &|view| {
		let changes = keys[..4000].iter().map(|key| (*key, Some(&b"changed"[..]))).collect();
		assert_ne!(store.root_with(view, changes).unwrap(), view.root());
	});
}
