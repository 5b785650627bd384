//! Batches of all kinds of signatures: each has the verdict that it has alone, also to nodes that know the accounts.

use super::*;
use crate::{verify_signatures, KnownSigners};
use curve25519_dalek::{constants::EIGHT_TORSION, Scalar};
use proptest::prelude::*;
use rand::{seq::SliceRandom, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How a signature of a case is wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
	None,
	/// A bit of the signature.
	Bit(usize),
	/// Another body.
	Body,
	/// Another account.
	Account,
	/// The response as a number of the same remainder, which is not canonical.
	Response,
	/// The signature of the other scheme.
	Scheme,
	Zero,
}

/// A signature of a case: the account, scheme, form and fault.
type Choice = (u8, bool, bool, Fault);

fn fault() -> impl Strategy<Value = Fault> {
	prop_oneof![
		30 => Just(Fault::None),
		1 => (0..512usize).prop_map(Fault::Bit),
		1 => Just(Fault::Body),
		1 => Just(Fault::Account),
		1 => Just(Fault::Response),
		1 => Just(Fault::Scheme),
		1 => Just(Fault::Zero),
	]
}

fn unit((account, is_ed25519, is_wrapped, fault): Choice, height: Nonce) -> Unit {
	let (ed25519, sr25519) = (ed25519_pair(account), sr25519_pair(account));
	let id = if is_ed25519 { ed25519.public().0 } else { sr25519.public().0 };
	let body = body(id.into(), height, FIRST, vec![pay(account.into(), 1)]);
	let bare = body.signing_payload(&domain()).to_vec();
	let message = if is_wrapped { [b"<Bytes>", &bare[..], b"</Bytes>"].concat() } else { bare };
	let with_scheme = |is_ed25519| -> MultiSignature {
		if is_ed25519 {
			ed25519.sign(&message).into()
		} else {
			sr25519.sign(&message).into()
		}
	};
	let mut unit = Unit { body, signature: with_scheme(is_ed25519) };
	match (fault, bytes(&mut unit.signature)) {
		(Fault::Bit(bit), Some(signature)) => signature[bit / 8] ^= 1 << (bit % 8),
		(Fault::Response, Some(signature)) => {
			let order = minus_one();
			let mut carry = 1;
			for (byte, order) in signature[32..].iter_mut().zip(order) {
				let sum = u16::from(*byte) + u16::from(order) + carry;
				[*byte, _] = sum.to_le_bytes();
				carry = sum >> 8;
			}
		},
		(Fault::Zero, Some(signature)) => signature.fill(0),
		(Fault::Body, _) => unit.body.height ^= 1,
		(Fault::Account, _) => unit.body.account = super::id(account.into()),
		(Fault::Scheme, _) => unit.signature = with_scheme(!is_ed25519),
		_ => {},
	}
	unit
}

/// Returns the order of the group less one.
fn minus_one() -> [u8; 32] {
	(-Scalar::ONE).to_bytes()
}

fn bytes(signature: &mut MultiSignature) -> Option<&mut [u8; 64]> {
	match signature {
		MultiSignature::Ed25519(signature) => Some(&mut signature.0),
		MultiSignature::Sr25519(signature) => Some(&mut signature.0),
		_ => None,
	}
}

fn alone(units: &[Unit]) -> Vec<bool> {
	units.iter().map(|unit| unit.is_signed(&domain())).collect()
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn a_batch_gives_the_verdicts_of_single_verification(
		choices in prop::collection::vec((0..40u8, any::<bool>(), prop::bool::weighted(0.2), fault()), 0..120),
		rounds in 1..3usize,
	) {
		let units: Vec<_> = (0..).zip(&choices).map(|(height, choice)| unit(*choice, height)).collect();
		let alone = alone(&units);
		prop_assert_eq!(&verify_signatures(&domain(), &units), &alone);
		let known = KnownSigners::default();
		for _ in 0..rounds {
			prop_assert_eq!(&known.verify(&domain(), &units), &alone, "to a node that has seen them before");
		}
	}
}

/// Encodings of points of small order: the canonical ones, and those with a coordinate above the prime or a sign of zero.
fn small_order() -> Vec<[u8; 32]> {
	let mut found: Vec<_> = EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
	let near_prime = |lowest: u8, highest: u8| {
		let mut bytes = [0xff; 32];
		(bytes[0], bytes[31]) = (lowest, highest);
		bytes
	};
	// The prime ends in 0xed: these are 0, 1 and -1, of both signs.
	found.extend(
		[(0xed, 0x7f), (0xed, 0xff), (0xee, 0x7f), (0xee, 0xff), (0xec, 0xff)]
			.map(|(lowest, highest)| near_prime(lowest, highest)),
	);
	let mut identity = [0; 32];
	(identity[0], identity[31]) = (1, 0x80);
	found.push(identity);
	found
}

#[test]
fn points_of_small_order_and_other_encodings_are_judged_as_zip_215_says() {
	let points = small_order();
	assert_eq!(points.len(), 14);
	let mut units = Vec::new();
	for key in &points {
		for commitment in &points {
			// The response 0 satisfies the equation with the cofactor for every message.
			let mut signature = [0; 64];
			signature[..32].copy_from_slice(commitment);
			let body = body((*key).into(), 0, FIRST, vec![pay(1, 1)]);
			units.push(Unit { body, signature: ed25519::Signature::from_raw(signature).into() });
		}
	}
	assert!(alone(&units).iter().all(|verdict| *verdict), "single verification accepts them");
	assert!(verify_signatures(&domain(), &units).iter().all(|verdict| *verdict));
	// Beside honest signatures, and wrong ones: commitments of small order with a response that is none of theirs.
	let mut random = ChaCha8Rng::seed_from_u64(1);
	units.extend((0..100).map(|number| unit((number, true, number % 9 == 0, Fault::None), 0)));
	for wrong in units.iter_mut().take(14) {
		bytes(&mut wrong.signature).unwrap()[32] = 1;
	}
	units.shuffle(&mut random);
	let (alone, known) = (alone(&units), KnownSigners::default());
	assert_eq!(alone.iter().filter(|verdict| !**verdict).count(), 14);
	for _ in 0..2 {
		assert_eq!(known.verify(&domain(), &units), alone);
		assert_eq!(verify_signatures(&domain(), &units), alone);
	}
}

#[test]
fn an_account_that_changes_the_form_is_verified_each_time() {
	let known = KnownSigners::default();
	for round in 0..6 {
		let units: Vec<_> =
			(0..50).map(|account| unit((account, account % 2 == 0, round % 2 == 1, Fault::None), round)).collect();
		assert!(known.verify(&domain(), &units).iter().all(|verdict| *verdict), "round {round}");
		let one = &units[..1];
		assert_eq!(known.verify(&domain(), one), [true]);
	}
}

#[test]
fn one_wrong_signature_is_found_in_every_place() {
	let right: Vec<_> = (0..70).map(|account| unit((account, true, false, Fault::None), 0)).collect();
	for place in (0..70).step_by(3) {
		let mut units = right.clone();
		units[place].body.height = 1;
		let expected: Vec<_> = (0..70).map(|at| at != place).collect();
		assert_eq!(verify_signatures(&domain(), &units), expected);
	}
}
