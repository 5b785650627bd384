use crate::testing::{small_limits, Accounts, FaultyDisk, Ledger, CHAIN};
use crate::{Store, StoreBuilder};
use std::collections::BTreeMap;
use tp_account_store::{bits_after, bucket_hash, node_hash, table_root, value_hash, AccountKey, Hash, HASH_BYTES};

/// Computes a store root from the definition, without any of the store's code.
fn root(accounts: &Accounts, bits: &BTreeMap<u8, u8>) -> Hash {
	let fold = |mut level: Vec<Hash>| {
		while level.len() > 1 {
			level = level.chunks(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
		}
		level[0]
	};
	let table = |table: u8| {
		let bits = bits.get(&table).copied().unwrap_or(0);
		let inside: Vec<(&AccountKey, &Vec<u8>)> = accounts.iter().filter(|(key, _)| key.table() == table).collect();
		let bucket = |position: u32| {
			let inside: Vec<_> = inside.iter().filter(|(key, _)| key.bucket(bits) == position).collect();
			let keys = inside.iter().flat_map(|(key, _)| key.0);
			let hashes = inside.iter().flat_map(|(_, value)| value_hash(value));
			bucket_hash(&keys.chain(hashes).collect::<Vec<u8>>())
		};
		table_root(bits, inside.len() as u64, &fold((0..1 << bits).map(bucket).collect()))
	};
	fold((0..=u8::MAX).map(table).collect())
}

#[test]
fn roots_follow_the_definition_through_growth_and_shrinkage() {
	assert_eq!(HASH_BYTES, 32);
	let mut ledger = Ledger::new(1, (2, 400));
	let store = ledger.create(FaultyDisk::new(1).folder(), small_limits()).unwrap();
	let mut bits = BTreeMap::new();
	let mut largest = 0;
	for version in 0..120 {
		if version > 0 {
			let created = if version % 60 < 30 { 0.95 } else { 0.05 };
			ledger.random_block(&store, 240, created).unwrap();
		}
		let accounts = ledger.versions.last().unwrap();
		for table in 0..=u8::MAX {
			let count = accounts.keys().filter(|key| key.table() == table).count();
			let bits = bits.entry(table).or_insert(0);
			*bits = bits_after(*bits, count as u64);
			largest = largest.max(*bits);
		}
		assert_eq!(store.head().root, root(accounts, &bits), "version {version}");
	}
	assert!(largest >= 5, "tables grow: {largest}");
	assert!(bits.values().all(|bits| *bits <= 3), "and shrink: {bits:?}");
}

#[test]
fn a_root_depends_on_the_shape_and_a_copy_with_the_shapes_has_the_same() {
	let disk = FaultyDisk::new(2);
	let mut ledger = Ledger::new(2, (1, 300));
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	(0..30).for_each(|_| ledger.random_block(&store, 60, 1.0).unwrap());
	let mut remove: Vec<_> = ledger.versions.last().unwrap().keys().map(|key| (*key, None)).collect();
	// As many as leave the table with its larger shape.
	remove.truncate(remove.len() / 2);
	ledger.block(&store, &remove).unwrap();
	let accounts = ledger.versions.last().unwrap();
	let bits = store.view().prove(accounts.keys().next().unwrap()).unwrap().bits;
	assert!(bits > bits_after(0, accounts.len() as u64), "it has not shrunk");
	let again = StoreBuilder::genesis(accounts.clone().into_iter().collect()).unwrap();
	assert_ne!(again.root(), store.head().root);
	let mut copy = StoreBuilder::default();
	copy.set_table(0, bits, accounts.iter().map(|(key, value)| (*key, &value[..]))).unwrap();
	assert_eq!(copy.root(), store.head().root);
	// It stays so, on this node, after a restart, and on the node that took the tables over.
	let copy_disk = FaultyDisk::new(3);
	let version = store.head().version;
	let hash = store.head().hash;
	let copy = copy.create(copy_disk.folder(), CHAIN, small_limits(), version, hash, 0).unwrap();
	drop(store);
	let (store, _) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	for _ in 0..20 {
		ledger.random_block(&store, 20, 0.3).unwrap();
		let version = ledger.versions.len() - 2;
		let (before, after) = (&ledger.versions[version], &ledger.versions[version + 1]);
		let set = after.iter().filter(|(key, value)| before.get(key) != Some(value));
		let removed = before.keys().filter(|key| !after.contains_key(key));
		let changes = set.map(|(key, value)| (*key, Some(&value[..]))).chain(removed.map(|key| (*key, None))).collect();
		let root = copy.root_with(&copy.view(), changes).unwrap();
		assert_eq!(root, store.head().root);
		let block = crate::Block { hash: [1; 32], root, time_ms: 0, certificate: &[], other: &[] };
		copy.commit(&block).unwrap();
	}
}

#[test]
fn accounts_that_do_not_ascend_or_are_elsewhere_are_refused() {
	let mut ledger = Ledger::new(4, (1, 300));
	let (one, other) = (ledger.key(), ledger.key());
	let (low, high) = (one.min(other), one.max(other));
	let mut builder = StoreBuilder::default();
	let value = &b"value"[..];
	assert!(builder.set_table(0, 1, [(high, value), (low, value)].into_iter()).is_err());
	assert!(builder.set_table(0, 1, [(low, value), (low, value)].into_iter()).is_err());
	assert!(builder.set_table(1, 1, [(low, value)].into_iter()).is_err());
	assert!(builder.set_table(0, 25, [(low, value)].into_iter()).is_err());
	assert!(builder.set_table(0, 1, [(low, &[0; 5000][..])].into_iter()).is_err());
	assert!(builder.set_table(0, 1, [(low, value), (high, value)].into_iter()).is_ok());
}
