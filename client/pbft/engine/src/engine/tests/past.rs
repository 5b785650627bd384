//! Certificates of another chain, for heights that ended.

use super::{
	fixture::{domain, running, sign, Fixture, GENESIS},
	ledger::{block_on, proposal},
};
use crate::{
	engine::past::LOOKUP_COST,
	ledger::{Ledger, Tip},
	network::Wire,
};
use codec::Encode;
use std::{sync::atomic::Ordering, time::Duration};
use tc_pbft_core::{Inventory, Message, Proposal, ViewChange};
use tp_pbft::{check_signature, BlockHash, Evidence, MemberIndex};

fn other_block() -> Proposal {
	Proposal { hash: BlockHash::repeat_byte(7), bytes: Default::default() }
}

/// Decides height 1 with the votes of the first and the third member, after the second one requested view 1 and showed nothing.
async fn decide_beside_a_request(fixture: &Fixture) {
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	let request = Message::ViewChange(ViewChange { view: 1, prepared: None });
	fixture.send(sign(fixture.order[1], 1, request)).await;
	fixture.send(proposed).await;
	for member in [fixture.order[0], fixture.order[2]] {
		fixture.send(fixture.prepare(member, 1, 0, &block)).await;
		fixture.send(fixture.commit(member, 1, 0, &block)).await;
	}
}

/// Returns who was reported, and whether for a hidden Commit. Checks the evidence.
fn reported(fixture: &Fixture) -> Vec<(MemberIndex, bool)> {
	let reports = fixture.ledger.reports.lock();
	for evidence in reports.iter() {
		assert_eq!(evidence.verify(&domain(), &fixture.ledger.context.committee, check_signature), Ok(()));
	}
	let of = |evidence: &Evidence| (evidence.member(), matches!(evidence, Evidence::HiddenCommit(_)));
	let mut reported: Vec<_> = reports.iter().map(of).collect();
	reported.sort_unstable();
	reported
}

/// Returns whom the certificate of another block by the first three members proves guilty.
fn guilty(fixture: &Fixture) -> Vec<(MemberIndex, bool)> {
	let mut guilty = vec![(fixture.order[0], false), (fixture.order[1], true), (fixture.order[2], false)];
	guilty.sort_unstable();
	guilty
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_of_another_chain_proves_who_forked_the_height() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	decide_beside_a_request(&fixture).await;
	let decided = || !fixture.ledger.blocks.lock().is_empty();
	fixture.run_until(&mut running, "the block", decided).await;
	let honest = fixture.ledger.blocks.lock()[0].1.clone();
	let other = fixture.certificate_of(1, &other_block(), &fixture.order[..3]);
	let mut forged = other.clone();
	forged.signatures.swap(0, 1);
	for certificate in [honest, forged] {
		fixture.send_bytes(fixture.order[2], Wire::Certificate(certificate).encode()).await;
	}
	fixture.run_for(&mut running, Duration::from_millis(50)).await;
	assert_eq!(reported(&fixture), [], "they prove nothing");
	for _ in 0..2 {
		fixture.send_bytes(fixture.order[2], Wire::Certificate(other.clone()).encode()).await;
	}
	fixture.run_until(&mut running, "the reports", || reported(&fixture).len() >= 3).await;
	fixture.run_for(&mut running, Duration::from_millis(50)).await;
	assert_eq!(reported(&fixture), guilty(&fixture), "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_the_import_verified_is_compared_after_a_restart() {
	let folder = Fixture::folder();
	{
		let (fixture, engine) = Fixture::open_with(GENESIS, folder.clone(), true).await;
		let mut running = running(engine);
		decide_beside_a_request(&fixture).await;
		fixture.run_until(&mut running, "the block", || !fixture.ledger.blocks.lock().is_empty()).await;
		// The next height has begun, so the one before is kept.
		fixture.run_for(&mut running, Duration::from_millis(50)).await;
	}
	let (fixture, engine) = Fixture::open_with(GENESIS, folder, true).await;
	let mut running = running(engine);
	fixture.run_until(&mut running, "the block of the log", || !fixture.ledger.blocks.lock().is_empty()).await;
	let other = fixture.certificate_of(1, &other_block(), &fixture.order[..3]);
	let committee = &fixture.ledger.context.committee;
	assert_eq!(fixture.ledger.verified.verify(&other, &domain(), committee, check_signature), Ok(()));
	fixture.run_until(&mut running, "the reports", || reported(&fixture).len() >= 3).await;
	assert_eq!(reported(&fixture), guilty(&fixture));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_whose_link_opens_is_asked_for_certificates_of_heights_with_view_changes() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	decide_beside_a_request(&fixture).await;
	fixture.run_until(&mut running, "the block", || !fixture.ledger.blocks.lock().is_empty()).await;
	let asked = || fixture.questions(1).contains(&Inventory::of_listener(3, 1));
	fixture.run_for(&mut running, Duration::from_millis(50)).await;
	let before = fixture.questions(1).len();
	fixture.disconnect(fixture.order[2]).await;
	fixture.connect(fixture.order[2]).await;
	fixture.run_until(&mut running, "the question", || asked() && fixture.questions(1).len() > before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificate_that_ends_a_height_is_compared_too() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, _) = fixture.proposal_on(&GENESIS);
	let request = Message::ViewChange(ViewChange { view: 1, prepared: None });
	fixture.send(sign(fixture.order[1], 1, request)).await;
	fixture.run_for(&mut running, Duration::from_millis(50)).await;
	// Block sync brings the block, so the replica does not see its certificate.
	let certificate = fixture.certificate(1, &block);
	fixture.ledger.import(block, certificate).await.unwrap();
	fixture.run_until(&mut running, "the report", || !reported(&fixture).is_empty()).await;
	assert_eq!(reported(&fixture), [(fixture.order[1], true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_pays_for_the_committee_of_each_certificate_that_it_sends() {
	const SENT: u8 = 200;
	/// Tokens of a full budget, and what it gains in five seconds.
	const BUDGET: u32 = 2_000 + 5 * 200;
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let mut parent = GENESIS;
	for height in 1..=2 {
		let block = proposal(&block_on(&parent, Vec::new()));
		parent = Tip { height, hash: block.hash };
		let certificate = fixture.certificate(height, &block);
		fixture.ledger.import(block, certificate).await.unwrap();
	}
	fixture.run_for(&mut running, Duration::from_millis(50)).await;
	let before = fixture.ledger.contexts.load(Ordering::Relaxed);
	let liar = fixture.order[2];
	for byte in 0..SENT {
		let mut other = fixture.certificate_of(2, &other_block(), &fixture.order[..3]);
		// It is refused after the committee was read, and before a signature is checked.
		(other.epoch, other.hash) = (other.epoch + 1, BlockHash::repeat_byte(byte));
		fixture.send_bytes(liar, Wire::Certificate(other).encode()).await;
	}
	let named = || fixture.network.report_of(&fixture.peer(liar)).is_some();
	fixture.run_until(&mut running, "the report of the peer", named).await;
	let read = fixture.ledger.contexts.load(Ordering::Relaxed) - before;
	assert!(read > 0 && read <= BUDGET / LOOKUP_COST, "{read} committees were read for {SENT} certificates");
}
