use super::*;
use codec::{DecodeAll, Encode};
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn key(table: u8, next: u8, last: u8) -> AccountKey {
	let mut key = [0; KEY_BYTES];
	(key[0], key[1], key[KEY_BYTES - 1]) = (table, next, last);
	AccountKey(key)
}

/// A table of one bit with two accounts in its upper bucket, among tables without accounts.
fn sample() -> (Hash, AccountProof) {
	let (first, second) = (key(5, 0x80, 1), key(5, 0xc0, 2));
	let bucket = vec![
		BucketEntry { key: first, value_hash: value_hash(b"one") },
		BucketEntry { key: second, value_hash: value_hash(b"two") },
	];
	let hashed = [&first.0[..], &second.0, &bucket[0].value_hash, &bucket[1].value_hash].concat();
	let sibling = bucket_hash(&[]);
	let mut hash = table_root(1, 2, &node_hash(&sibling, &bucket_hash(&hashed)));
	let mut empty = table_root(0, 0, &bucket_hash(&[]));
	let mut table_path = Vec::new();
	for level in 0..TABLE_BITS {
		table_path.push(empty);
		hash = if 5 >> level & 1 == 0 { node_hash(&hash, &empty) } else { node_hash(&empty, &hash) };
		empty = node_hash(&empty, &empty);
	}
	(hash, AccountProof { value: Some(b"two".to_vec()), bits: 1, count: 2, bucket, path: vec![sibling], table_path })
}

#[test]
fn a_bucket_is_the_bits_after_the_table() {
	let key = key(7, 0b1010_0000, 0);
	assert_eq!(key.table(), 7);
	assert_eq!([0, 1, 2, 3, 4].map(|bits| key.bucket(bits)), [0, 1, 2, 5, 10]);
	assert_eq!(AccountKey([0xff; KEY_BYTES]).bucket(MAX_BITS), (1 << MAX_BITS) - 1);
}

#[test]
fn shapes_follow_the_count_and_stay_in_between() {
	assert_eq!([0, 6, 7, 12, 13, 3072, 3073].map(|count| bits_after(0, count)), [0, 0, 1, 1, 2, 9, 10]);
	assert_eq!([2048, 2047, 1024, 1023, 0].map(|count| bits_after(10, count)), [10, 9, 9, 8, 0]);
	assert_eq!(bits_after(0, u64::MAX), MAX_BITS);
	for bits in 0..=MAX_BITS {
		for count in (0..2000).chain((0..40).map(|power| 1 << power)) {
			let after = bits_after(bits, count);
			assert_eq!(bits_after(after, count), after, "{bits} bits, {count} accounts");
		}
	}
}

#[test]
fn hashes_are_those_of_the_format() {
	let hex = |hash: Hash| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
	let mut empty = table_root(0, 0, &bucket_hash(&[]));
	(0..TABLE_BITS).for_each(|_| empty = node_hash(&empty, &empty));
	let hashes = [
		value_hash(b"value"),
		bucket_hash(&[]),
		node_hash(&[1; 32], &[2; 32]),
		table_root(3, 25, &[4; 32]),
		empty,
		sample().0,
	];
	assert_eq!(
		hashes.map(hex),
		[
			"d227e748d47e6177503211e87270adac47e1a3fc35952631a881d24571b1b4ed",
			"c0ab45131686bea5905168275de8e6847755d11f07097e93f74dfc9441f61953",
			"40c764fe084b04e908d5068c527dfecb87773e62ea637d59b4217c1a4d9cb816",
			"e1a8dd7315bab0cca4f2be915e719f83d2fc2561738c18ad0e6848af6cee4eec",
			"be0990e952eff541239b2eaa1f8eba2f3e75285da4897856da305fb9ed5c162b",
			"2312fbd2c048307c3aee182712fe3124a16c78a0463af017a88725e9d020c0a4",
		]
	);
}

