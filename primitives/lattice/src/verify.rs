//! Signatures of many units at once: half the work of one by one, with the same verdicts.
//!
//! Both libraries are those that single signatures are checked with, so no signature can be right in a batch and wrong
//! alone: ed25519 by the rules of ZIP 215, sr25519 over a group of prime order.
//!
//! Nothing here calls a host function: the lattice's own host functions call it, and host functions do not nest.

use crate::{unit::wrapped, Domain, SignatureKind, Unit};
use sp_core::{crypto::ByteArray, ed25519, sr25519, Pair};
use sp_runtime::MultiSignature;

/// Signatures that are verified together: of more, little is gained, and one that is wrong costs the others more.
const CHUNK: usize = 64;
/// The context in which sr25519 signs everywhere in the SDK.
const SR25519_CONTEXT: &[u8] = b"substrate";

/// Tells of each unit whether its signature is right, as [`Unit::is_signed`] does.
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
			// One that is wrong, or signs the wrapped payload, has its chunk checked one by one: no more than that.
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

/// Whether all signatures are right, over the bare payload.
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
