//! Batch verification gives each signature the verdict of single verification.

use super::*;
use crate::verify_signatures;
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn signed(rng: &mut ChaCha8Rng, kind: u32) -> Unit {
	let seed = rng.gen();
	let (ed25519, sr25519) = (ed25519_pair(seed), sr25519_pair(seed));
	let account = if kind.is_multiple_of(2) { ed25519.public().0 } else { sr25519.public().0 };
	let body = body(account.into(), rng.gen(), H256::zero(), vec![pay(rng.gen(), rng.gen())]);
	let bare = body.signing_payload(&domain()).to_vec();
	let message = if kind < 2 { bare } else { [b"<Bytes>", &bare[..], b"</Bytes>"].concat() };
	let signature = if kind.is_multiple_of(2) { ed25519.sign(&message).into() } else { sr25519.sign(&message).into() };
	Unit { body, signature }
}

/// Breaks a unit in one of many ways.
fn break_one(rng: &mut ChaCha8Rng, unit: &mut Unit) {
	match rng.gen_range(0..6) {
		0 => unit.body.height ^= 1,
		1 => unit.body.account = id(rng.gen()),
		2 => unit.signature = MultiSignature::Ed25519(ed25519::Signature::default()),
		3 => unit.signature = MultiSignature::Sr25519(sr25519::Signature::default()),
		4 => unit.signature = MultiSignature::Ecdsa(sp_core::ecdsa::Signature::default()),
		_ => {
			let bit = rng.gen_range(0..512);
			match &mut unit.signature {
				MultiSignature::Ed25519(signature) => signature.0[bit / 8] ^= 1 << (bit % 8),
				MultiSignature::Sr25519(signature) => signature.0[bit / 8] ^= 1 << (bit % 8),
				_ => {},
			}
		},
	}
}

#[test]
fn verdicts_are_those_of_single_signatures() {
	let mut rng = ChaCha8Rng::seed_from_u64(7);
	for (size, broken, wrapped) in [(0, 0, 0), (1, 0, 0), (1, 1, 0), (64, 0, 0), (100, 1, 0), (100, 9, 5), (40, 40, 0)]
	{
		let mut units: Vec<_> =
			(0..size).map(|at| signed(&mut rng, at % 2 + if at < wrapped { 2 } else { 0 })).collect();
		units.shuffle(&mut rng);
		for unit in units.iter_mut().take(broken) {
			break_one(&mut rng, unit);
		}
		units.shuffle(&mut rng);
		let verdicts = verify_signatures(&domain(), &units);
		let single: Vec<_> = units.iter().map(|unit| unit.is_signed(&domain())).collect();
		assert_eq!(verdicts, single, "{size} units, {broken} broken, {wrapped} wrapped");
		assert_eq!(single.iter().filter(|right| !**right).count(), broken);
	}
}
