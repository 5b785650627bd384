//! Bodies of proposals.

use super::{
	fixture::{running, sign, Fixture, GENESIS},
	ledger::block_on,
};
use crate::{
	network::{testing::Peer, Wire},
	sketch::Completed,
};
use codec::{Compact, Encode};
use sp_runtime::{traits::Block as _, OpaqueExtrinsic};
use std::{sync::Arc, time::Duration};
use tc_pbft_core::{Message, PrePrepare, Proposal};
use tp_pbft::MessageKind;

/// Returns the bytes of a block with `count` empty extrinsics under the header of an empty block.
fn flood(count: usize) -> (Proposal, Vec<u8>) {
	let header = block_on(&GENESIS, Vec::new()).header().clone();
	let body = [Compact(u32::try_from(count).unwrap()).encode(), vec![0; count]].concat();
	let bytes = [header.encode(), body].concat();
	(Proposal { hash: header.hash(), bytes: Arc::new(Vec::new()) }, bytes)
}

fn proposed(fixture: &Fixture, proposal: Proposal) -> tc_pbft_core::Signed<Message> {
	sign(fixture.order[0], 1, Message::PrePrepare(PrePrepare { view: 0, proposal, new_view: None }))
}

/// A primary proposes without the body, and answers the request for it with 16 MiB of empty extrinsics.
#[tokio::test(flavor = "multi_thread")]
async fn a_primary_pays_for_a_wrong_body_and_is_not_asked_again() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let primary = fixture.order[0];
	let (proposal, bytes) = flood((16 << 20) - 4096);
	fixture.network.peers.lock().insert(fixture.peer(primary), Peer::Sends(bytes));
	fixture.send(proposed(&fixture, proposal.clone())).await;
	let named = || fixture.network.report_of(&fixture.peer(primary)).is_some();
	let started = std::time::Instant::now();
	fixture.run_until(&mut running, "the report of the primary", named).await;
	println!("reported after {:?}", started.elapsed());
	tokio::select! {
		() = &mut running => {},
		() = tokio::time::sleep(Duration::from_millis(500)) => {},
	}
	let asked = |peer| fixture.network.asked.lock().iter().filter(|asked| **asked == peer).count();
	assert_eq!(asked(fixture.peer(primary)), 1, "it was asked again");
	assert!(asked(fixture.peer(fixture.order[1])) > 1, "the others may have the block");
	// The block exists, and a member sends it at last.
	let block = block_on(&GENESIS, Vec::new()).encode();
	fixture.network.peers.lock().insert(fixture.peer(fixture.order[1]), Peer::Sends(block));
	let checked = || !fixture.ledger.checked.lock().is_empty();
	fixture.run_until(&mut running, "the check of the proposal", checked).await;
	assert_eq!(fixture.ledger.checked.lock()[0].proposal.hash, proposal.hash);
	assert_eq!(fixture.network.reported.lock().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_primary_pays_for_a_wrong_body_within_its_proposal() {
	for other_body in [vec![0u8; 1000], [Compact(1u32).encode(), vec![1u8; 4].encode()].concat()] {
		let (fixture, engine) = Fixture::open(GENESIS).await;
		let mut running = running(engine);
		let header = block_on(&GENESIS, Vec::new()).header().clone();
		let bytes = [header.encode(), other_body].concat();
		fixture.send(proposed(&fixture, Proposal { hash: header.hash(), bytes: Arc::new(bytes) })).await;
		let named = || fixture.network.report_of(&fixture.peer(fixture.order[0])).is_some();
		fixture.run_until(&mut running, "the report of the primary", named).await;
		assert!(fixture.ledger.checked.lock().is_empty());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_with_its_body_gets_a_vote() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed.clone()).await;
	fixture.send(proposed).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote", voted).await;
	assert_eq!(fixture.ledger.checked.lock().len(), 1);
	assert!(fixture.network.reported.lock().is_empty());
}

/// Sends a proposal with a sketch, which completes to something, and waits for the vote. Returns the peers that were asked.
async fn asked_for(completes: Vec<Completed<Vec<u8>>>) -> Vec<usize> {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	let primary = fixture.peer(fixture.order[0]);
	fixture.network.peers.lock().insert(primary, Peer::Sends(block.bytes.to_vec()));
	fixture.ledger.completes.lock().extend(completes);
	fixture.send_bytes(fixture.order[0], Wire::outgoing(&proposed, Some(&[1, 2, 3]))).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote", voted).await;
	assert!(fixture.network.reported.lock().is_empty());
	assert!(fixture.ledger.completes.lock().is_empty(), "all were tried");
	let requests = fixture.network.requests.lock();
	requests.iter().map(|request| request.parts.len()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sketch_is_completed_with_the_parts_that_lack_and_the_block_is_fetched_if_it_is_not_it() {
	let block = || Completed::Whole(block_on(&GENESIS, Vec::new()).encode());
	assert_eq!(asked_for(vec![block()]).await, [0; 0], "nothing is fetched");
	assert_eq!(asked_for(vec![Completed::Lacks(vec![4, 9]), block()]).await, [2]);
	assert_eq!(asked_for(vec![Completed::Unusable]).await, [0], "the whole block");
	let other = || Completed::Whole(block_on(&GENESIS, vec![OpaqueExtrinsic::from_blob(vec![1; 4])]).encode());
	assert_eq!(asked_for(vec![other()]).await, [0]);
	assert_eq!(asked_for(vec![Completed::Lacks(vec![4]), other()]).await, [1, 0]);
	assert_eq!(asked_for(vec![Completed::Lacks(vec![0; 1 << 20])]).await, [0], "more than may be asked for");
}

/// A member may be faster than the primary, and passes on the proposal without body and sketch.
#[tokio::test(flavor = "multi_thread")]
async fn the_primarys_sketch_is_used_although_the_proposal_came_before_from_a_member() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, mut proposed) = fixture.proposal_on(&GENESIS);
	fixture.ledger.completes.lock().push_back(Completed::Whole(block.bytes.to_vec()));
	let with_sketch = Wire::outgoing(&proposed, Some(&[1, 2, 3]));
	if let Message::PrePrepare(PrePrepare { proposal, .. }) = &mut proposed.message {
		proposal.bytes = Arc::default();
	}
	// It has not the block either.
	fixture.send_bytes(fixture.order[1], Wire::PassedOn(vec![proposed]).encode()).await;
	fixture.run_until(&mut running, "a request", || !fixture.network.requests.lock().is_empty()).await;
	fixture.send_bytes(fixture.order[0], with_sketch).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote", voted).await;
	assert!(fixture.ledger.completes.lock().is_empty(), "the sketch was completed");
	assert!(fixture.network.reported.lock().is_empty());
}

/// Each sketch costs a pass over the pool, and a primary can sign any number of proposals.
#[tokio::test(flavor = "multi_thread")]
async fn of_proposals_that_contradict_each_other_one_sketch_is_completed() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	fixture.ledger.completes.lock().extend((0..20).map(|_| Completed::Unusable));
	for number in 0..20u8 {
		let block = block_on(&GENESIS, vec![OpaqueExtrinsic::from_blob(vec![number])]);
		let proposed = proposed(&fixture, Proposal { hash: block.hash(), bytes: Arc::default() });
		fixture.send_bytes(fixture.order[0], Wire::outgoing(&proposed, Some(&[1]))).await;
	}
	fixture.run_for(&mut running, Duration::from_millis(300)).await;
	assert_eq!(fixture.ledger.completes.lock().len(), 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sketch_without_its_proposal_costs_the_peer_its_link() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	let vote = fixture.prepare(fixture.order[1], 1, 0, &block);
	let wrong = [
		(0, Wire::Sketched { message: proposed, sketch: vec![1] }),
		(1, Wire::Sketched { message: vote, sketch: vec![1] }),
	];
	for (at, wire) in wrong {
		fixture.send_bytes(fixture.order[at], wire.encode()).await;
		let named = || fixture.network.report_of(&fixture.peer(fixture.order[at])).is_some();
		fixture.run_until(&mut running, "the report", named).await;
	}
	assert!(fixture.ledger.checked.lock().is_empty());
}
