//! Verdicts: what a replica remembers about a block, and what it tries again.

use crate::{
	io::{Input, Output, Timer, Verdict},
	message::Message,
	testing::{block, broadcasts, new_view, pre_prepare, prepare, prepared, view_change, Fixture, HEIGHT},
};

fn requests_a_check(outputs: &[Output]) -> bool {
	outputs.iter().any(|output| matches!(output, Output::CheckProposal { .. }))
}

fn changes_view(outputs: &[Output]) -> bool {
	broadcasts(outputs).iter().any(|message| matches!(message, Message::ViewChange(_)))
}

/// A faulty primary stamps a block far ahead of the clock of one replica. The others prepare it. From then on every view
/// must propose it, and without the vote of that replica there is no quorum.
#[test]
fn a_refusal_by_the_own_clock_does_not_outlive_its_cause() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	fixture.checked(&block, false);
	for view in 1..3 {
		let primary = fixture.primary(view);
		let shown = Some(prepared(4, 0, &block, &[0, 1, 2]));
		let new_view = new_view(primary, view, &[(0, shown), (1, None), (2, None)]);
		let outputs = fixture.receive(primary, pre_prepare(view, &block, Some(new_view)));
		assert!(requests_a_check(&outputs), "the prepared block is not checked again in view {view}: {outputs:?}");
		if view < 2 {
			fixture.checked(&block, false);
		} else {
			assert_eq!(broadcasts(&fixture.checked(&block, true)), vec![&prepare(view, &block)]);
		}
	}
}

/// A check that fails for a reason of this node, such as its disk, says nothing about the block.
#[test]
fn a_failure_of_this_node_does_not_lead_to_a_view_change() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	let mut pauses = Vec::new();
	for _ in 0..5 {
		let outputs = fixture.verdict(&block, Verdict::Unknown);
		let [Output::SetTimer { timer: Timer::Retry, after_ms }] = outputs[..] else { panic!("{outputs:?}") };
		pauses.push(after_ms);
		let outputs = fixture.timer(Timer::Retry);
		assert!(matches!(outputs[..], [Output::CheckProposal { timed: true, .. }]), "{outputs:?}");
	}
	assert_eq!(pauses, vec![125, 250, 500, 1_000, 1_000], "the pauses double up to the base timeout");
	assert_eq!(broadcasts(&fixture.checked(&block, true)), vec![&prepare(0, &block)]);
	assert!(fixture.timer(Timer::Retry).is_empty(), "nothing is left to try");
}

#[test]
fn the_time_of_a_block_that_a_quorum_voted_for_is_not_judged() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	fixture.verdict(&block, Verdict::Unknown);
	fixture.receive(fixture.primary(0), prepare(0, &block));
	let outputs = fixture.receive(fixture.primary(1), prepare(0, &block));
	assert!(!requests_a_check(&outputs), "two of four prove nothing");
	let outputs = fixture.receive(fixture.primary(2), prepare(0, &block));
	assert!(matches!(outputs[..], [Output::CheckProposal { timed: false, .. }]), "{outputs:?}");
	let outputs = fixture.checked(&block, true);
	assert!(matches!(broadcasts(&outputs)[..], [Message::Prepare(_), Message::Commit(_)]), "{outputs:?}");
}

#[test]
fn votes_that_come_during_a_check_end_the_wait_for_the_clock() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	for turn in 0..3 {
		fixture.receive(fixture.primary(turn), prepare(0, &block));
	}
	let outputs = fixture.verdict(&block, Verdict::Unknown);
	assert!(matches!(outputs[..], [Output::CheckProposal { timed: false, .. }]), "{outputs:?}");
}

#[test]
fn a_view_ends_while_a_check_is_tried_again() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	fixture.verdict(&block, Verdict::Unknown);
	assert!(changes_view(&fixture.timer(Timer::View(0))), "a primary cannot hold a view open");
	assert!(fixture.timer(Timer::Retry).is_empty(), "the view of the block has ended");
	assert!(!requests_a_check(&fixture.verdict(&block, Verdict::Unknown)), "no check was requested");
}

#[test]
fn an_invalid_block_is_not_checked_again_under_another_certificate_free_view() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	assert!(changes_view(&fixture.verdict(&block(1), Verdict::Invalid)));
	let primary = fixture.primary(1);
	let new_view = new_view(primary, 1, &[(0, None), (1, None), (2, None)]);
	let outputs = fixture.receive(primary, pre_prepare(1, &block(2), Some(new_view)));
	assert!(requests_a_check(&outputs), "another block is another question");
}

#[test]
fn a_failed_build_is_tried_again_in_its_view() {
	let (mut fixture, _) = Fixture::start(1, 0, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	let failed = |view| Input::BuildFailed { height: HEIGHT, view };
	assert!(fixture.replica.step(failed(1)).is_empty(), "nothing was requested for view 1");
	let outputs = fixture.replica.step(failed(0));
	assert_eq!(outputs, vec![Output::SetTimer { timer: Timer::Retry, after_ms: 125 }]);
	let build = |view| vec![Output::BuildProposal { height: HEIGHT, view }];
	assert_eq!(fixture.timer(Timer::Retry), build(0));
	let outputs = fixture.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) });
	assert!(matches!(outputs.last(), Some(Output::Commit { .. })), "{outputs:?}");

	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	fixture.receive(fixture.primary(0), view_change(1, None));
	fixture.receive(fixture.primary(2), view_change(1, None));
	assert_eq!(fixture.replica.step(failed(1)).len(), 1);
	assert_eq!(fixture.timer(Timer::Retry), build(1));
	let outputs = fixture.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(1) });
	let [Message::PrePrepare(proposed), Message::Prepare(_)] = &broadcasts(&outputs)[..] else { panic!("{outputs:?}") };
	assert!(proposed.new_view.is_some(), "the new view is kept for the second build");
}
