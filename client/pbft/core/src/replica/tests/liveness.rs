//! When a block is proposed, how views change, what is sent again.

use crate::{
	io::{Input, Output, Record, Timer},
	message::{Message, Signed},
	replica::{Phase, MAX_VIEW_TIMEOUT_MS},
	testing::{
		block, broadcasts, commit, new_view, pre_prepare, prepare, prepared, records, sign, view_change, Fixture,
		HEIGHT,
	},
};

const BUILD: Output = Output::BuildProposal { height: HEIGHT, view: 0 };

fn set(timer: Timer, after_ms: u64) -> Output {
	Output::SetTimer { timer, after_ms }
}

#[test]
fn a_height_starts_its_timers() {
	let (_, outputs) = Fixture::start(4, 0, vec![]);
	for timer in [set(Timer::Idle, 3_000), set(Timer::Pace, 70), set(Timer::Resend, 1_000)] {
		assert!(outputs.contains(&timer), "{outputs:?}");
	}
}

#[test]
fn the_primary_builds_once_when_the_pace_allows_it_and_there_is_work() {
	let (mut fixture, _) = Fixture::start(4, 0, vec![]);
	assert!(fixture.replica.step(Input::WorkPending).is_empty(), "the least time between blocks has not passed");
	let outputs = fixture.timer(Timer::Pace);
	assert_eq!(outputs, vec![set(Timer::View(0), 1_000), BUILD]);
	assert!(fixture.replica.step(Input::WorkPending).is_empty());
	assert!(fixture.timer(Timer::Idle).is_empty());
}

#[test]
fn without_work_the_primary_builds_when_the_idle_interval_is_over() {
	let (mut fixture, _) = Fixture::start(4, 0, vec![]);
	assert!(fixture.timer(Timer::Pace).is_empty());
	assert!(fixture.timer(Timer::Idle).contains(&BUILD));
}

#[test]
fn other_members_only_start_the_timer() {
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	fixture.timer(Timer::Pace);
	assert_eq!(fixture.replica.step(Input::WorkPending), vec![set(Timer::View(0), 1_000)]);
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	let vote = fixture.receive(fixture.primary(2), prepare(0, &block(1)));
	assert_eq!(vote, vec![set(Timer::View(0), 1_000)], "a vote shows that there is work");
}

#[test]
fn a_built_block_is_proposed_with_the_primarys_own_prepare() {
	let (mut fixture, _) = Fixture::start(4, 0, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	let stale = Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(1) };
	assert!(fixture.replica.step(stale).is_empty());
	let outputs = fixture.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) });
	assert!(matches!(&records(&outputs)[..], [Record::Proposed { view: 0, .. }, Record::Prepared { view: 0, .. }]));
	assert_eq!(broadcasts(&outputs), vec![&pre_prepare(0, &block(1), None), &prepare(0, &block(1))]);
	assert_eq!(outputs.last(), Some(&set(Timer::Resend, 1_000)), "the resend timer restarts");
	let again = Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(2) };
	assert!(fixture.replica.step(again).is_empty());
}

#[test]
fn an_invalid_proposal_leads_to_a_view_change() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	let outputs = fixture.checked(&block(1), false);
	assert_eq!(broadcasts(&outputs), vec![&view_change(1, None)]);
	assert!(outputs.contains(&Output::CancelTimer(Timer::View(0))));
}

#[test]
fn f_plus_1_members_are_joined_at_their_lowest_view() {
	let (mut fixture, _) = Fixture::start(7, 6, vec![]);
	assert!(broadcasts(&fixture.receive(fixture.primary(0), view_change(9, None))).is_empty());
	assert!(broadcasts(&fixture.receive(fixture.primary(1), view_change(3, None))).is_empty());
	let outputs = fixture.receive(fixture.primary(2), view_change(4, None));
	assert_eq!(broadcasts(&outputs)[0], &view_change(3, None));
	assert_eq!(fixture.replica.status().phase, Phase::Changing);
}

#[test]
fn the_timer_of_a_view_starts_with_a_quorum_and_doubles() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	let outputs = fixture.timer(Timer::View(0));
	let timed = |output: &Output| matches!(output, Output::SetTimer { timer: Timer::View(_), .. });
	assert!(!outputs.iter().any(timed), "one of three requests");
	fixture.receive(fixture.primary(0), view_change(1, None));
	let outputs = fixture.receive(fixture.primary(2), view_change(1, None));
	assert_eq!(outputs, vec![set(Timer::View(1), 2_000)]);
	assert!(fixture.timer(Timer::View(0)).is_empty(), "a stale timer");
	assert_eq!(broadcasts(&fixture.timer(Timer::View(1))), vec![&view_change(2, None)]);
}

