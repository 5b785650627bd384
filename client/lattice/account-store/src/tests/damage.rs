//! A disk that ages: synced data is damaged or missing.

use crate::testing::{small_limits, FaultyDisk, Ledger, CHAIN};
use crate::{Limits, Store, StoreError};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Runs a ledger, and syncs it.
fn run(seed: u64, limits: Limits) -> (FaultyDisk, Ledger) {
	let disk = FaultyDisk::new(seed);
	let mut ledger = Ledger::new(seed, (3, 60));
	let store = ledger.create(disk.folder(), limits).unwrap();
	for version in 1..=14 {
		ledger.random_block(&store, 12, if version < 9 { 0.8 } else { 0.3 }).unwrap();
		store.maintain().unwrap();
	}
	drop(store);
	disk.reboot();
	(disk, ledger)
}

/// Opens a damaged store. Either the error says so and nothing was changed, or all that the store has is right.
fn open(disk: &FaultyDisk, ledger: &Ledger, limits: Limits) -> Result<u64, StoreError> {
	let before = disk.files();
	match Store::open(disk.folder(), CHAIN, limits) {
		Ok((store, recovery)) => {
			(store.oldest()..=recovery.head.version).for_each(|version| ledger.check(&store.view_at(version).unwrap()));
			Ok(recovery.head.version)
		},
		Err(error) => {
			assert_eq!(disk.files(), before, "{error}");
			Err(error)
		},
	}
}

#[test]
fn any_flipped_bit_is_named_or_without_effect() {
	let mut random = ChaCha8Rng::seed_from_u64(1);
	let (mut named, mut last) = (0, 0);
	for seed in 1..=3 {
		let (pristine, _) = run(seed, small_limits());
		for (name, size) in pristine.files() {
			// Most of the 256 tables are empty and alike.
			let tries = if name.starts_with("log-") { 60 } else { usize::from(random.gen_bool(0.2)) * 3 };
			for _ in 0..tries {
				let (disk, ledger) = run(seed, small_limits());
				disk.flip(&name, random.gen_range(0..size));
				match open(&disk, &ledger, small_limits()) {
					Ok(14) => {},
					// No later record says that the newest one was synced.
					Ok(version) => {
						assert_eq!(version, 13, "{name}");
						last += 1;
					},
					Err(error) => {
						assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
						named += 1;
					},
				}
			}
		}
	}
	assert!(named > 100, "{named} named, {last} taken for a torn tail");
}

#[test]
fn missing_files_are_named() {
	for (seed, limits) in [(1, small_limits()), (2, Limits::default())] {
		let (disk, _) = run(seed, limits);
		// Most of the 256 tables are empty and alike.
		let tables =
			|name: &String| !name.starts_with("table-") || name.starts_with("table-0") || name.starts_with("table-7f");
		for name in disk.files().into_keys().filter(tables) {
			let (disk, ledger) = run(seed, limits);
			disk.lose(&name);
			match open(&disk, &ledger, limits) {
				Ok(version) => assert_eq!(version, 14, "{name} was not needed"),
				Err(StoreError::Missing) => assert!(name.starts_with("base-"), "{name}"),
				Err(error) => assert!(error.is_damage(), "{name}: {error}"),
			}
		}
	}
}

#[test]
fn bytes_of_a_block_that_look_like_a_record_are_none() {
	// The body of a torn record holds a whole record of the same segment: the certificate of a block, chosen by its author.
	let disk = FaultyDisk::new(5);
	let mut ledger = Ledger::new(5, (3, 60));
	let store = ledger.create(disk.folder(), Limits::default()).unwrap();
	ledger.random_block(&store, 12, 0.8).unwrap();
	store.sync().unwrap();
	let mut forged = None;
	store
		.records(1, |record| {
			forged = Some(record);
			Ok(())
		})
		.unwrap();
	let mut forged = forged.unwrap();
	(forged.version, forged.synced) = (9, 9);
	let (head, changes) = forged.encode(0x1234).unwrap();
	let bytes = [&head[..], &changes.concat()].concat();
	let root = store.head().root;
	let hash = ledger.hash(2);
	store.commit(&crate::Block { hash, root, time_ms: 2, certificate: &bytes, other: &[] }).unwrap();
	drop(store);
	let (name, size) = disk.files().into_iter().find(|(name, _)| name.starts_with("log-")).unwrap();
	disk.flip(&name, size - 2);
	let (store, recovery) = Store::open(disk.folder(), CHAIN, Limits::default()).unwrap();
	assert_eq!(recovery.head.version, 1);
	ledger.check(&store.view());
}
