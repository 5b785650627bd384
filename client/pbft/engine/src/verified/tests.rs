use super::*;
use sp_core::{ed25519, sr25519, Pair};
use std::cell::Cell;
use tp_core::ChainTag;
use tp_pbft::{check_signature, Height, Member, MemberIndex, MessageKind, PbftId, PbftSignature, Slot};

const DOMAIN: Domain = Domain { chain: ChainTag::Main, genesis: H256::repeat_byte(1) };
const HASH: H256 = H256::repeat_byte(2);

fn pair(member: MemberIndex) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[u8::try_from(member).unwrap() + 1; 32])
}

fn committee(epoch: u64) -> Committee {
	let vrf = sr25519::Public::from_raw([9; 32]);
	let member = |member| Member { key: pair(member).public().into(), vrf: vrf.into(), weight: 1 };
	Committee { epoch, members: (0..4).map(member).collect(), seed: [0; 32] }
}

fn certificate(height: Height) -> Certificate {
	let slot = Slot { epoch: 3, height, view: 0, kind: MessageKind::Commit };
	let sign = |member| (member, pair(member).sign(&slot.signing_payload(&DOMAIN, &HASH)).into());
	Certificate::from_votes(slot, HASH, 4, (0..3).map(sign).collect())
}

/// Verifies a certificate; returns the result and the number of signatures that were checked.
fn verify(
	verified: &VerifiedCertificates,
	certificate: &Certificate,
	domain: &Domain,
	committee: &Committee,
) -> (Result<(), CertificateError>, u32) {
	let checked = Cell::new(0);
	let check = |key: &PbftId, message: &[u8], signature: &PbftSignature| {
		checked.set(checked.get() + 1);
		check_signature(key, message, signature)
	};
	(verified.verify(certificate, domain, committee, check), checked.get())
}

#[test]
fn a_valid_certificate_is_verified_once_and_a_bad_one_each_time() {
	let (verified, committee) = (VerifiedCertificates::default(), committee(3));
	let good = certificate(7);
	assert_eq!(verify(&verified, &good, &DOMAIN, &committee), (Ok(()), 3));
	assert_eq!(verify(&verified, &good, &DOMAIN, &committee), (Ok(()), 0));
	let mut bad = good.clone();
	bad.signatures.swap(1, 2);
	for _ in 0..2 {
		let refused = (Err(CertificateError::BadSignature(1)), 2);
		assert_eq!(verify(&verified, &bad, &DOMAIN, &committee), refused);
	}
	assert_eq!(verify(&verified, &good, &DOMAIN, &committee), (Ok(()), 0));
}

#[test]
fn a_certificate_is_known_for_its_own_committee_and_domain_alone() {
	let (verified, three) = (VerifiedCertificates::default(), committee(3));
	let good = certificate(7);
	assert_eq!(verify(&verified, &good, &DOMAIN, &three).0, Ok(()));
	let wrong_epoch = CertificateError::WrongEpoch { expected: 4, found: 3 };
	assert_eq!(verify(&verified, &good, &DOMAIN, &committee(4)), (Err(wrong_epoch), 0));
	let mut other_members = three.clone();
	other_members.members.swap(0, 3);
	assert_eq!(verify(&verified, &good, &DOMAIN, &other_members).0, Err(CertificateError::BadSignature(0)));
	let other_domain = Domain { genesis: H256::repeat_byte(8), ..DOMAIN };
	assert_eq!(verify(&verified, &good, &other_domain, &three).0, Err(CertificateError::BadSignature(0)));
}

#[test]
fn old_certificates_are_forgotten() {
	let (verified, committee) = (VerifiedCertificates::default(), committee(3));
	let heights = 1..=Height::try_from(MAX_VERIFIED).unwrap() + 1;
	for height in heights {
		assert_eq!(verify(&verified, &certificate(height), &DOMAIN, &committee), (Ok(()), 3));
	}
	assert_eq!(verify(&verified, &certificate(2), &DOMAIN, &committee).1, 0);
	assert_eq!(verify(&verified, &certificate(1), &DOMAIN, &committee).1, 3);
	assert_eq!(verified.verified.lock().len(), MAX_VERIFIED);
}
