//! Messages that are kept for the next height.

use super::fixture::{running, Fixture, GENESIS};

/// A peer sends the next height's messages of other members, which no node can check before that height begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_peer_pays_for_the_forged_messages_that_it_brought_before_their_height_began() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (liar, other) = (fixture.order[1], fixture.order[2]);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	let forged = fixture.prepare(other, 2, 0, &block);
	fixture.send_over(liar, forged).await;
	// The real one comes over its own link.
	fixture.send(fixture.prepare(other, 2, 1, &block)).await;
	fixture.send(proposed).await;
	for member in &fixture.order[..3] {
		fixture.send(fixture.prepare(*member, 1, 0, &block)).await;
		fixture.send(fixture.commit(*member, 1, 0, &block)).await;
	}
	let named = || fixture.network.report_of(&fixture.peer(liar)).is_some();
	fixture.run_until(&mut running, "the report of the peer", named).await;
	assert_eq!(fixture.ledger.blocks.lock().len(), 1, "the height has begun");
	assert_eq!(fixture.network.reported.lock().len(), 1, "no other peer is reported");
}