#[test]
fn membership_and_absence_are_proved() {
	let (root, mut proof) = sample();
	assert_eq!(proof.verify(&root, &key(5, 0xc0, 2)), Ok(Some(&b"two"[..])));
	assert_eq!(proof.verify(&root, &key(5, 0xc0, 3)), Err(ProofError::Existence));
	proof.value = None;
	assert_eq!(proof.verify(&root, &key(5, 0xc0, 3)), Ok(None));
	assert_eq!(proof.verify(&root, &key(5, 0xc0, 2)), Err(ProofError::Existence));
	// The bucket is not that of this account, which could exist in its own.
	assert_eq!(proof.verify(&root, &key(5, 0x10, 3)), Err(ProofError::Root));
	assert_eq!(proof.verify(&root, &key(6, 0xc0, 3)), Err(ProofError::Root));
}

#[test]
fn each_broken_rule_is_named() {
	let (root, proof) = sample();
	let refused = |change: fn(&mut AccountProof)| {
		let mut proof = proof.clone();
		change(&mut proof);
		proof.verify(&root, &key(5, 0xc0, 2)).unwrap_err()
	};
	assert_eq!(refused(|proof| proof.value = Some(b"three".to_vec())), ProofError::Value);
	assert_eq!(refused(|proof| proof.count = 3), ProofError::Root);
	assert_eq!(refused(|proof| proof.bits = 2), ProofError::Shape);
	assert_eq!(refused(|proof| proof.path.clear()), ProofError::Shape);
	assert_eq!(refused(|proof| proof.bucket.reverse()), ProofError::Order);
	assert_eq!(refused(|proof| proof.bucket[1] = proof.bucket[0].clone()), ProofError::Order);
}

#[test]
fn a_hundred_thousand_mutated_proofs_are_refused() {
	let (root, proof) = sample();
	let key = key(5, 0xc0, 2);
	let whole = proof.encode();
	let mut random = ChaCha8Rng::seed_from_u64(1);
	let mut decoded = 0;
	for _ in 0..100_000 {
		let mut bytes = whole.clone();
		let at = random.gen_range(0..bytes.len());
		match random.gen_range(0..4) {
			0 => bytes[at] ^= 1 << random.gen_range(0..8),
			1 => drop(bytes.remove(at)),
			2 => bytes.insert(at, random.gen()),
			_ => {
				let end = random.gen_range(at..bytes.len());
				random.fill_bytes(&mut bytes[at..=end]);
			},
		}
		if bytes == whole {
			continue;
		}
		if let Ok(mutated) = AccountProof::decode_all(&mut &bytes[..]) {
			decoded += 1;
			assert!(mutated.verify(&root, &key).is_err(), "{mutated:?}");
		}
	}
	assert!(decoded > 40_000, "most mutations reach the verifier: {decoded}");
}

#[test]
fn hashes_of_many_inputs_are_those_of_each() {
	let mut random = ChaCha8Rng::seed_from_u64(9);
	let mut hasher = BatchHasher::default();
	let mut input = |length| -> Vec<u8> { (0..length).map(|_| random.gen()).collect() };
	// Each length alone and several times, beside others, up to several chunks of BLAKE3.
	for length in 0..2200 {
		let inputs: Vec<_> = [length; 3].into_iter().chain([0, 63, 64, 236, length / 2]).map(&mut input).collect();
		let slices: Vec<_> = inputs.iter().map(|input| &input[..]).collect();
		let alone = |hash: fn(&[u8]) -> Hash| slices.iter().map(|input| hash(input)).collect::<Vec<_>>();
		assert_eq!(hasher.values(&slices), alone(value_hash), "length {length}");
		assert_eq!(hasher.buckets(&slices), alone(bucket_hash), "length {length}");
	}
	for count in 0..70 {
		let inputs: Vec<_> = (0..count).map(|_| input(236)).collect();
		let hashes: Vec<_> = inputs.iter().map(|input| value_hash(input)).collect();
		assert_eq!(hasher.values(&inputs.iter().map(|input| &input[..]).collect::<Vec<_>>()), hashes);
		let pairs: Vec<[u8; 64]> = inputs.iter().map(|input| *input.first_chunk().unwrap()).collect();
		let node = |pair: &[u8; 64]| node_hash(pair[..32].try_into().unwrap(), pair[32..].try_into().unwrap());
		assert_eq!(hasher.nodes(&pairs), pairs.iter().map(node).collect::<Vec<_>>());
	}
}
