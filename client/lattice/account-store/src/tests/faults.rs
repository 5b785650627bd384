//! Operations that fail: a full disk, and syncs, renamings and removals that do not succeed.

use crate::testing::{small_limits, Fault, FaultyDisk, Ledger, CHAIN};
use crate::{Store, StoreError};

const BLOCKS: usize = 24;

/// Makes some operations of a run fail. The run goes on unless the store stops. Returns whether it did.
fn fail(seed: u64, fault: Fault, power_cut: bool) -> bool {
	let disk = FaultyDisk::new(seed.wrapping_mul(1_000_003).wrapping_add(fault.from));
	let mut ledger = Ledger::new(seed, (3, 60));
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	disk.fail(Fault { from: disk.operations() + fault.from, ..fault });
	let (mut synced, mut stopped) = (0, false);
	for version in 1..=BLOCKS {
		match ledger.random_block(&store, 12, if version < 12 { 0.8 } else { 0.3 }) {
			Ok(()) => {},
			Err(StoreError::Stopped) => {
				stopped = true;
				break;
			},
			Err(error) => panic!("{error}"),
		}
		let before = store.head().version;
		match store.maintain() {
			Ok(()) => synced = before,
			Err(StoreError::Io { .. } | StoreError::Stopped) => {},
			Err(error) => panic!("{error}"),
		}
		ledger.check(&store.view());
	}
	disk.repair();
	let committed = store.head().version;
	match store.maintain() {
		Ok(()) if !stopped => synced = committed,
		// The sync after the last block may have failed.
		Err(StoreError::Stopped) => stopped = true,
		outcome => panic!("it does not go on by itself: {outcome:?}"),
	}
	drop(store);
	if power_cut {
		disk.reboot();
	}
	let (store, recovery) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	let version = recovery.head.version;
	assert!(version >= synced, "fault {fault:?}: {version} is behind the synced {synced}");
	assert!(power_cut || version >= committed, "without a power cut nothing is lost");
	ledger.back_to(version);
	ledger.check(&store.view());
	// What a start has found stays, also if the disk had dropped it after a failed sync.
	drop(store);
	disk.reboot();
	let (store, recovery) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	assert_eq!(recovery.head.version, version, "fault {fault:?}");
	ledger.check(&store.view());
	stopped
}

#[test]
fn the_store_survives_operations_that_fail_or_stops() {
	let mut stopped = 0;
	for (seed, count) in [(1, 1), (2, 3), (3, 40)] {
		for from in (1..2400).step_by(37) {
			stopped += usize::from(fail(seed, Fault { from, count }, from % 2 == 0));
		}
	}
	assert!(stopped > 0, "a failed sync of the log stops it");
}

#[test]
#[ignore = "takes a minute"]
fn the_store_survives_any_operation_that_fails_or_stops() {
	for (seed, count) in [(4, 1), (5, 2), (6, 25)] {
		for from in 1..2400 {
			fail(seed, Fault { from, count }, from % 2 == 0);
		}
	}
}

#[test]
fn a_store_is_not_created_twice_and_not_opened_as_another_chain() {
	let disk = FaultyDisk::new(1);
	let mut ledger = Ledger::new(1, (3, 60));
	assert!(matches!(Store::open(disk.folder(), CHAIN, small_limits()), Err(StoreError::Missing)));
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	ledger.random_block(&store, 12, 0.8).unwrap();
	drop(store);
	assert!(matches!(ledger.create(disk.folder(), small_limits()), Err(StoreError::Exists)));
	assert!(matches!(Store::open(disk.folder(), [8; 32], small_limits()), Err(StoreError::OtherChain(_))));
}

#[test]
fn two_processes_do_not_share_a_folder() {
	let folder = tempfile::tempdir().unwrap();
	let first = crate::DiskFolder::open(folder.path()).unwrap();
	assert_eq!(crate::DiskFolder::open(folder.path()).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
	drop(first);
	crate::DiskFolder::open(folder.path()).unwrap();
}

#[test]
fn a_store_in_the_file_system_comes_back() {
	let folder = tempfile::tempdir().unwrap();
	let open = || std::sync::Arc::new(crate::DiskFolder::open(folder.path()).unwrap());
	let mut ledger = Ledger::new(2, (3, 60));
	let store = ledger.create(open(), small_limits()).unwrap();
	for _ in 0..40 {
		ledger.random_block(&store, 12, 0.6).unwrap();
		store.maintain().unwrap();
	}
	ledger.random_block(&store, 12, 0.6).unwrap();
	drop(store);
	let (store, recovery) = Store::open(open(), CHAIN, small_limits()).unwrap();
	assert_eq!(recovery.head.version, 41);
	(store.oldest()..=41).for_each(|version| ledger.check(&store.view_at(version).unwrap()));
}
