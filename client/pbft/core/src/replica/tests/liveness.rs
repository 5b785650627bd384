//! When a block is proposed, how views change, what is said again.

use crate::{
	testing::{
		block, commit, new_view, pre_prepare, prepare, prepared, records, said, sign, view_change, Bench, HEIGHT,
	},
	Input, Message, Output, Phase, Record, Signed, Timer, MAX_TIMEOUT_DOUBLINGS,
};

const BUILD: Output = Output::BuildProposal { height: HEIGHT, view: 0 };

fn set(timer: Timer, after_ms: u64) -> Output {
	Output::SetTimer { timer, after_ms }
}

#[test]
fn a_height_starts_its_timers() {
	let (_, outputs) = Bench::start(4, 0, vec![]);
	for timer in [set(Timer::Idle, 3_000), set(Timer::Pace, 70), set(Timer::Resend, 1_000)] {
		assert!(outputs.contains(&timer), "{outputs:?}");
	}
}

#[test]
fn the_primary_builds_once_when_pace_is_over_and_there_is_work() {
	let (mut bench, _) = Bench::start(4, 0, vec![]);
	assert!(bench.replica.step(Input::WorkPending).is_empty(), "the pace is not over");
	let outputs = bench.timer(Timer::Pace);
	assert_eq!(outputs, vec![set(Timer::View(0), 1_000), BUILD]);
	assert!(bench.replica.step(Input::WorkPending).is_empty());
	assert!(bench.timer(Timer::Idle).is_empty());
}

#[test]
fn without_work_the_primary_builds_when_the_idle_interval_is_over() {
	let (mut bench, _) = Bench::start(4, 0, vec![]);
	assert!(bench.timer(Timer::Pace).is_empty());
	assert!(bench.timer(Timer::Idle).contains(&BUILD));
}

#[test]
fn other_members_only_start_the_timer() {
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	bench.timer(Timer::Pace);
	assert_eq!(bench.replica.step(Input::WorkPending), vec![set(Timer::View(0), 1_000)]);
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	let vote = bench.hear(bench.primary(2), prepare(0, &block(1)));
	assert_eq!(vote, vec![set(Timer::View(0), 1_000)], "a vote shows that there is work");
}

#[test]
fn what_is_built_is_proposed_with_the_primarys_own_prepare() {
	let (mut bench, _) = Bench::start(4, 0, vec![]);
	bench.timer(Timer::Pace);
	bench.timer(Timer::Idle);
	let stale = Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(1) };
	assert!(bench.replica.step(stale).is_empty());
	let outputs = bench.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) });
	assert!(matches!(&records(&outputs)[..], [Record::Proposed { view: 0, .. }, Record::Prepared { view: 0, .. }]));
	assert_eq!(said(&outputs), vec![&pre_prepare(0, &block(1), None), &prepare(0, &block(1))]);
	assert_eq!(outputs.last(), Some(&set(Timer::Resend, 1_000)), "not again at once");
	let again = Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(2) };
	assert!(bench.replica.step(again).is_empty());
}

#[test]
fn an_invalid_proposal_is_answered_by_a_view_change() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.hear(bench.primary(0), pre_prepare(0, &block(1), None));
	let outputs = bench.checked(&block(1), false);
	assert_eq!(said(&outputs), vec![&view_change(1, None)]);
	assert!(outputs.contains(&Output::CancelTimer(Timer::View(0))));
}

#[test]
fn one_more_than_the_faulty_are_joined_at_their_lowest_view() {
	let (mut bench, _) = Bench::start(7, 6, vec![]);
	assert!(said(&bench.hear(bench.primary(0), view_change(9, None))).is_empty());
	assert!(said(&bench.hear(bench.primary(1), view_change(3, None))).is_empty());
	let outputs = bench.hear(bench.primary(2), view_change(4, None));
	assert_eq!(said(&outputs)[0], &view_change(3, None));
	assert_eq!(bench.replica.status().phase, Phase::Changing);
}

