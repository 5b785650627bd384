//! Proofs of a chain with real keys, whole and mutated.

use super::*;
use codec::Encode;
use sp_core::{
	crypto::{VrfSecret, Wraps},
	ed25519, sr25519, Pair, H256,
};
use sp_runtime::{generic::DigestItem, traits::Header as _, Digest};
use std::sync::OnceLock;
use tp_beacon::SignedHeader;
use tp_core::{ChainTag, Header};
use tp_pbft::{
	check_signature, vrf_sign_data, Certificate, CertificateError, ConsensusLog, Domain, Epoch, Height, Member,
	MemberIndex, MessageKind, PreDigest, Slot, VrfPair, MAX_MEMBERS,
};

const DOMAIN: Domain = Domain { chain: ChainTag::Main, genesis: H256::repeat_byte(1) };
const SIZE: MemberIndex = 4;
/// Blocks of each epoch.
const LENGTH: Height = 5;

fn pair(epoch: Epoch, member: MemberIndex) -> ed25519::Pair {
	let mut seed = [0; 32];
	seed[..8].copy_from_slice(&epoch.to_le_bytes());
	seed[8..10].copy_from_slice(&member.to_le_bytes());
	ed25519::Pair::from_seed(&seed)
}

fn vrf_pair() -> VrfPair {
	sr25519::Pair::from_seed(&[3; 32]).into()
}

fn members(epoch: Epoch) -> Vec<Member> {
	let vrf: sr25519::Public = vrf_pair().as_inner_ref().public();
	let member = |member| Member { key: pair(epoch, member).public().into(), vrf: vrf.into(), weight: 1 };
	(0..SIZE).map(member).collect()
}

/// Returns the item that names an author. Its proof has no part in warp sync, and is another one each time it is made.
fn author_item() -> DigestItem {
	static ITEM: OnceLock<DigestItem> = OnceLock::new();
	let make = || {
		let vrf = vrf_pair().as_inner_ref().vrf_sign(&vrf_sign_data(DOMAIN.chain, 0, 1, &[0; 32]));
		PreDigest { view: 0, author: 0, vrf }.to_item()
	};
	ITEM.get_or_init(make).clone()
}

fn header(height: Height, next: Option<(Epoch, Vec<Member>)>) -> Header {
	let next = next.map(|(epoch, members)| ConsensusLog::NextCommittee { epoch, members }.to_item());
	let logs = [author_item()].into_iter().chain(next).collect();
	Header::new(height, H256::zero(), H256::zero(), H256::repeat_byte(7), Digest { logs })
}

/// Certifies a header by the committee of an epoch.
fn certified(epoch: Epoch, header: Header) -> SignedHeader {
	let hash = header.hash();
	let slot = Slot { epoch, height: header.number, view: 0, kind: MessageKind::Commit };
	let payload = slot.signing_payload(&DOMAIN, &hash);
	let votes = (0..3).map(|member| (member, pair(epoch, member).sign(&payload).into())).collect();
	SignedHeader { certificate: Certificate::from_votes(slot, hash, usize::from(SIZE), votes), header }
}

/// Returns the last header of an epoch.
fn last(epoch: Epoch) -> SignedHeader {
	let height = LENGTH * (Height::try_from(epoch).unwrap() + 1);
	certified(epoch, header(height, Some((epoch + 1, members(epoch + 1)))))
}

fn newest(epoch: Epoch) -> SignedHeader {
	let height = LENGTH * Height::try_from(epoch).unwrap() + 2;
	certified(epoch, header(height, None))
}

fn genesis() -> Follower {
	Follower::new(DOMAIN, 0, members(0))
}

fn proof(epochs: std::ops::Range<Epoch>, newest: Option<SignedHeader>) -> WarpProof {
	WarpProof { lasts: epochs.map(last).collect(), newest }
}

fn refusal(proof: WarpProof) -> WarpError {
	let mut follower = genesis();
	let error = proof.verify(&mut follower, check_signature).unwrap_err();
	assert_eq!(follower, genesis(), "a refused proof changes nothing");
	error
}

#[test]
fn epochs_are_followed_in_parts_to_the_newest_block() {
	let mut follower = genesis();
	assert_eq!((follower.epoch(), follower.last()), (0, DOMAIN.genesis));
	for (part, at) in [(proof(0..3, None), 3), (proof(3..4, None), 4), (proof(4..7, Some(newest(7))), 7)] {
		let read = WarpProof::read(&part.encode()).unwrap();
		let verified = read.verify(&mut follower, check_signature).unwrap();
		assert_eq!(verified.into_inner(), part);
		assert_eq!((follower.epoch(), follower.last()), (at, last(at - 1).header.hash()));
	}
}

#[test]
fn a_chain_in_its_first_epoch_needs_no_handover() {
	proof(0..0, Some(newest(0))).verify(&mut genesis(), check_signature).unwrap();
	// Also if the newest block is the last of its epoch.
	proof(0..1, Some(last(1))).verify(&mut genesis(), check_signature).unwrap();
}

