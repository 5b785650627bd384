use crate::testing::{delta, small_limits, FaultyDisk, Ledger};
use crate::Limits;
use codec::{DecodeAll, Encode};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tp_account_store::AccountProof;

#[test]
fn accounts_and_their_absence_are_proved_at_each_version() {
	let mut ledger = Ledger::new(1, (3, 120));
	let store = ledger.create(FaultyDisk::new(1).folder(), small_limits()).unwrap();
	for version in 1..=30 {
		ledger.random_block(&store, 60, if version < 15 { 0.9 } else { 0.2 }).unwrap();
	}
	let mut absent = 0;
	for version in store.oldest()..=store.head().version {
		let view = store.view_at(version).unwrap();
		for _ in 0..60 {
			let key = ledger.key();
			let expected = ledger.versions[version as usize].get(&key);
			absent += usize::from(expected.is_none());
			let proof = view.prove(&key).unwrap();
			assert_eq!(proof.verify(&view.root(), &key), Ok(expected.map(|value| &value[..])), "version {version}");
			let root = ledger.roots[version as usize - 1];
			assert!(root == view.root() || proof.verify(&root, &key).is_err(), "another version");
		}
	}
	assert!(absent > 100);
}

#[test]
fn a_proof_of_an_old_version_reads_the_changes_of_its_table_alone() {
	let disk = FaultyDisk::new(3);
	let mut ledger = Ledger::new(3, (128, 200));
	// All that was replaced is read from the disk, so the bytes that are read tell the changes that are composed.
	let store = ledger.create(disk.folder(), Limits { memory_bytes: 0, ..Limits::default() }).unwrap();
	for _ in 0..50 {
		let changes = ledger.changes(1500, 0.8);
		ledger.block(&store, &changes).unwrap();
	}
	let replaced = store.size().history_bytes / 2;
	let view = store.view_at(1).unwrap();
	let read = |what: &mut dyn FnMut()| {
		let before = disk.bytes_read();
		what();
		disk.bytes_read() - before
	};
	let key = ledger.key();
	let expected = ledger.versions[1].get(&key).map(|value| &value[..]);
	let for_proof = read(&mut || assert_eq!(view.prove(&key).unwrap().verify(&view.root(), &key), Ok(expected)));
	assert!(for_proof > 0 && for_proof < replaced / 16, "{for_proof} bytes of {replaced}");
	let for_root = read(&mut || assert_ne!(store.root_with(&view, vec![(key, Some(b"value"))]).unwrap(), view.root()));
	assert!(for_root <= for_proof, "{for_root} bytes of {replaced}");
	// Of many tables each version is read once, as a whole.
	let changes = ledger.changes(1500, 0.8);
	let for_all = read(&mut || assert_ne!(store.root_with(&view, delta(&changes)).unwrap(), view.root()));
	assert!(for_all > replaced / 2 && for_all < 2 * replaced, "{for_all} bytes of {replaced}");
	assert_eq!(read(&mut || drop(store.view().prove(&key).unwrap())), 0, "the newest version is in memory");
}

#[test]
fn proofs_and_roots_of_old_versions_stay_the_same_beside_commits() {
	let mut ledger = Ledger::new(4, (8, 60));
	let store = ledger.create(FaultyDisk::new(4).folder(), Limits { memory_bytes: 1500, ..Limits::default() }).unwrap();
	(0..5).for_each(|_| ledger.random_block(&store, 40, 0.8).unwrap());
	let view = store.view();
	let accounts = ledger.versions[5].clone();
	let keys: Vec<_> = (0..100).map(|_| ledger.key()).collect();
	let changes = ledger.changes(30, 0.5);
	let root = store.root_with(&view, delta(&changes)).unwrap();
	let blocks: Vec<_> =
		(0..300).map(|block: usize| ledger.changes(20, if block % 100 < 50 { 0.9 } else { 0.1 })).collect();
	std::thread::scope(|scope| {
		for _ in 0..2 {
			scope.spawn(|| {
				let mut after = 0;
				while after < 305 {
					after = store.head().version;
					for key in &keys {
						let expected = accounts.get(key).map(|value| &value[..]);
						assert_eq!(view.prove(key).unwrap().verify(&view.root(), key), Ok(expected), "after {after}");
					}
					assert_eq!(store.root_with(&view, delta(&changes)).unwrap(), root, "after {after}");
				}
			});
		}
		blocks.iter().for_each(|changes| ledger.block(&store, changes).unwrap());
	});
}

#[test]
fn a_hundred_thousand_mutated_proofs_are_refused() {
	let mut ledger = Ledger::new(2, (200, 300));
	let store = ledger.create(FaultyDisk::new(2).folder(), small_limits()).unwrap();
	(0..40).for_each(|_| ledger.random_block(&store, 200, 1.0).unwrap());
	let view = store.view();
	let mut random = ChaCha8Rng::seed_from_u64(3);
	let mut verified = 0;
	for _ in 0..500 {
		let key = ledger.key();
		let whole = view.prove(&key).unwrap().encode();
		for _ in 0..200 {
			let mut bytes = whole.clone();
			let at = random.gen_range(0..bytes.len());
			let end = random.gen_range(at..bytes.len().min(at + 40)) + 1;
			match random.gen_range(0..3) {
				0 => bytes[at] ^= 1 << random.gen_range(0..8),
				1 => random.fill_bytes(&mut bytes[at..end]),
				_ => bytes[at..end].rotate_left(1),
			}
			if bytes == whole {
				continue;
			}
			if let Ok(proof) = AccountProof::decode_all(&mut &bytes[..]) {
				verified += 1;
				assert!(proof.verify(&view.root(), &key).is_err());
			}
		}
	}
	assert!(verified > 50_000, "most reach the verifier: {verified}");
}
