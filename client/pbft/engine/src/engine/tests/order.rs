//! Votes before timers.

use super::fixture::{running, Fixture, BASE_TIMEOUT, GENESIS};
use tp_pbft::MessageKind;

/// A long step, such as a slow sync, lets the view's timer run out while the votes that complete the view wait.
#[tokio::test(flavor = "multi_thread")]
async fn votes_that_are_in_complete_a_view_whose_timer_ran_out() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the first vote", voted).await;
	// The engine does not run from here on, as if its disk took this long.
	for member in &fixture.order[..3] {
		fixture.send(fixture.prepare(*member, 1, 0, &block)).await;
		fixture.send(fixture.commit(*member, 1, 0, &block)).await;
	}
	tokio::time::sleep(3 * BASE_TIMEOUT).await;
	let imported = || !fixture.ledger.blocks.lock().is_empty();
	fixture.run_until(&mut running, "the block", imported).await;
	let votes = fixture.votes(1);
	assert!(!votes.iter().any(|(kind, _)| *kind == MessageKind::ViewChange), "it left the view: {votes:?}");
}

/// A flood of messages must not keep a replica in a view without a proposal.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_does_not_hold_a_view_open() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, _) = fixture.proposal_on(&GENESIS);
	let flood = async {
		loop {
			// Repeated votes cost the engine little, so that they are never too few. One member stays, to see the result:
			// the two others are cut off, and go on.
			for member in &fixture.order[..2] {
				fixture.send(fixture.prepare(*member, 1, 0, &block)).await;
			}
		}
	};
	let left = || fixture.votes(1).contains(&(MessageKind::ViewChange, 1));
	tokio::select! {
		() = fixture.run_until(&mut running, "the end of view 0", left) => {},
		() = flood => unreachable!("it never ends"),
	}
}