#[test]
fn the_timer_of_a_view_starts_with_a_quorum_and_doubles() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.timer(Timer::Pace);
	bench.timer(Timer::Idle);
	let outputs = bench.timer(Timer::View(0));
	let timed = |output: &Output| matches!(output, Output::SetTimer { timer: Timer::View(_), .. });
	assert!(!outputs.iter().any(timed), "one of three asks");
	bench.hear(bench.primary(0), view_change(1, None));
	let outputs = bench.hear(bench.primary(2), view_change(1, None));
	assert_eq!(outputs, vec![set(Timer::View(1), 2_000)]);
	assert!(bench.timer(Timer::View(0)).is_empty(), "a stale timer");
	assert_eq!(said(&bench.timer(Timer::View(1))), vec![&view_change(2, None)]);
}

#[test]
fn whoever_asks_for_a_higher_view_supports_the_lower_ones() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.timer(Timer::Pace);
	bench.timer(Timer::Idle);
	bench.timer(Timer::View(0));
	bench.hear(bench.primary(0), view_change(1, None));
	let outputs = bench.hear(bench.primary(2), view_change(2, None));
	assert_eq!(outputs, vec![set(Timer::View(1), 2_000)]);
}

#[test]
fn the_timeout_has_a_longest() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	let view = 40;
	bench.hear(bench.primary(0), view_change(view, None));
	bench.hear(bench.primary(1), view_change(view, None));
	assert_eq!(bench.replica.status().view, view);
	let outputs = bench.hear(bench.primary(2), view_change(view, None));
	assert!(!outputs.iter().any(|output| matches!(output, Output::SetTimer { .. })), "it was started: {outputs:?}");
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.hear(bench.primary(0), view_change(view, None));
	let outputs = bench.hear(bench.primary(1), view_change(view, None));
	assert!(outputs.contains(&set(Timer::View(view), 1_000 << MAX_TIMEOUT_DOUBLINGS)));
}

#[test]
fn a_new_primary_without_a_certificate_builds_at_once() {
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	bench.hear(bench.primary(0), view_change(1, None));
	let outputs = bench.hear(bench.primary(2), view_change(1, None));
	assert_eq!(said(&outputs), vec![&view_change(1, None)]);
	assert!(outputs.contains(&Output::BuildProposal { height: HEIGHT, view: 1 }));
	let built = Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(1) };
	let outputs = bench.replica.step(built);
	let [Message::PrePrepare(proposed), Message::Prepare(_)] = &said(&outputs)[..] else { panic!("{outputs:?}") };
	let new_view = &proposed.new_view.as_ref().expect("it allows the view").message;
	assert_eq!((new_view.view_changes.len(), new_view.block), (3, None));
}

#[test]
fn a_new_primary_fetches_the_prepared_block_from_those_who_showed_it() {
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	let block = block(1);
	let (shower, other) = (bench.primary(3), bench.primary(2));
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| bench.primary(*turn)).collect();
	bench.hear(shower, view_change(1, Some(prepared(4, 0, &block, &signers))));
	let outputs = bench.hear(other, view_change(1, None));
	let fetch = outputs.iter().find_map(|output| match output {
		Output::FetchBlock { hash, from } => Some((*hash, from.clone())),
		_ => None,
	});
	let (hash, from) = fetch.expect("it lacks the block");
	assert_eq!(hash, block.hash);
	assert_eq!(from[0], shower, "a correct one has it on disk");
	assert_eq!(from.len(), 3);
	let outputs = bench.replica.step(Input::BlockFetched(block.clone()));
	assert!(matches!(&said(&outputs)[..], [Message::PrePrepare(proposed)] if proposed.proposal == block));
	assert!(outputs.contains(&Output::CheckProposal { proposal: block, authorship: None }), "rule 4 holds for it too");
}

#[test]
fn a_block_that_nobody_gives_does_not_keep_the_view_from_opening() {
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	let lost = block(1);
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| bench.primary(*turn)).collect();
	bench.hear(bench.primary(3), view_change(1, Some(prepared(4, 0, &lost, &signers))));
	let outputs = bench.hear(bench.primary(2), view_change(1, None));
	assert!(outputs.iter().any(|output| matches!(output, Output::FetchBlock { hash, .. } if *hash == lost.hash)));
	assert_eq!(bench.replica.status().phase, Phase::Changing, "the only quorum is bound to the block");
	// With one more that has not prepared it, three of four are not bound: it cannot have been committed.
	let outputs = bench.hear(bench.primary(0), view_change(1, None));
	assert!(outputs.contains(&Output::BuildProposal { height: HEIGHT, view: 1 }), "{outputs:?}");
	let outputs = bench.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 1, proposal: block(2) });
	let [Message::PrePrepare(proposed), Message::Prepare(_)] = &said(&outputs)[..] else { panic!("{outputs:?}") };
	let new_view = &proposed.new_view.as_ref().expect("it allows the view").message;
	let liar = bench.primary(3);
	assert!(new_view.view_changes.len() == 3 && new_view.view_changes.iter().all(|signed| signed.sender != liar));
	bench.verified(sign(bench.primary(1), said(&outputs)[0].clone()));
}

