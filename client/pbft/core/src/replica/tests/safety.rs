//! Safety rules 1 to 4 and 6, decision, evidence.

use crate::{
	io::{Input, Output, Record, Timer},
	message::Message,
	replica::Phase,
	testing::{
		block, broadcasts, certificate, check, commit, domain, new_view, pre_prepare, prepare, prepared, records, sign,
		view_change, Fixture, HEIGHT,
	},
};
use tp_pbft::MessageKind;

/// Returns a replica of four that is not primary of view 0, with a checked proposal.
fn preparing() -> (Fixture, crate::message::Proposal, Vec<Output>) {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	let outputs = fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	let authorship = Some((0, fixture.primary(0)));
	assert!(outputs.contains(&Output::CheckProposal { proposal: block.clone(), authorship, timed: true }));
	assert!(broadcasts(&outputs).is_empty(), "rule 4: no vote before the check");
	let outputs = fixture.checked(&block, true);
	(fixture, block, outputs)
}

/// Returns a replica with three Prepares: its own, and those of the first two primaries.
fn prepared_replica() -> (Fixture, crate::message::Proposal, Vec<Output>) {
	let (mut fixture, block, _) = preparing();
	assert!(broadcasts(&fixture.receive(fixture.primary(0), prepare(0, &block))).is_empty());
	let outputs = fixture.receive(fixture.primary(1), prepare(0, &block));
	(fixture, block, outputs)
}

#[test]
fn a_checked_proposal_is_prepared_once_with_its_record_first() {
	let (mut fixture, block, outputs) = preparing();
	assert_eq!(records(&outputs), vec![Record::Prepared { height: HEIGHT, view: 0, hash: block.hash }]);
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block)]);
	assert!(matches!(outputs[0], Output::Persist(_)));
	assert!(fixture.checked(&block, true).is_empty());
	assert!(fixture.receive(fixture.primary(0), pre_prepare(0, &block, None)).is_empty());
}

#[test]
fn the_second_proposal_of_a_view_gets_no_vote_and_is_reported() {
	let (mut fixture, first, _) = preparing();
	let primary = fixture.primary(0);
	let second = block(2);
	let outputs = fixture.receive(primary, pre_prepare(0, &second, None));
	let [Output::Report(evidence)] = &outputs[..] else { panic!("{outputs:?}") };
	assert_eq!((evidence.member(), evidence.slot().kind), (primary, MessageKind::PrePrepare));
	assert_eq!(evidence.verify(&domain(), &fixture.committee, check), Ok(()));
	assert_eq!(fixture.replica.status().proposal, Some(first.hash));
	assert!(fixture.receive(primary, pre_prepare(0, &block(3), None)).is_empty(), "a member is reported once per slot");
}

#[test]
fn conflicting_votes_are_reported_and_the_first_counts() {
	let (mut fixture, good, _) = preparing();
	let faulty = fixture.primary(1);
	assert!(fixture.receive(faulty, prepare(0, &block(7))).is_empty());
	let outputs = fixture.receive(faulty, prepare(0, &good));
	assert!(matches!(&outputs[..], [Output::Report(evidence)] if evidence.member() == faulty));
	assert!(broadcasts(&fixture.receive(fixture.primary(0), prepare(0, &good))).is_empty(), "two of three Prepares");
	// The certificate of the others: its own Prepare in one, or no certificate, would be evidence as well.
	let others: Vec<_> = (0..4).filter(|member| *member != faulty).collect();
	for kind in [commit(0, &good), view_change(1, Some(prepared(4, 0, &good, &others)))] {
		assert!(!fixture.receive(faulty, kind).iter().any(|output| matches!(output, Output::Report(_))));
	}
	let other = view_change(1, Some(prepared(4, 0, &good, &[0, 1, 2, 3])));
	assert!(fixture.receive(faulty, other).iter().any(|output| matches!(output, Output::Report(_))));
}

#[test]
fn only_the_views_primary_may_propose() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	assert!(fixture.receive(fixture.primary(1), pre_prepare(0, &block(1), None)).is_empty());
	assert_eq!(fixture.replica.status().proposal, None);
}

#[test]
fn a_quorum_of_prepares_commits_with_certificate_and_block_on_disk() {
	let (fixture, block, outputs) = prepared_replica();
	let [Record::Committed { height: HEIGHT, prepared, proposal }] = &records(&outputs)[..] else {
		panic!("{outputs:?}")
	};
	assert_eq!(prepared.verify(&domain(), &fixture.committee, HEIGHT, &block.hash, check), Ok(()));
	assert_eq!(proposal.bytes, block.bytes);
	assert_eq!(broadcasts(&outputs), vec![&commit(0, &block)]);
	assert!(matches!(outputs[0], Output::Persist(_)));
	assert_eq!(fixture.replica.status().prepared, Some((0, block.hash)));
}