#[test]
fn no_byte_of_a_proof_can_be_changed() {
	let bytes = proof(0..2, Some(newest(2))).encode();
	let check = |bytes: &[u8]| WarpProof::read(bytes)?.verify(&mut genesis(), check_signature).map(drop);
	assert_eq!(check(&bytes), Ok(()));
	for at in 0..bytes.len() {
		let mut changed = bytes.clone();
		changed[at] ^= 1 << (at % 8);
		assert!(check(&changed).is_err(), "byte {at} of {}", bytes.len());
	}
	assert!(check(&bytes[..bytes.len() - 1]).is_err());
	assert!(check(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn a_retired_committee_vouches_for_nothing_later() {
	let wrong_epoch = |height, expected| WarpError::Certificate {
		height,
		error: CertificateError::WrongEpoch { expected, found: 0 },
	};
	let late = certified(0, header(3 * LENGTH, None));
	assert_eq!(refusal(proof(0..1, Some(late.clone()))), wrong_epoch(3 * LENGTH, 1));
	// As long as nothing says that it has retired, it may sign on.
	proof(0..0, Some(late)).verify(&mut genesis(), check_signature).unwrap();
	// The name of the next epoch does not help it.
	let mut posing = certified(0, header(LENGTH + 1, None));
	posing.certificate.epoch = 1;
	let bad = CertificateError::BadSignature(0);
	assert_eq!(refusal(proof(0..1, Some(posing))), WarpError::Certificate { height: LENGTH + 1, error: bad });
}

#[test]
fn a_committee_vouches_for_nothing_before_its_epoch() {
	let early = certified(1, header(LENGTH, None));
	let expected = WarpError::BeforeEpoch { height: LENGTH, epoch: 1, first: LENGTH + 1 };
	assert_eq!(refusal(proof(0..1, Some(early))), expected);
	let zero = certified(0, header(0, None));
	assert_eq!(refusal(proof(0..0, Some(zero))), WarpError::BeforeEpoch { height: 0, epoch: 0, first: 1 });
}

#[test]
fn an_epoch_is_not_left_out_and_not_repeated() {
	let left_out = WarpProof { lasts: vec![last(0), last(2)], newest: None };
	let error = CertificateError::WrongEpoch { expected: 1, found: 2 };
	assert_eq!(refusal(left_out), WarpError::Certificate { height: 3 * LENGTH, error });
	let repeated = WarpProof { lasts: vec![last(0), last(0)], newest: None };
	assert_eq!(refusal(repeated), WarpError::BeforeEpoch { height: LENGTH, epoch: 1, first: LENGTH + 1 });
	let jump = certified(0, header(LENGTH, Some((2, members(2)))));
	let jump = WarpProof { lasts: vec![jump], newest: None };
	assert_eq!(refusal(jump), WarpError::OtherEpoch { expected: 1, found: 2 });
}

#[test]
fn only_last_headers_hand_over() {
	let not_last = WarpProof { lasts: vec![newest(0)], newest: None };
	assert_eq!(refusal(not_last), WarpError::NotLast(2));
	let many = usize::try_from(MAX_MEMBERS).unwrap() + 1;
	for (count, members) in [(0, Vec::new()), (many, vec![members(1)[0].clone(); many])] {
		let bad = certified(0, header(LENGTH, Some((1, members))));
		assert_eq!(refusal(WarpProof { lasts: vec![bad], newest: None }), WarpError::BadCommittee(count));
	}
}

#[test]
fn another_chain_has_other_signatures() {
	let other = Domain { genesis: H256::repeat_byte(2), ..DOMAIN };
	let mut follower = Follower::new(other, 0, members(0));
	let refused = proof(0..1, None).verify(&mut follower, check_signature).unwrap_err();
	let error = CertificateError::BadSignature(0);
	assert_eq!(refused, WarpError::Certificate { height: LENGTH, error });
}

#[test]
fn a_proof_is_bounded() {
	assert_eq!(WarpProof::read(&proof(0..0, None).encode()), Err(WarpError::Empty));
	let long = vec![0; MAX_PROOF_BYTES + 1];
	assert_eq!(WarpProof::read(&long), Err(WarpError::TooLong(MAX_PROOF_BYTES + 1)));
	let many = WarpProof { lasts: vec![newest(0); MAX_EPOCHS + 1], newest: None };
	assert_eq!(WarpProof::read(&many.encode()), Err(WarpError::TooManyEpochs(MAX_EPOCHS + 1)));
	assert!(matches!(WarpProof::read(&[0xff; 64]), Err(WarpError::Undecodable(_))));
}

#[test]
fn a_builder_stays_within_the_bounds() {
	let mut builder = ProofBuilder::default();
	for _ in 0..MAX_EPOCHS {
		builder.add(newest(0)).unwrap();
	}
	assert_eq!(builder.add(newest(1)), Err(newest(1)));
	WarpProof::read(&builder.finish(None).encode()).unwrap();

	// The largest committees.
	let largest = vec![members(1)[0].clone(); usize::try_from(MAX_MEMBERS).unwrap()];
	let mut wide = certified(0, header(LENGTH, Some((1, largest))));
	let signature = wide.certificate.signatures[0].clone();
	wide.certificate.signatures = vec![signature; usize::try_from(MAX_MEMBERS).unwrap()];
	assert!(wide.encoded_size() < 20_000, "{} bytes", wide.encoded_size());
	let mut builder = ProofBuilder::default();
	while builder.add(wide.clone()).is_ok() {}
	let proof = builder.finish(Some(wide));
	assert_eq!(proof.lasts.len(), MAX_EPOCHS, "their number is the bound, and not their bytes");
	assert!(proof.encoded_size() <= MAX_PROOF_BYTES);
}