#[test]
fn a_request_for_a_higher_view_supports_the_lower_ones() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	fixture.timer(Timer::View(0));
	fixture.receive(fixture.primary(0), view_change(1, None));
	let outputs = fixture.receive(fixture.primary(2), view_change(2, None));
	assert_eq!(outputs, vec![set(Timer::View(1), 2_000)]);
}

#[test]
fn the_timeout_is_bounded() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let view = 40;
	fixture.receive(fixture.primary(0), view_change(view, None));
	fixture.receive(fixture.primary(1), view_change(view, None));
	assert_eq!(fixture.replica.status().view, view);
	let outputs = fixture.receive(fixture.primary(2), view_change(view, None));
	assert!(
		!outputs.iter().any(|output| matches!(output, Output::SetTimer { .. })),
		"the timer was started before: {outputs:?}"
	);
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.receive(fixture.primary(0), view_change(view, None));
	let outputs = fixture.receive(fixture.primary(1), view_change(view, None));
	assert!(outputs.contains(&set(Timer::View(view), MAX_VIEW_TIMEOUT_MS)));
}

#[test]
fn a_new_primary_without_a_certificate_builds_at_once() {
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	fixture.receive(fixture.primary(0), view_change(1, None));
	let outputs = fixture.receive(fixture.primary(2), view_change(1, None));
	assert_eq!(broadcasts(&outputs), vec![&view_change(1, None)]);
	assert!(outputs.contains(&Output::BuildProposal { height: HEIGHT, view: 1 }));
	let built = Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(1) };
	let outputs = fixture.replica.step(built);
	let [Message::PrePrepare(proposed), Message::Prepare(_)] = &broadcasts(&outputs)[..] else { panic!("{outputs:?}") };
	let new_view = &proposed.new_view.as_ref().expect("the new view is included").message;
	assert_eq!((new_view.view_changes.len(), new_view.block), (3, None));
}

#[test]
fn a_new_primary_fetches_the_prepared_block_from_the_members_that_showed_it() {
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	let block = block(1);
	let (holder, other) = (fixture.primary(3), fixture.primary(2));
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| fixture.primary(*turn)).collect();
	fixture.receive(holder, view_change(1, Some(prepared(4, 0, &block, &signers))));
	let outputs = fixture.receive(other, view_change(1, None));
	let fetch = outputs.iter().find_map(|output| match output {
		Output::FetchBlock { hash, from } => Some((*hash, from.clone())),
		_ => None,
	});
	let (hash, from) = fetch.expect("the primary lacks the block");
	assert_eq!(hash, block.hash);
	assert_eq!(from[0], holder, "a correct one has it on disk");
	assert_eq!(from.len(), 3);
	let outputs = fixture.replica.step(Input::BlockFetched(block.clone()));
	assert!(matches!(&broadcasts(&outputs)[..], [Message::PrePrepare(proposed)] if proposed.proposal == block));
	assert!(
		outputs.contains(&Output::CheckProposal { proposal: block, authorship: None, timed: false }),
		"rule 4 holds for a prepared block too"
	);
}

#[test]
fn a_block_that_no_member_sends_does_not_block_the_view() {
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	let lost = block(1);
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| fixture.primary(*turn)).collect();
	fixture.receive(fixture.primary(3), view_change(1, Some(prepared(4, 0, &lost, &signers))));
	let outputs = fixture.receive(fixture.primary(2), view_change(1, None));
	assert!(outputs.iter().any(|output| matches!(output, Output::FetchBlock { hash, .. } if *hash == lost.hash)));
	assert_eq!(fixture.replica.status().phase, Phase::Changing, "the only quorum is bound to the block");
	// With one more member that has not prepared the block, three of four are not bound, so it cannot be committed.
	let outputs = fixture.receive(fixture.primary(0), view_change(1, None));
	assert!(outputs.contains(&Output::BuildProposal { height: HEIGHT, view: 1 }), "{outputs:?}");
	let outputs = fixture.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(2) });
	let [Message::PrePrepare(proposed), Message::Prepare(_)] = &broadcasts(&outputs)[..] else { panic!("{outputs:?}") };
	let new_view = &proposed.new_view.as_ref().expect("the new view is included").message;
	let faulty = fixture.primary(3);
	assert!(new_view.view_changes.len() == 3 && new_view.view_changes.iter().all(|signed| signed.sender != faulty));
	fixture.verified(sign(fixture.primary(1), broadcasts(&outputs)[0].clone()));
}

