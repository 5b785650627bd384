//! A second process with this replica's key.

use crate::{
	io::{Input, Output, Record, Timer},
	message::ViewChange,
	testing::{
		block, broadcasts, commit, new_view, pre_prepare, prepare, prepared, sign, view_change, Fixture, HEIGHT, PACE,
	},
};
use tp_pbft::MessageKind;

fn used(outputs: &[Output]) -> Option<(MessageKind, u32)> {
	outputs.iter().find_map(|output| match output {
		Output::OwnKeyUsed(slot) => Some((slot.kind, slot.view)),
		_ => None,
	})
}

#[test]
fn a_vote_that_the_replica_did_not_send_stops_its_votes_for_the_height() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let me = fixture.primary(3);
	let outputs = fixture.receive(me, prepare(0, &block(2)));
	assert_eq!(used(&outputs), Some((MessageKind::Prepare, 0)));
	assert_eq!(fixture.replica.status().me, None);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	let outputs = fixture.timer(Timer::View(0));
	assert!(outputs.is_empty() && fixture.timer(Timer::Resend).is_empty(), "{outputs:?}");
	// It still takes what the others decide, the votes of the other process included.
	for member in [fixture.primary(0), fixture.primary(1)] {
		assert!(broadcasts(&fixture.receive(member, commit(0, &block(1)))).is_empty());
	}
	let outputs = fixture.receive(me, commit(0, &block(1)));
	assert!(matches!(outputs[..], [Output::Commit { .. }]), "{outputs:?}");
	let next = Input::StartHeight {
		height: HEIGHT + 1,
		committee: fixture.committee.clone(),
		me: Some(me),
		pace: PACE,
		since_parent_ms: 0,
	};
	fixture.replica.step(next);
	assert_eq!(fixture.replica.status().me, Some(me), "the driver decides about the next height");
}

#[test]
fn the_two_processes_are_not_reported_by_the_replica_itself() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let me = fixture.primary(3);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	assert_eq!(broadcasts(&fixture.checked(&block(1), true)), vec![&prepare(0, &block(1))]);
	let outputs = fixture.receive(me, prepare(0, &block(2)));
	assert_eq!(used(&outputs), Some((MessageKind::Prepare, 0)));
	let again = fixture.receive(me, prepare(0, &block(2)));
	assert!(again.iter().all(|output| !matches!(output, Output::Report(_) | Output::OwnKeyUsed(_))), "{again:?}");
}

#[test]
fn own_messages_that_come_back_after_a_crash_do_not_silence() {
	let me = Fixture::start(4, 3, vec![]).0.primary(3);
	let shown = prepared(4, 0, &block(1), &[0, 1, 2]);
	let requested = ViewChange { view: 2, prepared: Some(shown.clone()) };
	let log = vec![
		Record::Prepared { height: HEIGHT, view: 0, hash: block(1).hash },
		Record::Committed { height: HEIGHT, prepared: shown.clone(), proposal: block(1) },
		Record::ViewChanged(sign(me, requested)),
	];
	let (mut fixture, _) = Fixture::start(4, 3, log);
	let primary = fixture.primary(2);
	let mut changes = [(me, Some(shown.clone())), (fixture.primary(0), Some(shown.clone())), (primary, None)];
	changes.sort_by_key(|(member, _)| *member);
	let came_back = [
		(me, prepare(0, &block(1))),
		(me, commit(0, &block(1))),
		(me, view_change(2, Some(shown.clone()))),
		(fixture.primary(1), view_change(2, Some(shown))),
		(primary, pre_prepare(2, &block(1), Some(new_view(primary, 2, &changes)))),
	];
	for (member, message) in came_back {
		let outputs = fixture.receive(member, message);
		assert_eq!(used(&outputs), None, "{outputs:?}");
	}
	assert_eq!(fixture.replica.status().me, Some(me));
}

#[test]
fn a_signature_within_a_certificate_or_a_new_view_is_noticed() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let me = fixture.primary(3);
	let voters = [me, fixture.primary(0), fixture.primary(1)];
	let shown = Some(prepared(4, 0, &block(1), &voters));
	let outputs = fixture.receive(fixture.primary(0), view_change(1, shown));
	assert_eq!(used(&outputs), Some((MessageKind::Prepare, 0)));

	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let primary = fixture.primary(1);
	let mut changes = [(me, None), (primary, None), (fixture.primary(0), None)];
	changes.sort_by_key(|(member, _)| *member);
	let outputs = fixture.receive(primary, pre_prepare(1, &block(1), Some(new_view(primary, 1, &changes))));
	assert_eq!(used(&outputs), Some((MessageKind::ViewChange, 1)));
	assert!(broadcasts(&outputs).is_empty());
}
