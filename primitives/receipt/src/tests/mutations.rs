//! A receipt with changed bytes is refused, or proves the same.

use super::world::{receipt, verify};
use crate::{Level, MessageReceipt};
use codec::{DecodeAll, Encode};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const MUTATIONS: usize = 10_000;

/// Puts another byte in place of one, or takes one out and puts another elsewhere.
fn mutate(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
	let at = rng.gen_range(0..bytes.len());
	let other = match rng.gen_range(0..3) {
		0 => bytes[at] ^ (1 << rng.gen_range(0..8)),
		1 => bytes[rng.gen_range(0..bytes.len())],
		_ => rng.gen(),
	};
	if rng.gen_ratio(3, 4) {
		bytes[at] = other;
		return;
	}
	bytes.remove(at);
	bytes.insert(rng.gen_range(0..=bytes.len()), other);
}

/// A path's number of leaves and index only say how to read its siblings, and the signature of a unit was checked by the committee:
/// some changes of them prove the same.
#[test]
fn ten_thousand_mutated_receipts_of_each_level_prove_nothing_else() {
	for (seed, level) in [(1, Level::Final), (2, Level::Sealed), (3, Level::Taken)] {
		let valid = receipt(level);
		let proven = verify(&valid).unwrap();
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let (mut refused, mut same) = (0, 0);
		for _ in 0..MUTATIONS {
			let mut bytes = valid.encode();
			mutate(&mut rng, &mut bytes);
			match MessageReceipt::decode_all(&mut &bytes[..]).map(|mutated| verify(&mutated)) {
				Ok(Ok(other)) => {
					assert_eq!(other, proven);
					same += 1;
				},
				Err(_) | Ok(Err(_)) => refused += 1,
			}
		}
		assert_eq!(refused + same, MUTATIONS);
		println!("{level:?}: {refused} refused, {same} prove the same");
		assert!(same < MUTATIONS / 5, "{level:?}: {same} mutations change nothing");
	}
}

/// Each byte of a receipt in turn.
#[test]
fn no_byte_of_a_receipt_can_be_turned_to_prove_something_else() {
	let valid = receipt(Level::Taken);
	let proven = verify(&valid).unwrap();
	let bytes = valid.encode();
	for at in 0..bytes.len() {
		let mut changed = bytes.clone();
		changed[at] ^= 0xff;
		if let Ok(Ok(other)) = MessageReceipt::decode_all(&mut &changed[..]).map(|mutated| verify(&mutated)) {
			assert_eq!(other, proven, "byte {at}");
		}
	}
}
