use crate::testing::{delta, small_limits, FaultyDisk, Ledger, CHAIN};
use crate::{Block, Limits, Store, StoreError};

#[test]
fn readers_keep_their_version() {
	let disk = FaultyDisk::new(1);
	let mut ledger = Ledger::new(1, (4, 80));
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	let mut views = vec![store.view()];
	for _ in 0..25 {
		ledger.random_block(&store, 30, 0.6).unwrap();
		store.maintain().unwrap();
		views.push(store.view());
		views.iter().for_each(|view| ledger.check(view));
	}
	assert_eq!(store.oldest(), 0, "the oldest view holds all later versions");
	drop(views.remove(0));
	ledger.random_block(&store, 30, 0.6).unwrap();
	assert_eq!(store.oldest(), 1);
	drop(views);
	ledger.random_block(&store, 30, 0.6).unwrap();
	assert!(store.oldest() >= store.head().version - 8);
	(store.oldest()..=store.head().version).for_each(|version| ledger.check(&store.view_at(version).unwrap()));
}

#[test]
fn the_history_is_bounded_by_time_and_by_bytes() {
	let disk = FaultyDisk::new(2);
	let mut ledger = Ledger::new(2, (4, 80));
	let limits = small_limits();
	let store = ledger.create(disk.folder(), limits).unwrap();
	let pinned = store.view();
	let mut most = 0;
	for _ in 0..400 {
		ledger.random_block(&store, 60, 0.6).unwrap();
		store.maintain().unwrap();
		let size = store.size();
		assert!(size.history_bytes <= limits.pinned_bytes && size.history_memory_bytes <= limits.memory_bytes);
		most = most.max(size.log_bytes);
		let files: usize =
			disk.files().iter().filter(|(name, _)| name.starts_with("log-")).map(|(_, size)| *size).sum();
		assert_eq!(files as u64, size.log_bytes);
	}
	let bound = limits.pinned_bytes.max(limits.retain_bytes) + 2 * limits.segment_bytes + 10_000;
	assert!(most < bound, "the log has {most} bytes");
	assert!(matches!(pinned.get(&ledger.key()), Err(StoreError::VersionGone { version: 0, .. }) | Ok(None)));
	assert!(pinned.accounts().any(|account| account.is_err()));
	assert!(matches!(store.view_at(0), Err(StoreError::VersionGone { .. })));
	assert!(matches!(store.view_at(401), Err(StoreError::NotYet { version: 401, head: 400 })));
	drop(pinned);
	// Without a reader less stays, and of small blocks the newest 8 seconds.
	ledger.random_block(&store, 60, 0.6).unwrap();
	assert!(store.size().history_bytes <= limits.history_bytes);
	(0..20).for_each(|_| ledger.random_block(&store, 4, 0.6).unwrap());
	assert_eq!(store.oldest(), store.head().version - 8);
}

#[test]
fn old_versions_can_be_read_after_a_restart() {
	let disk = FaultyDisk::new(3);
	let mut ledger = Ledger::new(3, (4, 80));
	let store = ledger.create(disk.folder(), small_limits()).unwrap();
	for _ in 0..30 {
		ledger.random_block(&store, 30, 0.6).unwrap();
		store.maintain().unwrap();
	}
	let oldest = store.oldest();
	drop(store);
	let (store, recovery) = Store::open(disk.folder(), CHAIN, small_limits()).unwrap();
	assert_eq!((recovery.head.version, recovery.torn_bytes), (30, 0));
	assert!(store.oldest() <= oldest + 1);
	(store.oldest()..=30).for_each(|version| ledger.check(&store.view_at(version).unwrap()));
}

