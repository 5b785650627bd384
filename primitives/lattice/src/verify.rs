//! Batch verification of the signatures of units: half the work of single verification, with the same verdicts.
//!
//! Both libraries also verify single signatures, so no signature is right in a batch and wrong alone: ed25519 by the rules
//! of ZIP 215, sr25519 over a group of prime order.
//!
//! Nothing here may call a host function: the lattice's host functions call it, and host functions do not nest.

use crate::{unit::wrapped, Domain, SignatureKind, Unit};
use sp_core::{crypto::ByteArray, ed25519, sr25519, Pair};
use sp_runtime::MultiSignature;

/// The number of signatures that are verified together. More would gain little, and a wrong one would cost the others more.
const CHUNK: usize = 64;
/// The context of all sr25519 signatures in the SDK.
const SR25519_CONTEXT: &[u8] = b"substrate";

/// Tells for each unit whether its signature is right, as [`Unit::is_signed`] does.
pub fn verify_signatures(domain: &Domain, units: &[Unit]) -> Vec<bool> {
	let mut verdicts = vec![false; units.len()];
	let (mut ed25519, mut sr25519) = (Vec::new(), Vec::new());
	for (at, unit) in units.iter().enumerate() {
		let signed = Signed { at, unit, payload: unit.body.signing_payload(domain) };
		match unit.signature_kind() {
			Some(SignatureKind::Ed25519) => ed25519.push(signed),
			Some(SignatureKind::Sr25519) => sr25519.push(signed),
			None => {},
		}
	}
	for (signed, all) in [(ed25519, &all_ed25519 as &CheckAll), (sr25519, &all_sr25519)] {
		for chunk in signed.chunks(CHUNK) {
			// A signature that is wrong, or over the wrapped payload, makes its chunk be verified one by one, and no other.
			let together = chunk.len() > 1 && all(chunk);
			chunk.iter().for_each(|one| verdicts[one.at] = together || is_right(one));
		}
	}
	verdicts
}

struct Signed<'a> {
	at: usize,
	unit: &'a Unit,
	payload: [u8; 32],
}

/// Tells whether all signatures are right over the bare payload.
type CheckAll = dyn Fn(&[Signed]) -> bool;

fn is_right(signed: &Signed) -> bool {
	let Signed { unit, payload, .. } = signed;
	let account: [u8; 32] = *unit.body.account.as_ref();
	let by_account = |message: &[u8]| match &unit.signature {
		MultiSignature::Ed25519(signature) => {
			ed25519::Pair::verify(signature, message, &ed25519::Public::from_raw(account))
		},
		MultiSignature::Sr25519(signature) => {
			sr25519::Pair::verify(signature, message, &sr25519::Public::from_raw(account))
		},
		_ => false,
	};
	by_account(payload) || by_account(&wrapped(payload))
}

fn all_ed25519(signed: &[Signed]) -> bool {
	let mut batch = ed25519_zebra::batch::Verifier::new();
	for Signed { unit, payload, .. } in signed {
		let MultiSignature::Ed25519(signature) = &unit.signature else { return false };
		let key: [u8; 32] = *unit.body.account.as_ref();
		let signature = ed25519_zebra::Signature::from_bytes(&signature.0);
		batch.queue((ed25519_zebra::VerificationKeyBytes::from(key), signature, &payload[..]));
	}
	batch.verify(rand::thread_rng()).is_ok()
}

fn all_sr25519(signed: &[Signed]) -> bool {
	let context = schnorrkel::signing_context(SR25519_CONTEXT);
	let (mut keys, mut signatures, mut transcripts) = (Vec::new(), Vec::new(), Vec::new());
	for Signed { unit, payload, .. } in signed {
		let MultiSignature::Sr25519(signature) = &unit.signature else { return false };
		let account: &[u8; 32] = unit.body.account.as_ref();
		let Ok(key) = schnorrkel::PublicKey::from_bytes(account) else { return false };
		let Ok(signature) = schnorrkel::Signature::from_bytes(signature.as_slice()) else { return false };
		keys.push(key);
		signatures.push(signature);
		transcripts.push(context.bytes(payload));
	}
	schnorrkel::verify_batch(transcripts, &signatures, &keys, false).is_ok()
}