#[test]
fn no_commit_for_a_block_whose_check_is_not_done() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	for turn in 0..3 {
		assert!(records(&fixture.receive(fixture.primary(turn), prepare(0, &block))).is_empty());
	}
	let outputs = fixture.checked(&block, true);
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block), &commit(0, &block)]);
}

#[test]
fn a_quorum_of_commits_decides_once() {
	let (mut fixture, block, _) = prepared_replica();
	assert!(fixture.receive(fixture.primary(0), commit(0, &block)).is_empty());
	let outputs = fixture.receive(fixture.primary(1), commit(0, &block));
	let [Output::Commit { proposal, certificate }] = &outputs[..] else { panic!("{outputs:?}") };
	assert_eq!(proposal, &block);
	assert_eq!(certificate.verify(&domain(), &fixture.committee, HEIGHT, &block.hash, check), Ok(()));
	assert_eq!(fixture.replica.status().phase, Phase::Decided);
	assert!(fixture.receive(fixture.primary(2), commit(0, &block)).is_empty());
	assert!(fixture.timer(Timer::View(0)).is_empty());
	assert!(fixture.timer(Timer::Resend).is_empty());
	let repeated = Input::Certificate(certificate.clone(), Some(block));
	assert!(fixture.replica.step(repeated).is_empty());
}

#[test]
fn prepares_and_commits_of_different_blocks_or_views_do_not_add_up() {
	let (mut fixture, good, _) = preparing();
	fixture.receive(fixture.primary(0), prepare(0, &block(2)));
	assert!(broadcasts(&fixture.receive(fixture.primary(1), prepare(0, &good))).is_empty());
	fixture.receive(fixture.primary(0), commit(0, &good));
	fixture.receive(fixture.primary(1), commit(1, &good));
	assert!(fixture.receive(fixture.primary(2), commit(2, &good)).is_empty());
	assert_eq!(fixture.replica.status().phase, Phase::Voting);
}

#[test]
fn after_a_view_change_no_vote_is_cast_below_it_but_a_certificate_counts() {
	let (mut fixture, block, _) = preparing();
	let outputs = fixture.timer(Timer::View(0));
	assert_eq!(broadcasts(&outputs), vec![&view_change(1, None)]);
	assert!(matches!(&records(&outputs)[..], [Record::ViewChanged(signed)] if signed.message.view == 1));
	for turn in 0..2 {
		assert!(fixture.receive(fixture.primary(turn), prepare(0, &block)).is_empty(), "rule 2");
	}
	for turn in 0..2 {
		assert!(fixture.receive(fixture.primary(turn), commit(0, &block)).is_empty());
	}
	let outputs = fixture.receive(fixture.primary(2), commit(0, &block));
	assert!(matches!(&outputs[..], [Output::Commit { proposal, .. }] if *proposal == block));
}

#[test]
fn a_view_change_shows_the_prepared_certificate() {
	let (mut fixture, block, _) = prepared_replica();
	let outputs = fixture.timer(Timer::View(0));
	let [Message::ViewChange(sent)] = &broadcasts(&outputs)[..] else { panic!("{outputs:?}") };
	let shown = sent.prepared.as_ref().expect("the replica has prepared");
	assert_eq!((shown.view, shown.hash), (0, block.hash));
}

#[test]
fn a_later_view_needs_its_new_view_and_the_block_of_the_highest_certificate() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let (low, high) = (block(1), block(2));
	let primary = fixture.primary(2);
	let shown = |view, block: &_| Some(prepared(4, view, block, &[0, 1, 2]));
	let changes = [(0, shown(0, &low)), (1, shown(1, &high)), (2, None)];
	let refused = |message| {
		let signed = sign(primary, message);
		signed.verify(&domain(), &fixture.committee, HEIGHT, &check).is_err()
	};
	assert!(refused(pre_prepare(2, &high, None)));
	assert!(refused(pre_prepare(2, &low, Some(new_view(primary, 2, &changes)))));
	assert!(refused(pre_prepare(2, &high, Some(new_view(primary, 2, &changes[..2])))));
	let outputs = fixture.receive(primary, pre_prepare(2, &high, Some(new_view(primary, 2, &changes))));
	assert!(outputs.contains(&Output::ViewStarted { view: 2, primary }));
	// Rule 6: the header names the view and author of the first proposal.
	assert!(outputs.contains(&Output::CheckProposal { proposal: high, authorship: None, timed: false }));
}

#[test]
fn without_a_certificate_the_new_primary_must_be_the_author() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let primary = fixture.primary(1);
	let changes = [(0, None), (1, None), (2, None)];
	let outputs = fixture.receive(primary, pre_prepare(1, &block(1), Some(new_view(primary, 1, &changes))));
	let authorship = Some((1, primary));
	assert!(outputs.contains(&Output::CheckProposal { proposal: block(1), authorship, timed: true }));
}

