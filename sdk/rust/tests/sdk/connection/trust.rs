//! What a committee vouches for, and what binds a response to its question.

use super::{
	chain::{certify, members, Chain},
	node::TestNode,
};
use sp_runtime::Digest;
use std::time::Duration;
use top_sdk::{Client, Domain, Hash, Keypair, Unit, UnitBuilder, UnitHash, Verifier, VerifyError};
use tp_core::Header;
use tp_pbft::{Committee, ConsensusLog, Epoch, Member};

const EPOCH: u32 = 10;

fn a_unit() -> Unit {
	let alice = Keypair::from_uri("//Alice").unwrap();
	let unit = UnitBuilder::new().transfer(&alice, 1).at(1, UnitHash::zero());
	unit.sign(&alice, &Domain::default()).unwrap()
}

/// Returns a chain in its fourth epoch, and a verifier that has followed it from the first.
fn followed() -> (Chain, Verifier, Unit) {
	let (mut chain, unit) = (Chain::new(9, EPOCH), a_unit());
	for _ in 0..35 {
		chain.append(Some(&unit));
	}
	let mut verifier = Verifier::new(chain.domain, Committee { epoch: 0, members: members(0), seed: [0; 32] });
	for last in [10, 20, 30] {
		let header = chain.headers[last as usize].clone();
		verifier.follow(&header, &chain.certificate(last)).unwrap();
	}
	(chain, verifier, unit)
}

fn epoch_end(number: u32, next: Epoch, members: Vec<Member>) -> Header {
	let zero = Hash::zero();
	let log = ConsensusLog::NextCommittee { epoch: next, members };
	let digest = Digest { logs: vec![log.to_item()] };
	Header { parent_hash: zero, number, state_root: zero, extrinsics_root: zero, digest }
}

#[test]
fn a_committee_vouches_for_the_heights_of_its_epoch_alone() {
	let (chain, verifier, unit) = followed();
	let mut proved = 0;
	for epoch in 0..4 {
		for number in 1..60 {
			let result = verifier.verify(&chain.forged(&unit, number, epoch));
			match u64::from((number - 1) / EPOCH) == epoch || (epoch == 3 && number > 30) {
				true => {
					result.unwrap();
					proved += 1;
				},
				false => {
					assert!(matches!(result, Err(VerifyError::OutOfOffice { .. })), "{epoch} {number}: {result:?}");
				},
			}
		}
	}
	assert_eq!(proved, 59);
	for number in 1..=35 {
		verifier.verify(&chain.receipt(&unit, number)).unwrap();
	}
}

#[test]
fn a_retired_committee_cannot_hand_over_again() {
	let (chain, verifier, _) = followed();
	let strangers = members(77);
	for (epoch, number, next, members) in [
		// After its epoch, within it, at its end to other members, to a later epoch, to its own and to an earlier one.
		(0, 55, 1, strangers.clone()),
		(0, 5, 1, members(1)),
		(0, 10, 1, strangers.clone()),
		(0, 10, 7, strangers.clone()),
		(1, 20, 1, strangers.clone()),
		(1, 20, 0, strangers.clone()),
		// The present committee, to an epoch that is not the next one.
		(3, 40, 5, strangers.clone()),
		(3, 40, 3, strangers.clone()),
		(3, 40, 2, strangers.clone()),
		(3, 30, 4, strangers.clone()),
	] {
		let header = epoch_end(number, next, members);
		let mut tried = verifier.clone();
		let error = tried.follow(&header, &certify(&chain.domain, epoch, &header)).unwrap_err();
		let is_named = match error {
			VerifyError::OutOfOffice { .. } => number == 55 || number == 30,
			VerifyError::OtherHeights(_) => number == 5,
			VerifyError::OtherCommittee(1) => (number, next) == (10, 1),
			VerifyError::WrongNextEpoch { .. } => epoch + 1 != next,
			_ => false,
		};
		assert!(is_named, "{epoch} {number} {next}: {error}");
		assert_eq!(tried.epochs().collect::<Vec<_>>(), [0, 1, 2, 3]);
	}
	// The same handover again changes nothing, and the next one is followed.
	let mut verifier = verifier;
	assert_eq!(verifier.follow(&chain.headers[10], &chain.certificate(10)), Ok(1));
	let header = epoch_end(44, 4, members(4));
	assert_eq!(verifier.follow(&header, &certify(&chain.domain, 3, &header)), Ok(4));
	let report = |epoch| verifier.report(epoch).map(|report| (report.first, report.last));
	assert_eq!([0, 3, 4].map(report), [Some((None, Some(10))), Some((Some(31), Some(44))), Some((Some(45), None))]);
}

