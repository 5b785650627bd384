//! Commits that members hide in their view changes.

use crate::{
	io::{Input, Output, Record, Timer},
	message::{Message, Signed, ViewChange},
	testing::{
		block, broadcasts, certificate, check, commit, domain, new_view, pre_prepare, prepared, sign, view_change,
		Fixture, HEIGHT,
	},
};
use tp_pbft::{Evidence, HiddenCommit, MemberIndex, View};

const ALL: [MemberIndex; 3] = [0, 1, 2];

/// Returns who is accused of hiding a Commit of which view, and checks the evidence.
fn hiders(fixture: &Fixture, outputs: &[Output]) -> Vec<(MemberIndex, View)> {
	let found = outputs.iter().filter_map(|output| match output {
		Output::Report(evidence) => Some(evidence),
		_ => None,
	});
	let hidden = found.filter_map(|evidence| {
		assert_eq!(evidence.verify(&domain(), &fixture.committee, check), Ok(()));
		match evidence {
			Evidence::HiddenCommit(HiddenCommit { member, committed, .. }) => Some((*member, *committed)),
			Evidence::Equivocation(_) => None,
		}
	});
	hidden.collect()
}

#[test]
fn both_orders_of_commit_and_request_are_found_once() {
	for commit_first in [true, false] {
		let (mut fixture, _) = Fixture::start(4, 3, vec![]);
		let faulty = fixture.primary(0);
		let mut messages = [commit(0, &block(1)), view_change(1, None)];
		if !commit_first {
			messages.reverse();
		}
		let [first, second] = messages;
		let outputs = fixture.receive(faulty, first);
		assert_eq!(hiders(&fixture, &outputs), []);
		let outputs = fixture.receive(faulty, second);
		assert_eq!(hiders(&fixture, &outputs), [(faulty, 0)]);
		let outputs = fixture.receive(faulty, view_change(2, None));
		assert_eq!(hiders(&fixture, &outputs), [], "once a height");
	}
}

#[test]
fn requests_that_show_the_commit_or_a_later_view_accuse_nobody() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let correct = fixture.primary(0);
	for message in [
		view_change(1, None),
		commit(1, &block(1)),
		view_change(2, Some(prepared(4, 1, &block(1), &ALL))),
		commit(3, &block(1)),
		view_change(5, Some(prepared(4, 3, &block(1), &ALL))),
	] {
		let outputs = fixture.receive(correct, message);
		assert_eq!(hiders(&fixture, &outputs), []);
	}
	let outputs = fixture.receive(correct, view_change(6, Some(prepared(4, 1, &block(1), &ALL))));
	assert_eq!(hiders(&fixture, &outputs), [(correct, 3)], "it shows an older one");
}

#[test]
fn commits_in_a_certificate_are_compared_with_requests_within_a_new_view() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let (primary, me) = (fixture.primary(1), fixture.primary(3));
	let mut senders: Vec<_> = (0..3).map(|turn| (fixture.primary(turn), None)).collect();
	senders.sort_unstable_by_key(|(member, _)| *member);
	let opened = new_view(primary, 1, &senders);
	let outputs = fixture.receive(primary, pre_prepare(1, &block(2), Some(opened)));
	assert_eq!(hiders(&fixture, &outputs), []);
	// The Commits of view 0 went to another replica. It sends the certificate, with the vote of this replica, which a second process
	// with its key signed.
	let others = [fixture.primary(0), fixture.primary(2), me];
	let certificate = certificate(4, 0, &block(1), &others);
	let outputs = fixture.replica.step(Input::Certificate(certificate, Some(block(1))));
	let mut found = hiders(&fixture, &outputs);
	found.sort_unstable();
	let mut expected = [(others[0], 0), (others[1], 0)];
	expected.sort_unstable();
	assert_eq!(found, expected);
	assert_eq!(fixture.replica.kept_view_changes().iter().count(), 3, "they are kept beyond the decision");
}

#[test]
fn two_certificates_of_one_view_accuse_who_signed_both() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let sender = fixture.primary(0);
	let outputs = fixture.receive(sender, view_change(1, Some(prepared(4, 0, &block(1), &ALL))));
	assert!(outputs.iter().all(|output| !matches!(output, Output::Report(_))));
	let outputs = fixture.receive(fixture.primary(1), view_change(1, Some(prepared(4, 0, &block(2), &[1, 2, 3]))));
	let found = outputs.iter().filter_map(|output| match output {
		Output::Report(evidence) => Some(evidence),
		_ => None,
	});
	let found: Vec<_> = found.collect();
	let me = fixture.primary(3);
	assert!(found.iter().all(|evidence| evidence.verify(&domain(), &fixture.committee, check) == Ok(())));
	let members: Vec<_> = found.iter().map(|evidence| evidence.member()).collect();
	assert_eq!(members, [1, 2].into_iter().filter(|member| *member != me).collect::<Vec<_>>());
}

/// Returns the requests among what a replica sends.
fn requests(outputs: &[Output]) -> Vec<&ViewChange> {
	let requests = broadcasts(outputs).into_iter().filter_map(|message| match message {
		Message::ViewChange(view_change) => Some(view_change),
		_ => None,
	});
	requests.collect()
}

#[test]
fn a_replica_shows_its_commit_also_after_a_restart_and_after_others_moved_it() {
	let proposal = block(1);
	let log = vec![Record::Committed {
		height: HEIGHT,
		prepared: prepared(4, 0, &proposal, &ALL),
		proposal: proposal.clone(),
	}];
	// By its timer, and by f + 1 requests for a much later view.
	for by_others in [false, true] {
		let (mut fixture, _) = Fixture::start(4, 3, log.clone());
		let outputs = match by_others {
			false => fixture.timer(Timer::View(0)),
			true => {
				fixture.receive(fixture.primary(0), view_change(7, None));
				fixture.receive(fixture.primary(1), view_change(7, None))
			},
		};
		let [sent] = requests(&outputs)[..] else { panic!("{outputs:?}") };
		assert_eq!(sent.prepared.as_ref().map(|prepared| prepared.view), Some(0));
		let me = fixture.primary(3);
		let sent: Signed<ViewChange> = sign(me, sent.clone());
		let (mut other, _) = Fixture::start(4, 2, vec![]);
		let outputs = other.receive(me, commit(0, &proposal));
		assert_eq!(hiders(&other, &outputs), []);
		let outputs = other.receive(me, Message::ViewChange(sent.message));
		assert_eq!(hiders(&other, &outputs), []);
	}
}
