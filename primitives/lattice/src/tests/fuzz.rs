//! Bytes that are a batch, or nearly: decoding accepts one form alone and fails only by an error, and every decoded batch
//! applies without losing balance.

use super::*;
use crate::{decode_batch, verify_signatures};
use codec::Encode;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The inputs of the test that always runs.
const INPUTS: u64 = 200_000;
/// The inputs of the ignored test.
const MANY_INPUTS: u64 = 10_000_000;

/// The results of the inputs.
#[derive(Debug, Default)]
struct Found {
	decoded: u64,
	units: u64,
	applied: u64,
}

/// Returns an account id that is in the state, or differs from one by a bit, or is random.
fn some_id(rng: &mut ChaCha8Rng) -> AccountId {
	let mut bytes: [u8; 32] = id(rng.gen_range(0..8)).into();
	match rng.gen_range(0..8) {
		0 => bytes[rng.gen_range(0..32)] ^= 1 << rng.gen_range(0..8),
		1 => rng.fill(&mut bytes),
		_ => {},
	}
	bytes.into()
}

fn some_unit(rng: &mut ChaCha8Rng, store: &Store) -> Unit {
	let account = some_id(rng);
	let state = store.account(&account).unwrap_or_default();
	let amount = |rng: &mut ChaCha8Rng| match rng.gen_range(0..5) {
		0 => rng.gen(),
		1 => u128::MAX - rng.gen_range(0..3),
		_ => rng.gen_range(0..20_000),
	};
	let operations = (0..rng.gen_range(1..=4)).map(|_| match rng.gen_range(0..8) {
		0 => Operation::TransferAll { dest: some_id(rng) },
		1 => Operation::TransferKeepAlive { dest: some_id(rng), amount: amount(rng) },
		2 => Operation::Service(vec![rng.gen(); rng.gen_range(0..40)].try_into().expect("short")),
		_ => Operation::Transfer { dest: some_id(rng), amount: amount(rng) },
	});
	let operations: Vec<_> = operations.collect();
	let mut body = body(account, state.nonce, state.data.unit_head, operations);
	if rng.gen_bool(0.1) {
		body.height = rng.gen();
	}
	if rng.gen_bool(0.2) {
		body.valid_until = *[1, 9, 10, 11, 2_410, 2_411, u32::MAX].choose(rng).expect("not empty");
	}
	let signature = match rng.gen_range(0..3) {
		0 => MultiSignature::Ed25519(ed25519::Signature::from_raw([rng.gen(); 64])),
		1 => MultiSignature::Sr25519(sr25519::Signature::from_raw([rng.gen(); 64])),
		_ => MultiSignature::Ecdsa(sp_core::ecdsa::Signature::from_raw([rng.gen(); 65])),
	};
	Unit { body, signature }
}

/// Returns an encoded batch, or bytes similar to one.
fn some_bytes(rng: &mut ChaCha8Rng, store: &Store, corpus: &[Vec<u8>]) -> Vec<u8> {
	let mut bytes = match rng.gen_range(0..10) {
		0 => (0..rng.gen_range(0..300)).map(|_| rng.gen()).collect(),
		1..=3 if !corpus.is_empty() => corpus.choose(rng).expect("not empty").clone(),
		_ => {
			let units = (0..rng.gen_range(0..4)).map(|_| some_unit(rng, store)).collect();
			Batch::new(units).map(|batch| batch.encode()).unwrap_or_default()
		},
	};
	if rng.gen_bool(0.5) {
		return bytes;
	}
	for _ in 0..rng.gen_range(1..4) {
		let at = rng.gen_range(0..=bytes.len());
		match rng.gen_range(0..6) {
			0 if at < bytes.len() => bytes[at] ^= 1 << rng.gen_range(0..8),
			1 if at < bytes.len() => bytes[at] = *[0, 1, 0x7f, 0xfc, 0xfe, 0xff].choose(rng).expect("not empty"),
			2 => bytes.truncate(at),
			3 => bytes.insert(at, rng.gen()),
			4 if at < bytes.len() => drop(bytes.remove(at)),
			_ => {
				let piece = bytes[at..(at + rng.gen_range(0..200)).min(bytes.len())].to_vec();
				bytes.splice(at..at, piece);
			},
		}
	}
	bytes
}

fn fuzz(seed: u64, inputs: u64) -> Found {
	let mut rng = ChaCha8Rng::seed_from_u64(seed);
	let mut found = Found::default();
	let mut corpus: Vec<Vec<u8>> = Vec::new();
	let start = funded((0..8).map(|number| (number, 1_000_000 * u128::from(number + 1))));
	let mut store = start.clone();
	for input in 0..inputs {
		let bytes = some_bytes(&mut rng, &store, &corpus);
		let Ok(batch) = decode_batch(&bytes) else { continue };
		assert_eq!(batch.encode(), bytes, "a batch has one encoding");
		found.decoded += 1;
		found.units += batch.units().len() as u64;
		// Most of these signatures are no points of the curve, and some keys are points of small order, for which many
		// signatures are right. The verdict must be the same alone and in a batch.
		if input % 16 == 0 {
			let single: Vec<_> = batch.units().iter().map(|unit| unit.is_signed(&domain())).collect();
			assert_eq!(verify_signatures(&domain(), batch.units()), single);
		}
		let total = issued(&store);
		let outcome = apply_units(&batch, &|_, _| true, &mut store, &context());
		assert_eq!(issued(&store) + outcome.dust, total);
		assert_eq!(outcome.units as usize, batch.units().len());
		found.applied += u64::from(outcome.applied());
		if corpus.len() < 64 {
			corpus.push(bytes);
		} else {
			let at = rng.gen_range(0..64);
			corpus[at] = bytes;
		}
		if input % 500 == 0 {
			store = start.clone();
		}
	}
	found
}

/// Runs the inputs, and checks that they reached all results.
fn fuzz_well(seed: u64, inputs: u64) -> Found {
	let found = fuzz(seed, inputs);
	assert!(found.decoded > inputs / 4 && found.applied > inputs / 40, "{found:?}");
	found
}

#[test]
fn every_batch_that_decodes_applies() {
	fuzz_well(1, INPUTS);
}

/// `cargo test --release --workspace --lib -- --ignored --nocapture every_batch_that_decodes_applies_many_times`
#[test]
#[ignore = "ten million inputs take minutes"]
fn every_batch_that_decodes_applies_many_times() {
	println!("{MANY_INPUTS} inputs: {:?}", fuzz_well(2, MANY_INPUTS));
}