#[test]
fn only_the_block_of_the_highest_certificate_must_be_held() {
	let (mut fixture, _) = Fixture::start(7, 3, vec![]);
	let (lost, older, held) = (block(1), block(2), block(3));
	let signers: Vec<_> = [0, 1, 2, 4, 5].iter().map(|turn| fixture.primary(*turn)).collect();
	let shown = |view, block| Some(prepared(7, view, block, &signers));
	// The replica holds the block of view 1, and lacks those of view 0 and view 2.
	fixture.replica.step(Input::Timer(Timer::Pace));
	fixture.receive(fixture.primary(0), pre_prepare(0, &held, None));
	fixture.receive(fixture.primary(0), view_change(3, shown(2, &lost)));
	fixture.receive(fixture.primary(1), view_change(3, shown(0, &older)));
	fixture.receive(fixture.primary(2), view_change(3, shown(1, &held)));
	fixture.receive(fixture.primary(4), view_change(3, None));
	let outputs = fixture.receive(fixture.primary(5), view_change(3, None));
	let proposed = broadcasts(&outputs).into_iter().find_map(|message| match message {
		Message::PrePrepare(proposed) => Some(proposed.clone()),
		_ => None,
	});
	let proposed = proposed
		.unwrap_or_else(|| panic!("without the faulty member, five of seven are bound to the held block: {outputs:?}"));
	assert_eq!(proposed.proposal, held);
	let view_changes = &proposed.new_view.as_ref().expect("the new view is included").message.view_changes;
	let senders: Vec<_> = view_changes.iter().map(|signed| signed.sender).collect();
	assert!(!senders.contains(&fixture.primary(0)) && senders.contains(&fixture.primary(1)));
}

#[test]
fn a_bound_view_waits_for_the_block() {
	let (mut fixture, _) = Fixture::start(4, 1, vec![]);
	let held = block(1);
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| fixture.primary(*turn)).collect();
	let shown = Some(prepared(4, 0, &held, &signers));
	for turn in [3, 2, 0] {
		let outputs = fixture.receive(fixture.primary(turn), view_change(1, shown.clone()));
		assert!(broadcasts(&outputs).iter().all(|message| matches!(message, Message::ViewChange(_))), "{outputs:?}");
	}
	assert_eq!(fixture.replica.status().phase, Phase::Changing);
	let outputs = fixture.replica.step(Input::BlockFetched(held.clone()));
	assert!(matches!(&broadcasts(&outputs)[..], [Message::PrePrepare(proposed)] if proposed.proposal == held));
}

#[test]
fn a_message_with_nothing_new_is_not_verified() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let me = fixture.primary(3);
	let could_use = |fixture: &Fixture, turn: u32, message: Message| {
		fixture.replica.could_use(&sign(fixture.primary(turn), message))
	};
	assert!(could_use(&fixture, 0, pre_prepare(0, &block(1), None)));
	assert!(!could_use(&fixture, 1, pre_prepare(0, &block(1), None)), "not the primary");
	assert!(could_use(&fixture, 3, prepare(0, &block(1))), "a message under the replica's key that it did not send");
	let elsewhere = Signed { height: HEIGHT + 1, ..sign(fixture.primary(0), prepare(0, &block(1))) };
	assert!(!fixture.replica.could_use(&elsewhere));
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	assert!(!could_use(&fixture, 0, pre_prepare(0, &block(1), None)), "sent again");
	assert!(could_use(&fixture, 0, pre_prepare(0, &block(2), None)), "a contradiction is evidence");
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(2), None));
	assert!(!could_use(&fixture, 0, pre_prepare(0, &block(3), None)), "one report is enough");
	fixture.checked(&block(1), true);
	assert!(!could_use(&fixture, 3, prepare(0, &block(1))), "the replica's own message");

	fixture.receive(fixture.primary(1), view_change(1, None));
	assert!(!could_use(&fixture, 1, view_change(1, None)));
	assert!(could_use(&fixture, 1, view_change(2, None)));
	assert!(could_use(&fixture, 1, view_change(1_000, None)), "views beyond the window count");
	fixture.receive(fixture.primary(1), view_change(1_000, None));
	assert!(!could_use(&fixture, 1, view_change(999, None)) && could_use(&fixture, 1, view_change(1_001, None)));
	let far = new_view(fixture.primary(101), 101, &[(0, None), (1, None), (2, None)]);
	assert!(
		could_use(&fixture, 101, pre_prepare(101, &block(1), Some(far.clone()))),
		"the replica follows into the view"
	);
	assert!(!could_use(&fixture, 102, Message::NewView(far.message)));
	fixture.receive(fixture.primary(2), commit(0, &block(1)));
	assert!(!could_use(&fixture, 2, commit(0, &block(1))) && could_use(&fixture, 2, commit(1, &block(1))));
	assert_ne!(me, fixture.primary(2));
}

