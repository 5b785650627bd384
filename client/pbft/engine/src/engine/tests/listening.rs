//! A new process, beside which another one may run with its key.

use super::{
	abstention::{commit_by_others, votes_at, OLD, QUIET},
	fixture::{answer_of, running, Fixture, BASE_TIMEOUT, GENESIS},
};
use crate::{
	engine::Engine,
	ledger::{Ledger, Tip},
	network::Wire,
};
use codec::Encode;
use futures::future::BoxFuture;
use sc_network::PeerId;
use std::time::{Duration, Instant};
use tc_pbft_core::{Proposal, LINKED_MS, LISTEN_MS};
use tp_pbft::{MemberIndex, MessageKind};

const LINKED: Duration = Duration::from_millis(LINKED_MS);

/// Returns a new process that block sync has brought a block, and that block.
async fn behind() -> (Fixture, BoxFuture<'static, ()>, Tip) {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	let mut running = running(engine);
	let tip = sync(&fixture, GENESIS, &fixture.order[..3]).await;
	fixture.run_for(&mut running, QUIET).await;
	(fixture, running, tip)
}

/// Brings a block that some members have signed, as block sync does.
async fn sync(fixture: &Fixture, tip: Tip, signers: &[MemberIndex]) -> Tip {
	let (block, _) = fixture.proposal_on(&tip);
	let next = Tip { height: tip.height + 1, hash: block.hash };
	let certificate = fixture.certificate_of(next.height, &block, signers);
	fixture.ledger.import(block, certificate).await.unwrap();
	next
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_without_which_blocks_were_decided_listens_for_two_heights() {
	let (fixture, mut running, mut tip) = behind().await;
	let started = Instant::now();
	for _ in [2, 3] {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
	let (_, proposed) = fixture.proposal_on(&tip);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 4", || votes_at(&fixture, 4)).await;
	assert!(started.elapsed() < Duration::from_millis(LISTEN_MS), "it listens for longer than two heights");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_that_hears_the_first_one_stops() {
	let (fixture, mut running, mut tip) = behind().await;
	fixture.connect(fixture.own()).await;
	let (block, _) = fixture.proposal_on(&tip);
	fixture.send(fixture.prepare(fixture.own(), 2, 0, &block)).await;
	// The link alone would keep it silent.
	fixture.disconnect(fixture.own()).await;
	fixture.run_for(&mut running, LINKED).await;
	// Without that message it votes at height 4.
	for _ in 2..=5 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
	assert!(fixture.network.reported.lock().is_empty() && fixture.ledger.reports.lock().is_empty());
}

/// The first process is slow: its vote comes when the height is decided.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_that_hears_the_first_one_at_a_decided_height_stops() {
	let (fixture, mut running, tip) = behind().await;
	fixture.connect(fixture.own()).await;
	let (block, _) = fixture.proposal_on(&tip);
	let mut tip = commit_by_others(&fixture, &mut running, tip).await;
	fixture.send(fixture.prepare(fixture.own(), 2, 0, &block)).await;
	fixture.disconnect(fixture.own()).await;
	fixture.run_for(&mut running, LINKED).await;
	// Without that message it votes at height 4.
	for _ in 3..=5 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
}

/// Only the process at the other end of a link that proved the key can speak for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_under_its_key_for_a_decided_height_over_another_members_link_does_not_stop_it() {
	let (fixture, mut running, tip) = behind().await;
	let (block, _) = fixture.proposal_on(&tip);
	let mut tip = commit_by_others(&fixture, &mut running, tip).await;
	fixture.send_over(fixture.order[0], fixture.prepare(fixture.own(), 2, 0, &block)).await;
	tip = commit_by_others(&fixture, &mut running, tip).await;
	let (_, proposed) = fixture.proposal_on(&tip);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 4", || votes_at(&fixture, 4)).await;
}

/// A link may have opened while no height ran.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_listens_asks_the_others_at_each_height() {
	let (fixture, mut running, tip) = behind().await;
	assert_eq!(fixture.questions(2).len(), 3);
	commit_by_others(&fixture, &mut running, tip).await;
	assert_eq!(fixture.questions(3).len(), 3);
	assert!(fixture.questions(3).iter().all(|question| question.is_of_listener()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_its_log_that_has_a_link_to_a_process_with_its_key_stays_silent() {
	let (fixture, engine) = Fixture::open_new(OLD).await;
	fixture.connect(fixture.own()).await;
	let mut running = running(engine);
	let mut tip = OLD;
	// Without the link it votes at height 10.
	for _ in 8..=11 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_with_one_key_are_ordered_by_their_identities() {
	let (fixture, mut engine) = Fixture::open_new(GENESIS).await;
	let key = fixture.key(fixture.own());
	assert_eq!(engine.processes_before(&key), None);
	let (local, mut smaller) = (engine.network_service.local_peer_id(), 0);
	for _ in 0..20 {
		let peer = PeerId::random();
		engine.peers.insert(peer, vec![key.clone()]);
		smaller += usize::from(peer < local);
		assert_eq!(engine.processes_before(&key), Some(smaller));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_process_that_finds_its_signature_under_a_new_block_stops() {
	let (fixture, mut running, tip) = behind().await;
	let tip = commit_by_others(&fixture, &mut running, tip).await;
	let with_own = [fixture.order[0], fixture.order[1], fixture.own()];
	let mut tip = sync(&fixture, tip, &with_own).await;
	for _ in 4..=5 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
}

/// The key may have signed older blocks in an earlier run, of which the log was lost.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_signature_does_not_stop_a_new_process() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	let mut running = running(engine);
	let with_own = [fixture.order[0], fixture.order[1], fixture.own()];
	let mut tip = sync(&fixture, GENESIS, &with_own).await;
	fixture.run_for(&mut running, QUIET).await;
	tip = sync(&fixture, tip, &with_own).await;
	for _ in 3..=4 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
	let (_, proposed) = fixture.proposal_on(&tip);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 5", || votes_at(&fixture, 5)).await;
}

/// The others are ahead. It must not vote while it fetches the block, although its log is as new as its chain.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_its_height_keeps_a_new_process_silent() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	let mut running = running(engine);
	let (block, _) = fixture.proposal_on(&GENESIS);
	fixture.send_bytes(fixture.order[0], Wire::Certificate(fixture.certificate(1, &block)).encode()).await;
	// Else it requests view 1 after the idle interval and a timeout.
	fixture.run_for(&mut running, LINKED + 3 * BASE_TIMEOUT).await;
	assert!(!votes_at(&fixture, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_starts_votes_a_moment_after_its_links_are_open() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	let mut running = running(engine);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed.clone()).await;
	fixture.run_for(&mut running, LINKED / 2).await;
	assert!(!votes_at(&fixture, 1), "the members have no time to say that they are ahead");
	assert_eq!(fixture.questions(1).len(), 3, "it asks each of them");
	fixture.run_for(&mut running, LINKED).await;
	assert!(fixture.questions(1).len() >= 6, "it asks for what came before");
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 1", || votes_at(&fixture, 1)).await;
}

/// The network is idle, so the first process has not voted yet at the height at which the new one begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_process_with_its_key_keeps_a_new_process_silent() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	fixture.connect(fixture.own()).await;
	assert_silent_at_the_first_height(&fixture, running(engine)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_under_its_key_that_is_passed_on_keeps_a_new_process_silent() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	let mut running = running(engine);
	let (block, _) = fixture.proposal_on(&GENESIS);
	fixture.run_until(&mut running, "a question", || !fixture.questions(1).is_empty()).await;
	let (other, own, question) = (fixture.order[0], fixture.own(), fixture.questions(1).remove(0));
	let votes = answer_of(other, vec![fixture.prepare(own, 1, 0, &block)], own, question);
	fixture.send_bytes(other, Wire::passed_on(votes)).await;
	assert_silent_at_the_first_height(&fixture, running).await;
}

/// Checks that a process does not vote for a proposal that comes when one of a network that starts votes.
async fn assert_silent_at_the_first_height(fixture: &Fixture, mut running: BoxFuture<'_, ()>) {
	fixture.run_for(&mut running, 2 * LINKED).await;
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	fixture.run_for(&mut running, QUIET).await;
	assert!(!votes_at(fixture, 1));
}

/// Returns a process that starts again with the log of a process that voted for a block at height 1, and that block.
async fn started_again() -> (Fixture, Engine, Proposal) {
	let folder = Fixture::folder();
	let (fixture, engine) = Fixture::open_with(GENESIS, folder.clone(), true).await;
	let mut running_engine = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	fixture.run_until(&mut running_engine, "a vote at height 1", || votes_at(&fixture, 1)).await;
	drop((running_engine, fixture));
	let (fixture, engine) = Fixture::open_with(GENESIS, folder, false).await;
	(fixture, engine, block)
}

/// The first process and the new one have one log, of which the new one has a copy. So the votes of the first are in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_that_its_log_has_stops_a_new_process_if_it_comes_from_the_first_one() {
	let (fixture, engine, block) = started_again().await;
	fixture.connect(fixture.own()).await;
	fixture.send(fixture.prepare(fixture.own(), 1, 0, &block)).await;
	fixture.disconnect(fixture.own()).await;
	let mut running = running(engine);
	fixture.run_for(&mut running, 3 * LINKED).await;
	assert!(!votes_at(&fixture, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_restarts_at_the_same_height_is_bound_by_its_votes_after_it_listened() {
	let (fixture, engine, _) = started_again().await;
	let mut running = running(engine);
	fixture.run_for(&mut running, LINKED / 2).await;
	assert!(!votes_at(&fixture, 1));
	// Sent again from the log: no proposal came.
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote of the first run", voted).await;
}
