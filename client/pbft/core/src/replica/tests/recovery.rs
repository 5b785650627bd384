//! Rule 5: a restarted replica is bound by its vote log.

use crate::{
	io::{Input, Output, Record, Timer},
	message::{Message, Proposal, ViewChange},
	replica::Phase,
	testing::{
		block, broadcasts, commit, new_view, pre_prepare, prepare, prepared, records, sign, view_change, Fixture,
		HEIGHT, PACE,
	},
};

fn voted(block: &Proposal) -> Record {
	Record::Prepared { height: HEIGHT, view: 0, hash: block.hash }
}

fn committed(block: &Proposal) -> Record {
	Record::Committed { height: HEIGHT, prepared: prepared(4, 0, block, &[0, 1, 2]), proposal: block.clone() }
}

#[test]
fn a_vote_is_sent_again_and_not_contradicted() {
	let (mut fixture, outputs) = Fixture::start(4, 3, vec![voted(&block(1))]);
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block(1))]);
	assert!(records(&outputs).is_empty());
	assert!(outputs.contains(&Output::SetTimer { timer: Timer::View(0), after_ms: 1_000 }));
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(2), None));
	assert!(fixture.checked(&block(2), true).is_empty());
	for turn in 0..3 {
		let outputs = fixture.receive(fixture.primary(turn), prepare(0, &block(2)));
		assert!(broadcasts(&outputs).is_empty(), "neither Prepare nor Commit for another block");
	}
}

#[test]
fn the_voted_block_is_committed_after_the_restart() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![voted(&block(1))]);
	let outputs = fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	assert!(
		!outputs.iter().any(|output| matches!(output, Output::CheckProposal { .. })),
		"the block was checked before the restart"
	);
	fixture.receive(fixture.primary(0), prepare(0, &block(1)));
	let outputs = fixture.receive(fixture.primary(1), prepare(0, &block(1)));
	assert_eq!(broadcasts(&outputs), vec![&commit(0, &block(1))]);
}

#[test]
fn prepared_certificate_and_block_are_restored() {
	let (mut fixture, outputs) = Fixture::start(4, 3, vec![voted(&block(1)), committed(&block(1))]);
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block(1)), &commit(0, &block(1))]);
	assert_eq!(fixture.replica.block(&block(1).hash), Some(&block(1)));
	let outputs = fixture.timer(Timer::View(0));
	let [Message::ViewChange(sent)] = &broadcasts(&outputs)[..] else { panic!("{outputs:?}") };
	assert_eq!(sent.prepared.as_ref().map(|prepared| prepared.hash), Some(block(1).hash));
}

#[test]
fn a_requested_view_binds() {
	let requested = ViewChange { view: 2, prepared: None };
	let me = Fixture::start(4, 3, vec![]).0.primary(3);
	let log = vec![voted(&block(1)), Record::ViewChanged(sign(me, requested))];
	let (mut fixture, outputs) = Fixture::start(4, 3, log);
	assert_eq!(broadcasts(&outputs), vec![&view_change(2, None)]);
	assert_eq!((fixture.replica.status().view, fixture.replica.status().phase), (2, Phase::Changing));
	let changes = [(0, None), (1, None), (2, None)];
	let primary = fixture.primary(1);
	let outputs = fixture.receive(primary, pre_prepare(1, &block(2), Some(new_view(primary, 1, &changes))));
	assert!(outputs.is_empty(), "view 1 is below the requested view");
	let primary = fixture.primary(2);
	fixture.receive(primary, pre_prepare(2, &block(3), Some(new_view(primary, 2, &changes))));
	assert_eq!(broadcasts(&fixture.checked(&block(3), true)), vec![&prepare(2, &block(3))]);
}

#[test]
fn a_primary_proposes_the_same_block_again() {
	let proposed = Record::Proposed { height: HEIGHT, view: 0, proposal: block(1), new_view: None };
	let (mut fixture, outputs) = Fixture::start(4, 0, vec![proposed]);
	let sent = outputs.iter().filter(|output| matches!(output, Output::Send(..))).count();
	assert_eq!(sent, 3);
	// The Prepare that the crash tore off follows now. No check is needed, because the replica built the block.
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block(1))]);
	fixture.timer(Timer::Pace);
	assert!(fixture.timer(Timer::Idle).is_empty(), "no second block is built");
}

#[test]
fn after_a_restart_a_reproposed_block_is_checked_before_the_vote() {
	let me = Fixture::start(4, 1, vec![]).0.primary(1);
	let shown = Some(prepared(4, 0, &block(1), &[0, 1, 2]));
	let new_view = new_view(me, 1, &[(0, shown), (1, None), (2, None)]);
	let proposed = Record::Proposed { height: HEIGHT, view: 1, proposal: block(1), new_view: Some(new_view) };
	let (mut fixture, outputs) = Fixture::start(4, 1, vec![proposed]);
	assert!(broadcasts(&outputs).is_empty());
	assert!(outputs.contains(&Output::CheckProposal { proposal: block(1), authorship: None, timed: false }));
	assert_eq!(broadcasts(&fixture.checked(&block(1), true)), vec![&prepare(1, &block(1))]);
}

#[test]
fn a_committee_of_one_decides_after_a_restart() {
	let proposed = Record::Proposed { height: HEIGHT, view: 0, proposal: block(1), new_view: None };
	for log in [vec![proposed.clone()], vec![proposed, voted(&block(1))]] {
		let (_, outputs) = Fixture::start(1, 0, log);
		assert!(
			matches!(outputs.last(), Some(Output::Commit { proposal, .. }) if *proposal == block(1)),
			"{outputs:?}"
		);
	}
}

#[test]
fn records_below_are_ignored_and_those_above_bind_their_height() {
	let below = Record::Prepared { height: HEIGHT - 1, view: 7, hash: block(1).hash };
	let above = Record::Prepared { height: HEIGHT + 1, view: 2, hash: block(2).hash };
	let (mut fixture, outputs) = Fixture::start(4, 3, vec![below, above]);
	assert!(broadcasts(&outputs).is_empty());
	assert_eq!(fixture.replica.status().view, 0);
	let next = Input::StartHeight {
		height: HEIGHT + 1,
		committee: fixture.committee.clone(),
		me: fixture.replica.status().me,
		pace: PACE,
		since_parent_ms: 0,
	};
	let outputs = fixture.replica.step(next);
	assert_eq!(broadcasts(&outputs), vec![&prepare(2, &block(2))]);
	assert_eq!(fixture.replica.status().view, 2);
}
