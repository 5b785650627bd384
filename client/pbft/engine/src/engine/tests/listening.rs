//! A new process, beside which another one may run with its key.

use super::{
	abstention::{commit_by_others, votes_at, QUIET},
	fixture::{running, Fixture, BASE_TIMEOUT, GENESIS},
};
use crate::{
	ledger::{Ledger, Tip},
	network::Wire,
};
use codec::Encode;
use futures::future::BoxFuture;
use std::time::{Duration, Instant};
use tc_pbft_core::{LINKED_MS, LISTEN_MS};
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
	// Without that message it votes at height 4.
	for _ in 2..=5 {
		tip = commit_by_others(&fixture, &mut running, tip).await;
	}
	assert!(fixture.network.reported.lock().is_empty() && fixture.ledger.reports.lock().is_empty());
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
	let questions = || {
		let sent = fixture.sent.lock();
		sent.iter().filter(|(_, bytes)| matches!(Wire::from_bytes(bytes), Some(Wire::Inventory(_)))).count()
	};
	assert_eq!(questions(), 3, "it asks each of them");
	fixture.run_for(&mut running, LINKED).await;
	assert!(questions() >= 6, "it asks for what came before");
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
	let (block, _) = fixture.proposal_on(&GENESIS);
	let votes = vec![fixture.prepare(fixture.own(), 1, 0, &block)];
	fixture.send_bytes(fixture.order[0], Wire::passed_on(votes)).await;
	assert_silent_at_the_first_height(&fixture, running(engine)).await;
}

/// Checks that a process does not vote for a proposal that comes when one of a network that starts votes.
async fn assert_silent_at_the_first_height(fixture: &Fixture, mut running: BoxFuture<'_, ()>) {
	fixture.run_for(&mut running, 2 * LINKED).await;
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	fixture.run_for(&mut running, QUIET).await;
	assert!(!votes_at(fixture, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_restarts_at_the_same_height_is_bound_by_its_votes_after_it_listened() {
	let folder = Fixture::folder();
	let (fixture, engine) = Fixture::open_with(GENESIS, folder.clone(), true).await;
	let mut running_engine = running(engine);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	fixture.run_until(&mut running_engine, "a vote at height 1", || votes_at(&fixture, 1)).await;
	drop((running_engine, fixture));
	let (fixture, engine) = Fixture::open_with(GENESIS, folder, false).await;
	let mut running = running(engine);
	fixture.run_for(&mut running, LINKED / 2).await;
	assert!(!votes_at(&fixture, 1));
	// Sent again from the log: no proposal came.
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote of the first run", voted).await;
}
