//! Digests, the VRF, signed payloads.

use super::*;
use codec::Encode;
use sp_core::crypto::{VrfSecret, Wraps};
use sp_runtime::{generic::DigestItem, Digest};

fn pre_digest(index: u8, chain: ChainTag, epoch: Epoch, height: Height, seed: &Seed) -> PreDigest {
	let vrf = vrf_pair(index).as_inner_ref().vrf_sign(&vrf_sign_data(chain, epoch, height, seed));
	PreDigest { view: 1, author: MemberIndex::from(index), vrf }
}

#[test]
fn the_vrf_proof_is_for_one_key_ledger_epoch_height_and_seed() {
	let digest = pre_digest(0, ChainTag::Main, 2, 9, &[7; 32]);
	let (key, other) = (vrf_pair(0).public(), vrf_pair(1).public());
	let bad = Err(DigestError::BadVrf);
	assert_eq!(digest.verify_vrf(&key, ChainTag::Main, 2, 9, &[7; 32]), Ok(()));
	assert_eq!(digest.verify_vrf(&other, ChainTag::Main, 2, 9, &[7; 32]), bad);
	assert_eq!(digest.verify_vrf(&key, ChainTag::Zone(0), 2, 9, &[7; 32]), bad);
	assert_eq!(digest.verify_vrf(&key, ChainTag::Main, 3, 9, &[7; 32]), bad);
	assert_eq!(digest.verify_vrf(&key, ChainTag::Main, 2, 8, &[7; 32]), bad);
	assert_eq!(digest.verify_vrf(&key, ChainTag::Main, 2, 9, &[8; 32]), bad);
	let mut borrowed = digest.clone();
	borrowed.vrf.pre_output = pre_digest(1, ChainTag::Main, 2, 9, &[7; 32]).vrf.pre_output;
	assert_eq!(borrowed.verify_vrf(&key, ChainTag::Main, 2, 9, &[7; 32]), bad);
}

/// So an author cannot choose among several outputs.
#[test]
fn key_and_input_determine_the_output() {
	let first = pre_digest(0, ChainTag::Main, 2, 9, &[7; 32]);
	let second = pre_digest(0, ChainTag::Main, 2, 9, &[7; 32]);
	assert_eq!(first.output(), second.output());
	assert_ne!(first.output(), pre_digest(1, ChainTag::Main, 2, 9, &[7; 32]).output());
	assert_ne!(first.output(), pre_digest(0, ChainTag::Main, 2, 10, &[7; 32]).output());
	assert_ne!(first.output(), VrfOutput::default());
}

#[test]
fn a_header_names_one_author() {
	let digest = pre_digest(0, ChainTag::Main, 2, 9, &[7; 32]);
	let find = |logs: Vec<DigestItem>| find_pre_digest(&Digest { logs });
	assert_eq!(find(vec![digest.to_item()]), Ok(digest.clone()));
	assert_eq!(find(vec![]), Err(DigestError::Missing));
	assert_eq!(find(vec![digest.to_item(), digest.to_item()]), Err(DigestError::Multiple));
	assert_eq!(find(vec![DigestItem::PreRuntime(ENGINE_ID, vec![1])]), Err(DigestError::Undecodable));
	let foreign = DigestItem::PreRuntime(*b"aura", vec![]);
	assert_eq!(find(vec![digest.to_item(), foreign]), Err(DigestError::Foreign));
	let seal = DigestItem::Seal(ENGINE_ID, vec![]);
	assert_eq!(find(vec![digest.to_item(), seal]), Err(DigestError::Foreign));
	let other = DigestItem::Other(vec![1]);
	assert_eq!(find(vec![other, digest.to_item()]), Ok(digest));
}

#[test]
fn the_next_committee_is_found() {
	let members = committee(&[1, 2]).members;
	let log = ConsensusLog::NextCommittee { epoch: 3, members: members.clone() };
	let find = |logs: Vec<DigestItem>| find_next_committee(&Digest { logs });
	assert_eq!(find(vec![log.to_item()]), Some((3, members)));
	assert_eq!(find(vec![]), None);
	assert_eq!(find(vec![DigestItem::Consensus(*b"FRNK", log.encode())]), None);
	assert_eq!(find(vec![DigestItem::Consensus(ENGINE_ID, vec![9])]), None);
}

#[test]
fn signed_payloads_differ_in_every_part() {
	let (domain, payload) = (domain(), H256::repeat_byte(3));
	let slot = slot(MessageKind::Prepare);
	let kinds = [
		MessageKind::PrePrepare,
		MessageKind::Prepare,
		MessageKind::Commit,
		MessageKind::ViewChange,
		MessageKind::NewView,
	];
	let mut signed: Vec<Vec<u8>> =
		kinds.into_iter().map(|kind| Slot { kind, ..slot }.signing_payload(&domain, &payload)).collect();
	signed.push(Slot { epoch: 3, ..slot }.signing_payload(&domain, &payload));
	signed.push(Slot { height: 10, ..slot }.signing_payload(&domain, &payload));
	signed.push(Slot { view: 2, ..slot }.signing_payload(&domain, &payload));
	signed.push(slot.signing_payload(&domain, &H256::zero()));
	signed.push(slot.signing_payload(&Domain { genesis: H256::zero(), ..domain }, &payload));
	for chain in [ChainTag::Zone(0), ChainTag::Zone(1), ChainTag::Shard { zone: 0, incarnation: 0 }] {
		signed.push(slot.signing_payload(&Domain { chain, ..domain }, &payload));
	}
	let all = signed.len();
	signed.sort();
	signed.dedup();
	assert_eq!(signed.len(), all);
}

/// The layout that other ledgers and clients verify.
#[test]
fn the_signed_layout_is_as_documented() {
	let slot = slot(MessageKind::Commit);
	let mut expected = b"TOP-PBFT".to_vec();
	expected.extend(PROTOCOL_VERSION.to_le_bytes());
	expected.push(0);
	expected.extend([1; 32]);
	expected.extend(2u64.to_le_bytes());
	expected.extend(9u32.to_le_bytes());
	expected.extend(1u32.to_le_bytes());
	expected.push(2);
	expected.extend([3; 32]);
	assert_eq!(slot.signing_payload(&domain(), &H256::repeat_byte(3)), expected);
}