#[test]
fn a_stored_anchor_keeps_the_heights_of_its_epoch() {
	let (chain, verifier, unit) = followed();
	let stored = serde_json::to_string(&verifier.report(1).unwrap()).unwrap();
	let mut later = Verifier::from_json(&stored).unwrap();
	for (number, is_valid) in [(10, false), (11, true), (20, true), (21, false)] {
		assert_eq!(later.verify(&chain.forged(&unit, number, 1)).is_ok(), is_valid, "{number}");
	}
	// Trusted committees of other epochs must fit its heights, and are bounded by them.
	later.add(&verifier.report(3).unwrap()).unwrap();
	assert!(later.verify(&chain.forged(&unit, 30, 3)).is_err());
	let mut wrong = verifier.report(2).unwrap();
	for (first, last) in [(Some(20), None), (None, Some(31)), (Some(29), Some(25))] {
		(wrong.first, wrong.last) = (first, last);
		assert_eq!(later.add(&wrong), Err(VerifyError::OtherHeights(2)), "{first:?} {last:?}");
	}
	(wrong.first, wrong.last) = (None, None);
	later.add(&wrong).unwrap();
	for (number, is_valid) in [(20, false), (21, true), (30, true), (31, false)] {
		assert_eq!(later.verify(&chain.forged(&unit, number, 2)).is_ok(), is_valid, "{number}");
	}
	assert!(Verifier::from_json(&stored.replace("\"first\":11", "\"first\":21")).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_follows_a_node_from_a_trusted_committee() {
	let alice = Keypair::from_uri("//Alice").unwrap();
	let node = TestNode::start(1, 7, [(alice.account(), 1 << 60)]).await;
	let top = Client::connect(&node.url()).await.unwrap();
	let early = top.pay(&alice, &alice, 5).await.unwrap().finalized().await.unwrap();
	let mut verifier = {
		let ledger = node.ledger.lock().unwrap();
		Verifier::new(ledger.chain.domain, ledger.chain.committee(1))
	};
	while node.ledger.lock().unwrap().chain.newest() < 200 {
		tokio::time::sleep(Duration::from_millis(10)).await;
	}
	let unit = top.pay(&alice, &alice, 6).await.unwrap();
	let hash = unit.hash();
	let late = unit.finalized().await.unwrap();
	assert!(late.certificate.epoch > 20);
	assert!(matches!(verifier.verify(&late), Err(VerifyError::UnknownEpoch { .. })));
	top.follow(&mut verifier, &late).await.unwrap();
	let proved = verifier.verify_unit(&late, hash).unwrap();
	assert_eq!((proved.account, proved.genesis), (alice.account(), verifier.domain().genesis));
	// A valid receipt of another unit is not what was asked for.
	top.follow(&mut verifier, &early).await.unwrap();
	verifier.verify(&early).unwrap();
	assert!(matches!(verifier.verify_unit(&early, hash), Err(VerifyError::OtherUnit { .. })));
	top.rpc().follow_to_newest(&mut verifier).await.unwrap();

	// The node cannot lead a verifier of another ledger, nor beyond its blocks.
	let other = TestNode::start(2, 7, []).await;
	let mut elsewhere = {
		let ledger = other.ledger.lock().unwrap();
		Verifier::new(ledger.chain.domain, ledger.chain.committee(1))
	};
	let error = top.follow(&mut elsewhere, &late).await.unwrap_err();
	assert!(error.to_string().contains("certificate"), "{error}");
	let error = top.rpc().follow(&mut verifier, u64::MAX).await.unwrap_err();
	assert!(matches!(error, top_sdk::Error::Verify(VerifyError::UnknownEpoch { .. })), "{error}");
}
