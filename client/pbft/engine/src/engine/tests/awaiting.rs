//! A node that takes its first state from other nodes.

use super::{
	abstention::{votes_after_two_heights, votes_at, OLD, QUIET},
	fixture::{running, Fixture, GENESIS},
};
use std::{sync::atomic::Ordering, time::Duration};

/// Longer than the engine waits for sync to become quiet.
const LONG: Duration = Duration::from_millis(2_000);

#[tokio::test(flavor = "multi_thread")]
async fn no_height_begins_before_the_state_is_there() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	fixture.ledger.awaits_state.store(true, Ordering::Relaxed);
	let mut running = running(engine);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed.clone()).await;
	fixture.run_for(&mut running, LONG).await;
	assert_eq!(fixture.ledger.contexts.load(Ordering::Relaxed), 0, "a height has begun");
	assert!(!votes_at(&fixture, 1));

	fixture.ledger.awaits_state.store(false, Ordering::Relaxed);
	fixture.run_until(&mut running, "the height", || fixture.ledger.contexts.load(Ordering::Relaxed) > 0).await;
	fixture.send(proposed).await;
	fixture.run_until(&mut running, "a vote", || votes_at(&fixture, 1)).await;
}

/// It may have lost a database and a log of votes, and does not know it.
#[tokio::test(flavor = "multi_thread")]
async fn a_validator_without_a_log_that_begins_with_a_late_state_does_not_vote_at_once() {
	let (fixture, engine) = Fixture::open_new(GENESIS).await;
	fixture.ledger.awaits_state.store(true, Ordering::Relaxed);
	let mut running = running(engine);
	fixture.run_for(&mut running, QUIET).await;
	fixture.ledger.awaits_state.store(false, Ordering::Relaxed);
	fixture.ledger.tip.send_replace(OLD);
	fixture.run_until(&mut running, "the height", || fixture.ledger.contexts.load(Ordering::Relaxed) > 0).await;
	votes_after_two_heights(&fixture, &mut running, OLD).await;
}
