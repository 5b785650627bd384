//! Receipts prove that a unit applied, and changed receipts prove nothing.

use super::*;
use codec::{DecodeAll, Encode};
use sp_runtime::Digest;
use tp_core::{ChainTag, Header};
use tp_pbft::{check_signature, Certificate, Committee, Member, MessageKind, PbftPair, PbftSignature, Slot, VrfPair};

const NUMBER: u32 = 10;

pub(super) fn pbft_domain() -> tp_pbft::Domain {
	tp_pbft::Domain { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, genesis: H256::repeat_byte(9) }
}

pub(super) fn keys(epoch: u8) -> Vec<PbftPair> {
	(0..4).map(|member| PbftPair::from_seed(&[epoch * 4 + member + 1; 32])).collect()
}

pub(super) fn committee(keys: &[PbftPair]) -> Committee {
	let member = |(seed, pair): (u8, &PbftPair)| Member {
		key: pair.public(),
		vrf: VrfPair::from_seed(&[seed; 32]).public(),
		weight: 1,
	};
	Committee { epoch: 3, members: (1..).zip(keys).map(member).collect(), seed: [0; 32] }
}

pub(super) fn certificate(header: &Header, keys: &[PbftPair]) -> Certificate {
	let slot = Slot { epoch: 3, height: header.number, view: 0, kind: MessageKind::Commit };
	let payload = slot.signing_payload(&pbft_domain(), &header.hash());
	let votes: Vec<(u16, PbftSignature)> =
		(0..3).map(|member| (member, keys[usize::from(member)].sign(&payload))).collect();
	Certificate::from_votes(slot, header.hash(), 4, votes)
}

/// Returns a block with units of many accounts, one of which is refused, and the receipts of all.
fn block() -> (Batch, Outcome, Vec<Option<Receipt>>) {
	let mut store = funded((0..300).map(|number| (number, 10_000)));
	let units = (0..300).map(|account| {
		let amount = if account == 17 { 99_999 } else { 100 };
		next(&store, account, vec![pay((account * 7) % 300, amount)])
	});
	let batch = Batch::new(units.collect()).unwrap();
	let outcome = apply_units(&batch, &|_, _| true, &mut store, &context());
	let previous = |table: TableId| TableHead { height: u32::from(table.0), hash: H256::repeat_byte(table.0) };
	let record = BlockRecord::new(outcome, previous);
	let digest = record.outcome.digest(&record.heads(NUMBER));
	let header = Header {
		parent_hash: H256::zero(),
		number: NUMBER,
		state_root: H256::zero(),
		extrinsics_root: H256::zero(),
		digest: Digest { logs: vec![digest.item()] },
	};
	let certificate = certificate(&header, &keys(0));
	let receipts =
		Receipts::new(batch.clone(), record.clone(), header, certificate).expect("the record is the batch's");
	(batch, record.outcome, (0..300).map(|index| receipts.receipt(index)).collect())
}

fn verify(receipt: &Receipt) -> Result<(), ReceiptError> {
	receipt.verify(&pbft_domain(), &committee(&keys(0)), check_signature)
}

#[test]
fn every_unit_that_applied_has_a_receipt_and_no_other() {
	let (batch, outcome, receipts) = block();
	assert_eq!(outcome.refused.len(), 1);
	for (index, (unit, receipt)) in batch.units().iter().zip(&receipts).enumerate() {
		match receipt {
			Some(receipt) => {
				assert_eq!(&receipt.unit, unit);
				verify(receipt).unwrap();
				assert_eq!(&Receipt::decode_all(&mut &receipt.encode()[..]).unwrap(), receipt);
			},
			None => assert_eq!(outcome.refused[0].0 as usize, index),
		}
	}
}

#[test]
fn a_changed_receipt_proves_nothing() {
	let (batch, outcome, receipts) = block();
	let receipt = receipts.iter().flatten().find(|receipt| receipt.unit_path.leaves > 1).unwrap();
	let changed = |change: &dyn Fn(&mut Receipt)| {
		let mut receipt = receipt.clone();
		change(&mut receipt);
		verify(&receipt).unwrap_err()
	};
	// The refused unit is in the same tree, with another mark.
	let refused = &batch.units()[outcome.refused[0].0 as usize];
	assert_eq!(changed(&|receipt| receipt.unit = refused.clone()), ReceiptError::NotInTable);
	let more = pay(1, 1_000_000);
	let change_amount = |receipt: &mut Receipt| receipt.unit.body.operations[0] = more.clone();
	assert_eq!(changed(&change_amount), ReceiptError::NotInTable);
	assert_eq!(changed(&|receipt| receipt.unit_path.index ^= 1), ReceiptError::NotInTable);
	assert_eq!(changed(&|receipt| receipt.unit_path.index = u32::MAX), ReceiptError::NotInTable);
	assert_eq!(changed(&|receipt| receipt.table.previous.height += 1), ReceiptError::NotInBlock);
	assert_eq!(changed(&|receipt| receipt.table.credits_root = H256::zero()), ReceiptError::NotInBlock);
	assert_eq!(changed(&|receipt| receipt.table_path.siblings.clear()), ReceiptError::NotInBlock);
	assert!(matches!(changed(&|receipt| receipt.header.number += 1), ReceiptError::Certificate(_)));
	assert!(matches!(changed(&|receipt| receipt.header.digest.logs.clear()), ReceiptError::Certificate(_)));
	let strangers = keys(1);
	assert!(matches!(
		changed(&|receipt| receipt.certificate = certificate(&receipt.header, &strangers)),
		ReceiptError::Certificate(_)
	));
	let empty = |receipt: &mut Receipt| {
		receipt.header.digest.logs.clear();
		receipt.certificate = certificate(&receipt.header, &keys(0));
	};
	assert_eq!(changed(&empty), ReceiptError::NoUnits);
}

#[test]
fn a_header_with_two_digests_has_none() {
	let item = LatticeDigest::default().item();
	assert_eq!(find_lattice_digest(&Digest { logs: vec![item.clone()] }), Some(LatticeDigest::default()));
	assert_eq!(find_lattice_digest(&Digest { logs: vec![item.clone(), item] }), None);
	assert_eq!(find_lattice_digest(&Digest::default()), None);
}
