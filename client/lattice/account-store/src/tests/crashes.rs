//! Power cuts at each write, sync, renaming, creation and removal.

use crate::testing::{small_limits, FaultyDisk, Ledger, CHAIN};
use crate::{Store, StoreError};

/// Blocks of a run. The tables are all written once, and the base and many segments are removed.
const BLOCKS: usize = 40;

/// Runs a ledger until its end or until the power is cut. Returns the version up to which it was synced, and whether the
/// store was created.
fn run(disk: &FaultyDisk, ledger: &mut Ledger) -> (u64, bool) {
	let Ok(store) = ledger.create(disk.folder(), small_limits()) else { return (0, false) };
	let mut synced = 0;
	for version in 1..=BLOCKS {
		let created = if version < 12 { 0.8 } else { 0.3 };
		if ledger.random_block(&store, 12, created).is_err() {
			break;
		}
		if ledger.below(3) > 0 {
			let before = store.head().version;
			match store.sync() {
				Ok(()) => synced = before,
				Err(_) => break,
			}
			if store.maintain().is_err() {
				break;
			}
		}
	}
	(synced, true)
}

/// Cuts the power at an operation of a run, and checks what comes back.
fn crash(seed: u64, cut: u64) {
	let disk = FaultyDisk::new(seed.wrapping_mul(1_000_003).wrapping_add(cut));
	let mut ledger = Ledger::new(seed, (3, 60));
	disk.cut_power_in(cut);
	let (synced, created) = run(&disk, &mut ledger);
	disk.reboot();
	// The power is cut again while the store starts, and once more.
	for _ in 0..2 {
		disk.cut_power_in(ledger.below(8) as u64 + 1);
		match Store::open(disk.folder(), CHAIN, small_limits()) {
			Ok((store, _)) => drop(store),
			Err(StoreError::Missing) => {},
			Err(error) => assert!(disk.is_off(), "seed {seed}, cut {cut}: {error}"),
		}
		disk.reboot();
	}
	let opened = Store::open(disk.folder(), CHAIN, small_limits());
	let (store, recovery) = match opened {
		Err(StoreError::Missing) if !created => {
			let mut ledger = Ledger::new(seed, (3, 60));
			let store = ledger.create(disk.folder(), small_limits()).expect("leftovers are removed");
			return ledger.check(&store.view());
		},
		opened => opened.unwrap_or_else(|error| panic!("seed {seed}, cut {cut}: {error}")),
	};
	let version = recovery.head.version;
	assert!(version >= synced, "seed {seed}, cut {cut}: {version} is behind the synced {synced}");
	assert!(version < ledger.versions.len() as u64);
	ledger.back_to(version);
	for version in [store.oldest(), version] {
		ledger.check(&store.view_at(version).unwrap());
	}
	let mut records = Vec::new();
	store
		.records(0, |record| {
			records.push(record.version);
			assert_eq!(record.certificate, (record.version as usize).to_le_bytes());
			assert_eq!(record.other, b"trie");
			Ok(())
		})
		.unwrap();
	assert_eq!(records, recovery.first_record.map_or(Vec::new(), |first| (first..=version).collect::<Vec<_>>()));
	for _ in 0..3 {
		ledger.random_block(&store, 12, 0.5).unwrap();
		store.maintain().unwrap();
	}
	drop(store);
	disk.reboot();
	let (store, recovery) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	assert_eq!((recovery.head.version, recovery.torn_bytes), (version + 3, 0), "seed {seed}, cut {cut}");
	ledger.check(&store.view());
}

/// Cuts the power at each `step`th operation of a run. Returns the number of cuts.
fn crash_everywhere(seed: u64, step: usize) -> usize {
	let disk = FaultyDisk::new(seed);
	run(&disk, &mut Ledger::new(seed, (3, 60)));
	let cuts = (1..=disk.operations()).step_by(step);
	cuts.map(|cut| crash(seed, cut)).count()
}

#[test]
fn a_run_turns_everything_over() {
	let disk = FaultyDisk::new(1);
	run(&disk, &mut Ledger::new(1, (3, 60)));
	let files = disk.files();
	assert!(!files.keys().any(|name| name.starts_with("base-")), "the base was removed");
	assert!(!files.contains_key("log-0000000000"), "the first segment was removed");
	assert_eq!(files.keys().filter(|name| name.starts_with("table-")).count(), 256);
}

#[test]
fn after_a_thousand_crashes_the_store_is_at_a_whole_block() {
	let cuts: usize = (1..=4).map(|seed| crash_everywhere(seed, 8)).sum();
	assert!(cuts >= 1000, "{cuts} cuts");
}

#[test]
#[ignore = "takes a minute"]
fn after_ten_thousand_crashes_the_store_is_at_a_whole_block() {
	let mut cuts = 0;
	for seed in 10.. {
		cuts += crash_everywhere(seed, 1);
		if cuts >= 10_000 {
			break;
		}
	}
}