#[test]
fn a_root_is_the_same_at_any_time() {
	let mut ledger = Ledger::new(4, (3, 200));
	let store = ledger.create(FaultyDisk::new(4).folder(), Limits::default()).unwrap();
	let mut expected = Vec::new();
	for version in 0..40 {
		let count = ledger.below(80);
		let (changes, created) = (ledger.changes(count, 0.5), if version < 20 { 0.95 } else { 0.1 });
		let view = store.view();
		let root = store.root_with(&view, delta(&changes)).unwrap();
		assert_eq!(store.root_with(&view, delta(&changes)).unwrap(), root);
		assert_eq!(store.root_with(&view, Vec::new()).unwrap(), view.root(), "nothing asks for the root");
		expected.push((changes, root));
		ledger.random_block(&store, 80, created).unwrap();
	}
	for (version, (changes, root)) in (0..).zip(&expected) {
		let view = store.view_at(version).unwrap();
		assert_eq!(store.root_with(&view, delta(changes)).unwrap(), *root, "version {version}");
	}
	assert_eq!(store.size().pending, 0, "what follows an old version cannot be committed");
}

#[test]
fn proposals_wait_beside_each_other_and_one_is_committed() {
	let mut ledger = Ledger::new(5, (3, 200));
	let store = ledger.create(FaultyDisk::new(5).folder(), small_limits()).unwrap();
	let view = store.view();
	let proposals: Vec<_> = (0..5).map(|_| ledger.changes(20, 1.0)).collect();
	let roots: Vec<_> = proposals.iter().map(|changes| store.root_with(&view, delta(changes)).unwrap()).collect();
	assert_eq!(store.size().pending, small_limits().pending_blocks);
	let commit = |root| store.commit(&Block { hash: [1; 32], root, time_ms: 1, certificate: &[], other: &[] });
	assert!(matches!(commit(roots[0]), Err(StoreError::UnknownRoot { head: 0, .. })), "too many came after it");
	assert!(matches!(commit([9; 32]), Err(StoreError::UnknownRoot { .. })));
	assert_eq!(commit(roots[3]).unwrap(), 1);
	assert!(matches!(commit(roots[4]), Err(StoreError::UnknownRoot { head: 1, .. })), "it follows version 0");
	assert_eq!(commit(roots[3]).unwrap(), 2, "a block without changes");
	assert_eq!(store.size().pending, 0);
	for (key, value) in &proposals[3] {
		let last = proposals[3].iter().rev().find(|(other, _)| other == key).map(|(_, value)| value.clone());
		assert_eq!(last.as_ref(), Some(&store.view().get(key).unwrap()), "{value:?}");
	}
}

#[test]
fn readers_beside_commits_see_one_version_each() {
	let mut ledger = Ledger::new(6, (8, 60));
	let store = ledger.create(FaultyDisk::new(6).folder(), Limits { memory_bytes: 1500, ..Limits::default() }).unwrap();
	let blocks: Vec<_> = (0..300).map(|_| ledger.changes(20, 0.6)).collect();
	let keys: Vec<_> = (0..200).map(|_| ledger.key()).collect();
	std::thread::scope(|scope| {
		let readers: Vec<_> = (0..3)
			.map(|_| {
				scope.spawn(|| {
					let mut read = Vec::new();
					while read.last().is_none_or(|(version, _): &(u64, Vec<_>)| *version < 300) {
						let view = store.view();
						let values = keys.iter().map(|key| view.get(key).unwrap()).collect::<Vec<_>>();
						let sum: Vec<_> = view.accounts().map(|account| account.unwrap().0).collect();
						assert!(keys.iter().zip(&values).all(|(key, value)| value.is_some() == sum.contains(key)));
						read.push((view.version(), values));
					}
					read
				})
			})
			.collect();
		blocks.iter().for_each(|changes| ledger.block(&store, changes).unwrap());
		for reader in readers {
			for (version, values) in reader.join().unwrap() {
				let accounts = &ledger.versions[version as usize];
				assert!(keys.iter().zip(&values).all(|(key, value)| accounts.get(key) == value.as_ref()));
			}
		}
	});
}

#[test]
fn a_value_that_is_too_large_is_refused() {
	let mut ledger = Ledger::new(7, (8, 60));
	let store = ledger.create(FaultyDisk::new(7).folder(), small_limits()).unwrap();
	let large = vec![1; 4097];
	let root = store.root_with(&store.view(), vec![(ledger.key(), Some(&large))]);
	assert!(matches!(root, Err(StoreError::ValueTooLarge(4097))));
}
