//! Verification of `primitives/lattice/vectors/receipt.json`.

use codec::{DecodeAll, Encode};
use serde::Deserialize;
use sp_core::{Bytes, Pair, H256};
use sp_runtime::Digest;
use top_sdk::*;
use tp_core::Header;
use tp_lattice::ReceiptError;
use tp_pbft::{
	Certificate, Committee, ConsensusLog, Domain as PbftDomain, Member, MessageKind, PbftPair, Slot, VrfPair,
};

/// The vectors' receipts and their committee.
#[derive(Deserialize)]
pub struct Vectors {
	pub committee: CommitteeReport,
	receipts: Vec<Whole>,
	broken: Vec<Broken>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
	what: String,
	unit_hash: UnitHash,
	receipt: Bytes,
	block: reports::BlockReport,
}

#[derive(Deserialize)]
struct Broken {
	what: String,
	error: String,
	receipt: Bytes,
}

impl Vectors {
	pub fn read() -> Self {
		serde_json::from_str(include_str!("../../../../primitives/lattice/vectors/receipt.json")).unwrap()
	}

	pub fn receipt(&self) -> Receipt {
		decode(&self.receipts[0].receipt)
	}
}

fn decode(receipt: &[u8]) -> Receipt {
	Receipt::decode_all(&mut &receipt[..]).unwrap()
}

#[test]
fn valid_receipts_verify_and_broken_ones_do_not() {
	let vectors = Vectors::read();
	let json = serde_json::to_string(&vectors.committee).unwrap();
	let verifier = Verifier::from_json(&json).unwrap();
	assert!(vectors.receipts.len() > 3 && vectors.broken.len() > 10);
	for Whole { what, unit_hash, receipt, block } in &vectors.receipts {
		let receipt = decode(receipt);
		let proved = verifier.verify(&receipt).unwrap_or_else(|error| panic!("{what}: {error}"));
		assert_eq!((proved.unit, proved.number, proved.block), (*unit_hash, block.number, block.hash), "{what}");
		assert_eq!(proved.operations, receipt.unit.body.operations.to_vec());
	}
	for Broken { what, error, receipt } in &vectors.broken {
		let found = match verifier.verify(&decode(receipt)).expect_err(what) {
			VerifyError::Receipt(ReceiptError::NotInTable) => "notInTable",
			VerifyError::Receipt(ReceiptError::NotInBlock) => "notInBlock",
			VerifyError::Receipt(ReceiptError::NoUnits) => "noUnits",
			// A receipt of an epoch that the vectors' committee does not cover.
			VerifyError::Receipt(ReceiptError::Certificate(_)) | VerifyError::UnknownEpoch { .. } => "certificate",
			other => panic!("{what}: {other}"),
		};
		assert_eq!(found, error, "{what}");
	}
}

#[test]
fn receipts_of_another_epoch_or_ledger_are_rejected() {
	let vectors = Vectors::read();
	let receipt = vectors.receipt();
	let (domain, committee) = vectors.committee.decode().unwrap();
	let number = receipt.header.number;
	let later = Verifier::new(domain, Committee { epoch: 4, ..committee.clone() });
	let unknown = VerifyError::UnknownEpoch { epoch: 3, number };
	assert!(unknown.is_local());
	assert_eq!(later.verify(&receipt), Err(unknown));
	let elsewhere = Verifier::new(PbftDomain { genesis: H256::zero(), ..domain }, committee);
	assert!(matches!(elsewhere.verify(&receipt), Err(VerifyError::Receipt(ReceiptError::Certificate(_)))));

	// The receipt verifies once the committee of its epoch is known.
	let mut later = later;
	later.add(&vectors.committee).unwrap();
	later.verify(&receipt).unwrap();
	assert_eq!(later.epochs().collect::<Vec<_>>(), [3, 4]);
	let mut other = vectors.committee.clone();
	other.members.pop();
	assert_eq!(later.add(&other), Err(VerifyError::OtherCommittee(3)));
	other.domain.0[0] = 0;
	other.domain.0.truncate(1);
	other.domain.0.extend(H256::zero().encode());
	assert_eq!(later.add(&other), Err(VerifyError::OtherLedger));
	other.domain.0.pop();
	assert!(matches!(later.add(&other), Err(VerifyError::Unreadable(_))));
	assert!(matches!(Verifier::from_json("{}"), Err(VerifyError::Unreadable(_))));
}

fn keys(epoch: u8) -> Vec<PbftPair> {
	(0..4).map(|member| PbftPair::from_seed(&[16 * epoch + member; 32])).collect()
}

fn members(epoch: u8) -> Vec<Member> {
	let vrf = VrfPair::from_seed(&[epoch; 32]).public();
	keys(epoch).iter().map(|pair| Member { key: pair.public(), vrf: vrf.clone(), weight: 1 }).collect()
}

/// Returns a header and its certificate, signed by the first members.
fn certified(domain: &PbftDomain, epoch: u8, signers: u16, logs: Vec<ConsensusLog>) -> (Header, Certificate) {
	let digest = Digest { logs: logs.iter().map(ConsensusLog::to_item).collect() };
	let number = u32::from(epoch) * 100;
	let zero = H256::zero();
	let header = Header { parent_hash: zero, number, state_root: zero, extrinsics_root: zero, digest };
	let slot = Slot { epoch: epoch.into(), height: number, view: 0, kind: MessageKind::Commit };
	let payload = slot.signing_payload(domain, &header.hash());
	let keys = keys(epoch);
	let votes = (0..signers).map(|member| (member, keys[usize::from(member)].sign(&payload))).collect();
	let certificate = Certificate::from_votes(slot, header.hash(), keys.len(), votes);
	(header, certificate)
}

#[test]
fn a_verifier_follows_the_chain_of_committees_only() {
	let domain = PbftDomain { chain: ChainTag::Main, genesis: H256::repeat_byte(1) };
	let mut verifier = Verifier::new(domain, Committee { epoch: 1, members: members(1), seed: [0; 32] });
	let next = |epoch: u8| vec![ConsensusLog::NextCommittee { epoch: epoch.into(), members: members(epoch) }];

	let (header, few) = certified(&domain, 1, 2, next(2));
	assert!(matches!(verifier.follow(&header, &few), Err(VerifyError::Certificate(_))));
	let (plain, certificate) = certified(&domain, 1, 3, vec![]);
	assert_eq!(verifier.follow(&plain, &certificate), Err(VerifyError::NotEpochEnd(100)));
	assert!(matches!(verifier.follow(&header, &certificate), Err(VerifyError::Certificate(_))), "of another header");
	let (later, by_third) = certified(&domain, 2, 3, next(3));
	assert_eq!(verifier.follow(&later, &by_third), Err(VerifyError::UnknownEpoch { epoch: 2, number: 200 }));

	let (header, certificate) = certified(&domain, 1, 3, next(2));
	assert_eq!(verifier.follow(&header, &certificate), Ok(2));
	assert_eq!(verifier.follow(&later, &by_third), Ok(3));
	assert_eq!(verifier.epochs().collect::<Vec<_>>(), [1, 2, 3]);
}
