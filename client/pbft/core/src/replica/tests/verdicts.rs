//! Verdicts: what a replica remembers about a block, and what it asks again.

use crate::{
	io::Output,
	message::Message,
	testing::{block, broadcasts, new_view, pre_prepare, prepare, prepared, Fixture},
};

fn requests_a_check(outputs: &[Output]) -> bool {
	outputs.iter().any(|output| matches!(output, Output::CheckProposal { .. }))
}

/// A faulty primary stamps a block far ahead of the clock of one replica. The others prepare it. From then on every view
/// must propose it, and without the vote of that replica there is no quorum.
#[test]
fn a_refusal_by_the_own_clock_does_not_outlive_its_cause() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	fixture.checked(&block, false);
	for view in 1..4 {
		let primary = fixture.primary(view);
		let shown = Some(prepared(4, 0, &block, &[0, 1, 2]));
		let new_view = new_view(primary, view, &[(0, shown), (1, None), (2, None)]);
		let outputs = fixture.receive(primary, pre_prepare(view, &block, Some(new_view)));
		assert!(requests_a_check(&outputs), "the prepared block is not checked again in view {view}: {outputs:?}");
		if view < 3 {
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
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	let outputs = fixture.checked(&block(1), false);
	assert!(!broadcasts(&outputs).iter().any(|message| matches!(message, Message::ViewChange(_))), "{outputs:?}");
}
