//! Failures of this node, which are no verdicts on a block.

use super::{
	fixture::{running, Fixture, GENESIS},
	ledger::Check,
};
use crate::error::ProposalError;
use tp_pbft::MessageKind;

const AHEAD: Check = Check::Fails(|| ProposalError::AheadOfClock);

/// The disk fails, then the job of the check ends without a result, then the clock is late: the vote comes all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_fails_for_a_reason_of_this_node_is_repeated() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	fixture.ledger.checks.lock().extend([Check::Panics, AHEAD]);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	let voted = || !fixture.votes(1).is_empty();
	fixture.run_until(&mut running, "a vote", voted).await;
	assert_eq!(fixture.votes(1), vec![(MessageKind::Prepare, 0)]);
	let timed: Vec<_> = fixture.ledger.checked.lock().iter().map(|order| order.timed).collect();
	assert_eq!(timed, vec![true; 3]);
}

/// The clock of this node is late, and the others prepare the block. It joins them when it is proposed again.
#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_block_that_is_proposed_again_is_not_judged() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	fixture.ledger.checks.lock().extend([AHEAD, AHEAD, AHEAD, AHEAD, AHEAD, AHEAD]);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	let left = || fixture.votes(1).contains(&(MessageKind::ViewChange, 1));
	fixture.run_until(&mut running, "the end of view 0", left).await;
	assert_eq!(fixture.votes(1), vec![(MessageKind::ViewChange, 1)], "no vote in view 0");
	fixture.ledger.checks.lock().clear();
	fixture.send(fixture.proposed_again(1, &block, 1)).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 1));
	fixture.run_until(&mut running, "the vote in view 1", voted).await;
	assert!(!fixture.ledger.checked.lock().last().unwrap().timed);
}
