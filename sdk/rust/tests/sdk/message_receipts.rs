//! Receipts across ledgers against the vectors that all implementations share.

use serde_json::Value;
use sp_core::{bytes::from_hex, H256};
use top_sdk::{recipient, CommitteeReport, MessageVerifier, VerifyError};

fn vectors() -> Value {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../primitives/receipt/vectors/receipts.json");
	serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn verifier(vectors: &Value, ledgers: &[&str]) -> MessageVerifier {
	let mut verifier = MessageVerifier::new();
	for ledger in ledgers {
		let report: CommitteeReport = serde_json::from_value(vectors["anchors"][ledger].clone()).unwrap();
		verifier.trust(&report).unwrap();
	}
	verifier
}

fn bytes(value: &Value) -> Vec<u8> {
	from_hex(value.as_str().unwrap()).unwrap()
}

#[test]
fn a_receipt_proves_what_the_vectors_say() {
	let vectors = vectors();
	for (level, ledgers) in [("final", "source"), ("sealed", "zone"), ("credited", "zone")] {
		let vector = &vectors[level];
		let proven = verifier(&vectors, &[ledgers]).verify(&bytes(&vector["receipt"])).unwrap();
		assert_eq!(proven.message.value.to_string(), vector["value"].as_str().unwrap());
		assert_eq!(proven.unit.unwrap().0.to_vec(), bytes(&vector["unit"]));
		let to = recipient(&proven.message).unwrap();
		assert_eq!(AsRef::<[u8]>::as_ref(&to), bytes(&vector["to"]));
		let taken = proven.taken.map(|(at, _)| at.hash);
		for (found, wanted) in
			[(Some(proven.sent.hash), "sent"), (proven.sealed.map(|sealed| sealed.hash), "sealed"), (taken, "taken")]
		{
			let wanted = vector[wanted].get("hash").map(|hash| H256::from_slice(&bytes(hash)));
			assert_eq!(found, wanted, "{level}");
		}
	}
}

#[test]
fn a_proof_that_does_not_hold_or_lacks_a_committee_is_refused() {
	let vectors = vectors();
	let proof = bytes(&vectors["sealed"]["receipt"]);
	let zone = verifier(&vectors, &["zone"]);
	assert!(matches!(MessageVerifier::new().verify(&proof), Err(VerifyError::Message(_))));
	assert!(matches!(verifier(&vectors, &["source"]).verify(&proof), Err(VerifyError::Message(_))));
	assert!(matches!(zone.verify(&proof[1..]), Err(VerifyError::Unreadable(_))));
	assert!(matches!(zone.verify(&vec![0; 3 << 20]), Err(VerifyError::TooLong { .. })));
	let expected = zone.verify(&proof).unwrap();
	for at in (0..proof.len()).step_by(37) {
		let mut changed = proof.clone();
		changed[at] ^= 1;
		// Signatures of units, and what the proof does not need, can differ. What it says cannot.
		assert!(zone.verify(&changed).map_or(true, |proven| proven == expected), "byte {at}");
	}
}
