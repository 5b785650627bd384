use crate::testing::{delta, small_limits, FaultyDisk, Ledger, CHAIN};
use crate::{Limits, Store};
use std::ops::Bound;
use tp_account_store::KEY_BYTES;

/// Makes random blocks with this many operations in all, and compares the store with a map after each.
fn compare(seed: u64, shape: (u8, u16), operations: usize, block: usize) {
	let disk = FaultyDisk::new(seed);
	let mut ledger = Ledger::new(seed, shape);
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	let mut done = 0;
	while done < operations {
		// Phases of growth and of shrinkage.
		let created = if (done / (operations / 8).max(1)).is_multiple_of(2) { 0.8 } else { 0.3 };
		let count = ledger.below(block) + 1;
		let changes = ledger.changes(count, created);
		ledger.block(&store, &changes).unwrap();
		done += count;
		store.maintain().unwrap();
		let view = store.view();
		let newest = ledger.versions.last().unwrap();
		assert_eq!(store.size().accounts as usize, newest.len());
		for (key, _) in changes {
			assert_eq!(view.get(&key).unwrap().as_ref(), newest.get(&key));
		}
		for _ in 0..8 {
			let key = ledger.key();
			let newest = ledger.versions.last().unwrap();
			assert_eq!(view.get(&key).unwrap().as_ref(), newest.get(&key));
			let next = newest.range((Bound::Excluded(key), Bound::Unbounded)).next().map(|(key, _)| *key);
			assert_eq!(view.next_key(&key.0).unwrap(), next);
		}
		if ledger.versions.len().is_multiple_of(64) {
			ledger.check(&view);
		}
		// The map of old versions is not needed any more.
		let oldest = store.oldest() as usize;
		ledger.versions[..oldest].iter_mut().for_each(|accounts| accounts.clear());
	}
	ledger.check(&store.view());
	drop(store);
	let (store, _) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	ledger.check(&store.view());
}

#[test]
fn the_store_is_a_map() {
	compare(1, (3, 300), 20_000, 60);
	compare(2, (255, 40), 10_000, 200);
	compare(3, (1, 20), 3000, 10);
}

/// 1,000,000 operations.
#[test]
#[ignore = "takes minutes"]
fn the_store_is_a_map_for_long() {
	compare(4, (5, 4000), 400_000, 300);
	compare(5, (255, 200), 400_000, 2000);
	compare(6, (2, 50), 200_000, 40);
}

#[test]
fn next_keys_are_those_of_a_map() {
	let mut ledger = Ledger::new(7, (4, 60));
	let store = ledger.create(FaultyDisk::new(7).folder(), Limits::default()).unwrap();
	for _ in 0..20 {
		ledger.random_block(&store, 40, 0.6).unwrap();
	}
	for version in [0, 7, 19, 20] {
		let view = store.view_at(version).unwrap();
		let accounts = &ledger.versions[version as usize].clone();
		for _ in 0..500 {
			let key = ledger.key();
			for length in [0, 1, 2, 5, KEY_BYTES] {
				let above = &key.0[..length];
				let expected = accounts.keys().find(|key| &key.0[..] > above).copied();
				assert_eq!(view.next_key(above).unwrap(), expected);
			}
			let longer = [&key.0[..], &[0]].concat();
			assert_eq!(view.next_key(&longer).unwrap(), view.next_key(&key.0).unwrap());
		}
	}
}

#[test]
fn the_order_of_changes_does_not_matter_and_the_last_one_counts() {
	let mut ledger = Ledger::new(8, (3, 100));
	let store = ledger.create(FaultyDisk::new(8).folder(), Limits::default()).unwrap();
	let view = store.view();
	let (one, other) = (ledger.key(), ledger.key());
	let twice = [(one, Some(b"1".to_vec())), (other, None), (one, Some(b"2".to_vec()))];
	let once = [(other, None), (one, Some(b"2".to_vec()))];
	assert_eq!(store.root_with(&view, delta(&twice)).unwrap(), store.root_with(&view, delta(&once)).unwrap());
	assert_ne!(store.root_with(&view, delta(&twice[..2])).unwrap(), store.root_with(&view, delta(&once)).unwrap());
}