#[test]
fn proposals_of_lower_views_are_ignored() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let primary = fixture.primary(1);
	let changes = [(0, None), (1, None), (2, None)];
	fixture.receive(primary, pre_prepare(1, &block(1), Some(new_view(primary, 1, &changes))));
	assert!(fixture.receive(fixture.primary(0), pre_prepare(0, &block(2), None)).is_empty());
	assert_eq!(fixture.replica.status().proposal, Some(block(1).hash));
}

#[test]
fn messages_of_other_heights_and_own_messages_that_come_back_are_ignored() {
	let (mut fixture, block, _) = preparing();
	let me = fixture.replica.status().me.expect("a member");
	assert!(fixture.receive(me, prepare(0, &block)).is_empty());
	assert!(!fixture.replica.status().members[usize::from(me)].commit);
	let mut other = sign(fixture.primary(0), commit(0, &block));
	other.height = HEIGHT + 1;
	let slot = tp_pbft::Slot { height: HEIGHT + 1, ..crate::testing::slot(0, MessageKind::Commit) };
	other.signature = crate::signer::Signer::sign(
		&crate::testing::TestSigner(fixture.primary(0)),
		&slot.signing_payload(&domain(), &block.hash),
	);
	let verified = other.verify(&domain(), &fixture.committee, HEIGHT + 1, &check).expect("well formed");
	assert!(fixture.replica.step(Input::Message(verified)).is_empty());
	assert!(!fixture.replica.status().members[usize::from(fixture.primary(0))].commit);
}

#[test]
fn a_certificate_without_its_block_fetches_it_from_the_signers() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	let certificate = certificate(4, 2, &block, &[0, 1, 2]);
	let outputs = fixture.replica.step(Input::Certificate(certificate.clone(), None));
	let me = fixture.replica.status().me.expect("a member");
	let from: Vec<_> = (0..3).filter(|member| *member != me).collect();
	assert_eq!(outputs, vec![Output::FetchBlock { hash: block.hash, from }]);
	assert!(fixture.replica.step(Input::Certificate(certificate.clone(), None)).is_empty(), "requested once");
	assert!(fixture.replica.step(Input::BlockFetched(crate::testing::block(9))).is_empty(), "another block");
	let outputs = fixture.replica.step(Input::BlockFetched(block.clone()));
	assert_eq!(outputs, vec![Output::Commit { proposal: block, certificate }]);
}

#[test]
fn a_replica_outside_the_committee_decides_but_never_votes() {
	let (mut fixture, outputs) = Fixture::start_as(4, None, vec![]);
	// The timer bounds how often it answers.
	let timer = Output::SetTimer { timer: Timer::Ask, after_ms: 250 };
	assert!(matches!(&outputs[..], [Output::ViewStarted { view: 0, .. }, last] if *last == timer));
	let block = block(1);
	assert!(fixture.receive(fixture.primary(0), pre_prepare(0, &block, None)).is_empty());
	for turn in 0..3 {
		assert!(fixture.receive(fixture.primary(turn), prepare(0, &block)).is_empty());
	}
	for turn in 0..2 {
		assert!(fixture.receive(fixture.primary(turn), commit(0, &block)).is_empty());
	}
	let outputs = fixture.receive(fixture.primary(2), commit(0, &block));
	assert!(matches!(&outputs[..], [Output::Commit { .. }]));
}

#[test]
fn a_committee_of_one_decides_by_itself() {
	let (mut fixture, _) = Fixture::start(1, 0, vec![]);
	fixture.timer(Timer::Pace);
	assert!(fixture.replica.step(Input::WorkPending).contains(&Output::BuildProposal { height: HEIGHT, view: 0 }));
	let built = Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) };
	let outputs = fixture.replica.step(built);
	let kinds: Vec<_> = records(&outputs);
	assert!(matches!(&kinds[..], [Record::Proposed { .. }, Record::Prepared { .. }, Record::Committed { .. }]));
	assert!(outputs[..3].iter().all(|output| matches!(output, Output::Persist(_))), "one sync");
	assert!(matches!(outputs.last(), Some(Output::Commit { .. })));
}

#[test]
fn an_empty_committee_decides_nothing() {
	let (mut fixture, outputs) = Fixture::start_as(0, None, vec![]);
	assert!(outputs.is_empty());
	assert!(fixture.timer(Timer::Idle).is_empty());
	assert_eq!(fixture.replica.status().primary, None);
}

#[test]
fn a_height_is_not_started_twice() {
	let (mut fixture, block, _) = preparing();
	let again = Input::StartHeight {
		height: HEIGHT,
		committee: fixture.committee.clone(),
		me: fixture.replica.status().me,
		pace: crate::testing::PACE,
		since_parent_ms: 0,
	};
	assert!(fixture.replica.step(again).is_empty());
	assert_eq!(fixture.replica.status().proposal, Some(block.hash), "the sent votes are not forgotten");
}
