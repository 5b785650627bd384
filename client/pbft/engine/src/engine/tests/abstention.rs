//! A node that could contradict votes that it does not know.

use super::fixture::{running, Fixture, GENESIS};
use crate::ledger::{Ledger, Tip};
use futures::future::BoxFuture;
use sp_core::H256;
use std::{sync::Arc, time::Duration};
use tc_pbft_core::LISTEN_MS;
use tempfile::TempDir;
use tp_pbft::{Height, MessageKind};

pub const OLD: Tip = Tip { height: 7, hash: H256::repeat_byte(5) };

/// Time in which an engine that may vote has long done so.
pub const QUIET: Duration = Duration::from_millis(300);

/// Lets the other three commit a block on a tip, and returns the next tip. Checks that the engine does not vote for it.
pub async fn commit_by_others(fixture: &Fixture, running: &mut BoxFuture<'_, ()>, tip: Tip) -> Tip {
	let (block, proposed) = fixture.proposal_on(&tip);
	let height = tip.height + 1;
	fixture.send(proposed).await;
	// Before the others decide: a vote for a decided height would never be sent.
	fixture.run_for(running, QUIET).await;
	assert!(!votes_at(fixture, height), "it votes at {height}");
	for member in &fixture.order[..3] {
		fixture.send(fixture.prepare(*member, height, 0, &block)).await;
		fixture.send(fixture.commit(*member, height, 0, &block)).await;
	}
	fixture.run_until(running, "a block of the others", || fixture.ledger.tip.borrow().height == height).await;
	assert!(!votes_at(fixture, height), "it votes at {height}");
	Tip { height, hash: block.hash }
}

/// Lets the other three commit two blocks on a tip, and waits for the engine's vote at the height after them.
pub async fn votes_after_two_heights(fixture: &Fixture, running: &mut BoxFuture<'_, ()>, mut tip: Tip) {
	// It may have voted at these heights before it lost the log.
	for _ in 0..2 {
		tip = commit_by_others(fixture, running, tip).await;
	}
	let (_, proposed) = fixture.proposal_on(&tip);
	fixture.send(proposed).await;
	fixture.run_until(running, "a vote", || votes_at(fixture, tip.height + 1)).await;
}

pub fn votes_at(fixture: &Fixture, height: Height) -> bool {
	!fixture.votes(height).is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_beside_a_database_with_blocks_does_not_vote_before_a_quorum_is_two_heights_on() {
	let (fixture, engine) = Fixture::open_new(OLD).await;
	let mut running = running(engine);
	votes_after_two_heights(&fixture, &mut running, OLD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_word_lets_a_node_without_its_log_vote_at_once() {
	let folder = Arc::new(TempDir::new().unwrap());
	let (fixture, engine) = Fixture::open_with(OLD, folder, true).await;
	let mut running = running(engine);
	let (_, proposed) = fixture.proposal_on(&OLD);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 8", || votes_at(&fixture, 8)).await;
}

/// A node that follows the chain before it becomes a member has no votes. It must not look like a node that lost its log.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_has_seen_its_database_from_the_start_is_not_empty() {
	let folder = Arc::new(TempDir::new().unwrap());
	let (fixture, engine) = Fixture::open_with(GENESIS, folder.clone(), false).await;
	let mut running_engine = running(engine);
	let (block, _) = fixture.proposal_on(&GENESIS);
	let tip = Tip { height: 1, hash: block.hash };
	// As block sync does: the engine neither votes nor commits.
	let certificate = fixture.certificate(1, &block);
	fixture.ledger.import(block, certificate).await.unwrap();
	fixture.run_for(&mut running_engine, QUIET).await;
	assert!(fixture.votes(1).is_empty());
	drop((running_engine, fixture));
	let (fixture, engine) = Fixture::open_with(tip, folder, false).await;
	assert!(engine.abstention.is_none());
	let mut running = running(engine);
	// Its log has no vote, so another process may have voted. An abstention would last longer: no quorum works here.
	fixture.run_for(&mut running, Duration::from_millis(LISTEN_MS)).await;
	let (_, proposed) = fixture.proposal_on(&tip);
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote at height 2", || votes_at(&fixture, 2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_with_the_key_silences_this_one() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	fixture.connect(fixture.own()).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(fixture.commit(fixture.own(), 1, 0, &block)).await;
	fixture.send(proposed).await;
	fixture.run_for(&mut running, QUIET).await;
	assert!(!votes_at(&fixture, 1), "it votes beside the second process");
	// The others and the second process decide; this one follows, and casts no vote here or at the next height.
	for member in &fixture.order[..2] {
		fixture.send(fixture.commit(*member, 1, 0, &block)).await;
	}
	fixture.run_until(&mut running, "block 1", || fixture.ledger.tip.borrow().height == 1).await;
	let tip = Tip { height: 1, hash: block.hash };
	commit_by_others(&fixture, &mut running, tip).await;
	assert_eq!((fixture.votes(1), fixture.votes(2)), (Vec::<(MessageKind, u32)>::new(), Vec::new()));
	assert!(fixture.network.reported.lock().is_empty(), "the second process is a member");
	assert!(fixture.ledger.reports.lock().is_empty(), "it does not report itself");
}