#[test]
fn only_the_highest_block_shown_must_be_at_hand() {
	let (mut bench, _) = Bench::start(7, 3, vec![]);
	let (lost, older, held) = (block(1), block(2), block(3));
	let signers: Vec<_> = [0, 1, 2, 4, 5].iter().map(|turn| bench.primary(*turn)).collect();
	let shown = |view, block| Some(prepared(7, view, block, &signers));
	// We have the block of view 1, and lack those of view 0 and view 2.
	bench.replica.step(Input::Timer(Timer::Pace));
	bench.hear(bench.primary(0), pre_prepare(0, &held, None));
	bench.hear(bench.primary(0), view_change(3, shown(2, &lost)));
	bench.hear(bench.primary(1), view_change(3, shown(0, &older)));
	bench.hear(bench.primary(2), view_change(3, shown(1, &held)));
	bench.hear(bench.primary(4), view_change(3, None));
	let outputs = bench.hear(bench.primary(5), view_change(3, None));
	let proposed = said(&outputs).into_iter().find_map(|message| match message {
		Message::PrePrepare(proposed) => Some(proposed.clone()),
		_ => None,
	});
	let proposed = proposed.unwrap_or_else(|| panic!("without the liar, five of seven are bound to ours: {outputs:?}"));
	assert_eq!(proposed.proposal, held);
	let view_changes = &proposed.new_view.as_ref().expect("it allows the view").message.view_changes;
	let showers: Vec<_> = view_changes.iter().map(|signed| signed.sender).collect();
	assert!(!showers.contains(&bench.primary(0)) && showers.contains(&bench.primary(1)));
}

#[test]
fn a_bound_view_waits_for_the_block() {
	let (mut bench, _) = Bench::start(4, 1, vec![]);
	let held = block(1);
	let signers: Vec<_> = [0, 2, 3].iter().map(|turn| bench.primary(*turn)).collect();
	let shown = Some(prepared(4, 0, &held, &signers));
	for turn in [3, 2, 0] {
		let outputs = bench.hear(bench.primary(turn), view_change(1, shown.clone()));
		assert!(said(&outputs).iter().all(|message| matches!(message, Message::ViewChange(_))), "{outputs:?}");
	}
	assert_eq!(bench.replica.status().phase, Phase::Changing);
	let outputs = bench.replica.step(Input::BlockFetched(held.clone()));
	assert!(matches!(&said(&outputs)[..], [Message::PrePrepare(proposed)] if proposed.proposal == held));
}

#[test]
fn what_can_tell_nothing_new_is_not_worth_its_verification() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	let me = bench.primary(3);
	let could_use =
		|bench: &Bench, turn: u32, message: Message| bench.replica.could_use(&sign(bench.primary(turn), message));
	assert!(could_use(&bench, 0, pre_prepare(0, &block(1), None)));
	assert!(!could_use(&bench, 1, pre_prepare(0, &block(1), None)), "not the primary");
	assert!(!could_use(&bench, 3, prepare(0, &block(1))), "our own");
	let elsewhere = Signed { height: HEIGHT + 1, ..sign(bench.primary(0), prepare(0, &block(1))) };
	assert!(!bench.replica.could_use(&elsewhere));
	bench.hear(bench.primary(0), pre_prepare(0, &block(1), None));
	assert!(!could_use(&bench, 0, pre_prepare(0, &block(1), None)), "said again");
	assert!(could_use(&bench, 0, pre_prepare(0, &block(2), None)), "a contradiction is evidence");
	bench.hear(bench.primary(0), pre_prepare(0, &block(2), None));
	assert!(!could_use(&bench, 0, pre_prepare(0, &block(3), None)), "one is enough");

	bench.hear(bench.primary(1), view_change(1, None));
	assert!(!could_use(&bench, 1, view_change(1, None)));
	assert!(could_use(&bench, 1, view_change(2, None)));
	assert!(could_use(&bench, 1, view_change(1_000, None)), "views beyond the window count");
	bench.hear(bench.primary(1), view_change(1_000, None));
	assert!(!could_use(&bench, 1, view_change(999, None)) && could_use(&bench, 1, view_change(1_001, None)));
	let far = new_view(bench.primary(101), 101, &[(0, None), (1, None), (2, None)]);
	assert!(could_use(&bench, 101, pre_prepare(101, &block(1), Some(far.clone()))), "it takes us along");
	assert!(!could_use(&bench, 102, Message::NewView(far.message)));
	bench.hear(bench.primary(2), commit(0, &block(1)));
	assert!(!could_use(&bench, 2, commit(0, &block(1))) && could_use(&bench, 2, commit(1, &block(1))));
	assert_ne!(me, bench.primary(2));
}

