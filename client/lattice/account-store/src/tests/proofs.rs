use crate::testing::{small_limits, FaultyDisk, Ledger};
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
