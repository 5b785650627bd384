//! What the engine has verified, the import does not verify again.

use super::{
	abstention::votes_at,
	fixture::{running, Fixture, GENESIS},
};
use crate::{ledger::Ledger, network::Wire};
use codec::Encode;
use std::sync::atomic::Ordering;

/// Returns the signatures that imports checked until a block is imported.
async fn checks_of_import(by_certificate: bool) -> u32 {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "the block", || votes_at(&fixture, 1)).await;
	if by_certificate {
		let certificate = fixture.certificate(1, &block);
		fixture.send_bytes(fixture.order[0], Wire::Certificate(certificate).encode()).await;
	} else {
		for member in &fixture.order[..3] {
			fixture.send(fixture.commit(*member, 1, 0, &block)).await;
		}
	}
	fixture.run_until(&mut running, "the import", || fixture.ledger.tip().height == 1).await;
	fixture.ledger.import_checks.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_verified_votes_is_not_verified_by_the_import() {
	assert_eq!(checks_of_import(false).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_a_peer_sent_is_not_verified_again_by_the_import() {
	assert_eq!(checks_of_import(true).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_the_engine_did_not_see_is_verified_by_the_import() {
	let (fixture, _engine) = Fixture::open(GENESIS).await;
	let (block, _) = fixture.proposal_on(&GENESIS);
	let certificate = fixture.certificate(1, &block);
	fixture.ledger.import(block, certificate).await.unwrap();
	assert_eq!(fixture.ledger.import_checks.load(Ordering::Relaxed), 3);
}
