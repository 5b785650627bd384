//! Valid certificates, and every reason to refuse one.

use super::*;
use codec::{Decode, Encode};

const HASH: H256 = H256::repeat_byte(5);

fn verify(certificate: &Certificate) -> Result<(), CertificateError> {
	certificate.verify(&domain(), &committee(&[1; 4]), 9, &HASH, check_signature)
}

#[test]
fn a_quorum_of_any_members_proves() {
	for signers in [&[0, 1, 2][..], &[3, 1, 0], &[1, 2, 3], &[0, 1, 2, 3]] {
		let certificate = certificate(4, signers);
		assert_eq!(verify(&certificate), Ok(()));
		let mut sorted: Vec<_> = signers.iter().map(|index| MemberIndex::from(*index)).collect();
		sorted.sort_unstable();
		assert_eq!(certificate.votes().map(|(index, _)| index).collect::<Vec<_>>(), sorted);
	}
	let alone = certificate(1, &[0]);
	assert_eq!(alone.verify(&domain(), &committee(&[1]), 9, &HASH, check_signature), Ok(()));
}

#[test]
fn too_few_signers_prove_nothing() {
	assert_eq!(verify(&certificate(4, &[0, 1])), Err(CertificateError::NoQuorum { signers: 2, quorum: 3 }));
	assert_eq!(verify(&certificate(4, &[])), Err(CertificateError::NoQuorum { signers: 0, quorum: 3 }));
	let empty = certificate(0, &[]).verify(&domain(), &committee(&[]), 9, &HASH, check_signature);
	assert_eq!(empty, Err(CertificateError::NoQuorum { signers: 0, quorum: 0 }));
}

#[test]
fn one_signer_does_not_count_twice() {
	let mut doubled = certificate(4, &[0, 1, 2]);
	doubled.signatures[2] = doubled.signatures[1].clone();
	assert_eq!(verify(&doubled), Err(CertificateError::BadSignature(2)));
	let mut longer = certificate(4, &[0, 1]);
	longer.signatures.push(longer.signatures[1].clone());
	assert_eq!(verify(&longer), Err(CertificateError::SignatureCount { signers: 2, signatures: 3 }));
	let mut shorter = certificate(4, &[0, 1, 2]);
	shorter.signatures.pop();
	assert_eq!(verify(&shorter), Err(CertificateError::SignatureCount { signers: 3, signatures: 2 }));
	let twice = certificate(4, &[0, 1, 1]);
	assert!(verify(&twice).is_err());
}

#[test]
fn signatures_belong_to_their_signers() {
	let mut swapped = certificate(4, &[0, 1, 2]);
	swapped.signatures.swap(0, 1);
	assert_eq!(verify(&swapped), Err(CertificateError::BadSignature(0)));
	let mut others = certificate(4, &[0, 1, 2]);
	others.signers = certificate(4, &[0, 1, 3]).signers;
	assert_eq!(verify(&others), Err(CertificateError::BadSignature(3)));
	let mut stranger = certificate(4, &[0, 1, 2]);
	stranger.signatures[2] = sign(9, &slot(MessageKind::Commit), &HASH);
	assert_eq!(verify(&stranger), Err(CertificateError::BadSignature(2)));
}

#[test]
fn the_bitmap_fits_the_committee() {
	for bitmap in [vec![0b0001_0011], vec![0b0000_0111, 0], vec![]] {
		let mut odd = certificate(4, &[0, 1, 2]);
		odd.signers = SignerBitmap(bitmap);
		assert_eq!(verify(&odd), Err(CertificateError::BadBitmap { size: 4 }));
	}
}

#[test]
fn it_proves_one_block_at_one_height_by_one_committee() {
	let good = certificate(4, &[0, 1, 2]);
	let committee = committee(&[1; 4]);
	let domain = domain();
	assert_eq!(
		good.verify(&domain, &committee, 10, &HASH, check_signature),
		Err(CertificateError::WrongHeight { expected: 10, found: 9 })
	);
	assert_eq!(good.verify(&domain, &committee, 9, &H256::zero(), check_signature), Err(CertificateError::WrongBlock));
	let next = Committee { epoch: 3, ..committee.clone() };
	assert_eq!(
		good.verify(&domain, &next, 9, &HASH, check_signature),
		Err(CertificateError::WrongEpoch { expected: 3, found: 2 })
	);
	let foreign = Domain { chain: ChainTag::Zone(0), ..domain };
	assert_eq!(good.verify(&foreign, &committee, 9, &HASH, check_signature), Err(CertificateError::BadSignature(0)));
	let elsewhere = Domain { genesis: H256::zero(), ..domain };
	assert_eq!(good.verify(&elsewhere, &committee, 9, &HASH, check_signature), Err(CertificateError::BadSignature(0)));
}

/// A changed field changes the signed payload.
#[test]
fn every_field_is_signed() {
	let good = certificate(4, &[0, 1, 2]);
	let bad = Err(CertificateError::BadSignature(0));
	let committee = committee(&[1; 4]);
	let check = |certificate: &Certificate, committee: &Committee, height| {
		certificate.verify(&domain(), committee, height, &certificate.hash, check_signature)
	};
	assert_eq!(check(&Certificate { view: 2, ..good.clone() }, &committee, 9), bad);
	assert_eq!(check(&Certificate { height: 10, ..good.clone() }, &committee, 10), bad);
	assert_eq!(check(&Certificate { hash: H256::zero(), ..good.clone() }, &committee, 9), bad);
	let next = Committee { epoch: 3, ..committee };
	assert_eq!(check(&Certificate { epoch: 3, ..good }, &next, 9), bad);
}

#[test]
fn a_certificate_of_prepares_does_not_prove_a_commit() {
	let certificate = certificate(4, &[0, 1, 2]);
	let prepared = PreparedCertificate::decode(&mut &certificate.encode()[..]).expect("the same layout");
	let verified = prepared.verify(&domain(), &committee(&[1; 4]), 9, &HASH, check_signature);
	assert_eq!(verified, Err(CertificateError::BadSignature(0)));
}

#[test]
fn it_survives_the_codec_and_garbage_does_not_decode() {
	let good = certificate(10, &[0, 1, 2, 5, 7, 8, 9]);
	let bytes = good.encode();
	assert_eq!(Certificate::decode(&mut &bytes[..]), Ok(good));
	for length in 0..bytes.len() {
		assert!(Certificate::decode(&mut &bytes[..length]).is_err());
	}
}

#[test]
fn bitmaps_name_their_members() {
	let mut bitmap = SignerBitmap::new(10);
	for index in [9, 0, 8, 8] {
		bitmap.insert(index);
	}
	bitmap.insert(16);
	assert_eq!(bitmap.0, vec![1, 3]);
	assert_eq!(bitmap.iter().collect::<Vec<_>>(), vec![0, 8, 9]);
	assert_eq!(bitmap.count(), 3);
	assert!(bitmap.contains(9) && !bitmap.contains(1) && !bitmap.contains(16));
}