#[test]
fn a_prepared_block_is_decided_in_a_later_view_without_a_second_check() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	let block = block(1);
	bench.hear(bench.primary(0), pre_prepare(0, &block, None));
	bench.checked(&block, true);
	let primary = bench.primary(1);
	let shown = Some(prepared(4, 0, &block, &[0, 1, 2]));
	let new_view = new_view(primary, 1, &[(0, shown), (1, None), (2, None)]);
	let outputs = bench.hear(primary, pre_prepare(1, &block, Some(new_view)));
	assert_eq!(said(&outputs), vec![&prepare(1, &block)]);
	assert!(!outputs.iter().any(|output| matches!(output, Output::CheckProposal { .. })));
}

#[test]
fn what_was_said_is_said_again_and_the_proposal_to_those_who_lack_it() {
	let (mut bench, _) = Bench::start(4, 0, vec![]);
	bench.timer(Timer::Pace);
	bench.timer(Timer::Idle);
	bench.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) });
	bench.hear(bench.primary(1), prepare(0, &block(1)));
	let outputs = bench.timer(Timer::Resend);
	let receivers: Vec<_> = outputs
		.iter()
		.filter_map(|output| match output {
			Output::Send(member, signed) if matches!(signed.message, Message::PrePrepare(_)) => Some(*member),
			_ => None,
		})
		.collect();
	assert_eq!(receivers, vec![bench.primary(2), bench.primary(3)]);
	assert_eq!(said(&outputs), vec![&prepare(0, &block(1))]);
	assert!(outputs.contains(&set(Timer::Resend, 1_000)));
	assert!(records(&outputs).is_empty(), "nothing new");
	let proposals = |outputs: Vec<Output>| outputs.iter().filter(|output| matches!(output, Output::Send(..))).count();
	let counts: Vec<_> = (2..=8).map(|_| proposals(bench.timer(Timer::Resend))).collect();
	assert_eq!(counts, vec![2, 0, 2, 0, 0, 0, 2], "ever more seldom");

	let outputs = bench.replica.step(Input::MemberConnected(bench.primary(1)));
	assert!(outputs.iter().all(|output| matches!(output, Output::Send(to, _) if *to == bench.primary(1))));
	assert_eq!(outputs.len(), 2);
	let me = bench.primary(0);
	assert!(bench.replica.step(Input::MemberConnected(me)).is_empty());
	assert!(bench.replica.step(Input::MemberConnected(77)).is_empty());
}

#[test]
fn a_view_change_is_said_again_and_the_votes_below_it_are_not() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.hear(bench.primary(0), pre_prepare(0, &block(1), None));
	bench.checked(&block(1), true);
	bench.timer(Timer::View(0));
	assert_eq!(said(&bench.timer(Timer::Resend)), vec![&view_change(1, None)]);
}

#[test]
fn commits_above_the_view_decide_too() {
	let (mut bench, _) = Bench::start(4, 3, vec![]);
	bench.hear(bench.primary(0), pre_prepare(0, &block(1), None));
	for turn in 0..2 {
		bench.hear(bench.primary(turn), commit(2, &block(1)));
	}
	let outputs = bench.hear(bench.primary(2), commit(2, &block(1)));
	assert!(matches!(&outputs[..], [Output::Commit { certificate, .. }] if certificate.view == 2));
}