#[test]
fn a_prepared_block_is_decided_in_a_later_view_without_a_second_check() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let block = block(1);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block, None));
	fixture.checked(&block, true);
	let primary = fixture.primary(1);
	let shown = Some(prepared(4, 0, &block, &[0, 1, 2]));
	let new_view = new_view(primary, 1, &[(0, shown), (1, None), (2, None)]);
	let outputs = fixture.receive(primary, pre_prepare(1, &block, Some(new_view)));
	assert_eq!(broadcasts(&outputs), vec![&prepare(1, &block)]);
	assert!(!outputs.iter().any(|output| matches!(output, Output::CheckProposal { .. })));
}

#[test]
fn messages_are_resent_and_the_proposal_to_members_that_lack_it() {
	let (mut fixture, _) = Fixture::start(4, 0, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	fixture.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) });
	fixture.receive(fixture.primary(1), prepare(0, &block(1)));
	let outputs = fixture.timer(Timer::Resend);
	let receivers: Vec<_> = outputs
		.iter()
		.filter_map(|output| match output {
			Output::Send(member, signed) if matches!(signed.message, Message::PrePrepare(_)) => Some(*member),
			_ => None,
		})
		.collect();
	assert_eq!(receivers, vec![fixture.primary(2), fixture.primary(3)]);
	assert_eq!(broadcasts(&outputs), vec![&prepare(0, &block(1))]);
	assert!(outputs.contains(&set(Timer::Resend, 1_000)));
	assert!(records(&outputs).is_empty(), "nothing new");
	let proposals = |outputs: Vec<Output>| outputs.iter().filter(|output| matches!(output, Output::Send(..))).count();
	let counts: Vec<_> = (2..=8).map(|_| proposals(fixture.timer(Timer::Resend))).collect();
	assert_eq!(counts, vec![2, 0, 2, 0, 0, 0, 2], "the pauses double");

	let outputs = fixture.replica.step(Input::MemberConnected(fixture.primary(1)));
	assert!(outputs.iter().all(|output| matches!(output, Output::Send(to, _) if *to == fixture.primary(1))));
	assert_eq!(outputs.len(), 2);
	let me = fixture.primary(0);
	assert!(fixture.replica.step(Input::MemberConnected(me)).is_empty());
	assert!(fixture.replica.step(Input::MemberConnected(77)).is_empty());
}

#[test]
fn a_view_change_is_resent_and_the_votes_below_it_are_not() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	fixture.checked(&block(1), true);
	fixture.timer(Timer::View(0));
	assert_eq!(broadcasts(&fixture.timer(Timer::Resend)), vec![&view_change(1, None)]);
}

#[test]
fn commits_above_the_view_decide_too() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	for turn in 0..2 {
		fixture.receive(fixture.primary(turn), commit(2, &block(1)));
	}
	let outputs = fixture.receive(fixture.primary(2), commit(2, &block(1)));
	assert!(matches!(&outputs[..], [Output::Commit { certificate, .. }] if certificate.view == 2));
}

/// Without that, each view change of a new view carries its own certificate.
#[test]
fn replicas_with_the_same_votes_show_the_same_certificate() {
	let shown = |order: [u32; 5]| {
		let (mut fixture, _) = Fixture::start(7, 6, vec![]);
		fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
		fixture.checked(&block(1), true);
		for turn in order {
			fixture.receive(fixture.primary(turn), prepare(0, &block(1)));
		}
		let outputs = fixture.timer(Timer::View(0));
		let sent = broadcasts(&outputs);
		let [Message::ViewChange(sent)] = &sent[..] else { panic!("{sent:?}") };
		sent.prepared.clone().expect("five of seven voted")
	};
	let (first, second) = (shown([0, 1, 2, 3, 4]), shown([4, 3, 2, 1, 0]));
	assert_eq!(first, second);
	assert_eq!(first.signers.count(), 5, "no more than a quorum");
}
