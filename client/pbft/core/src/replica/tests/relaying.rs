//! What a replica asks others for, and what it passes on.

use crate::{
	inventory::Inventory,
	io::{Input, Output, Timer},
	message::{Message, Payload, Signed},
	replica::{Phase, MEMBERS_ASKED},
	testing::{block, broadcasts, commit, new_view, pre_prepare, prepare, prepared, view_change, Fixture, HEIGHT},
};
use tp_pbft::{MemberIndex, MessageKind, SignerBitmap, View};

fn asked(outputs: &[Output]) -> Option<(&[MemberIndex], &Inventory)> {
	outputs.iter().find_map(|output| match output {
		Output::Ask(members, inventory) => Some((&members[..], inventory)),
		_ => None,
	})
}

fn passed_on(outputs: Vec<Output>, to: MemberIndex) -> Vec<Signed<Message>> {
	let mut outputs = outputs.into_iter();
	match (outputs.next(), outputs.next()) {
		(None, None) => Vec::new(),
		(Some(Output::PassOn(member, messages)), None) if member == to => messages,
		other => panic!("{other:?}"),
	}
}

fn names(messages: &[Signed<Message>]) -> Vec<(MessageKind, View, MemberIndex)> {
	messages.iter().map(|signed| (signed.message.kind(), signed.message.view(), signed.sender)).collect()
}

/// Returns the inventory of a replica that holds nothing in a view.
fn nothing(size: usize, view: View) -> Inventory {
	let none = SignerBitmap::new(size);
	let (prepares, commits) = (none.clone(), none);
	Inventory { epoch: 3, height: HEIGHT, view, proposal: false, prepares, commits, requested: Vec::new() }
}

#[test]
fn a_replica_asks_only_while_its_view_runs_and_nothing_was_sent() {
	let (mut fixture, outputs) = Fixture::start(4, 3, vec![]);
	let set = |after_ms| Output::SetTimer { timer: Timer::Ask, after_ms };
	assert!(outputs.contains(&set(250)));
	assert_eq!(fixture.timer(Timer::Ask), vec![set(250)], "no view runs");
	fixture.receive(fixture.primary(0), pre_prepare(0, &block(1), None));
	fixture.checked(&block(1), true);
	assert_eq!(fixture.timer(Timer::Ask), vec![set(250)], "its Prepare has just left");
	for _ in 0..8 {
		let outputs = fixture.timer(Timer::Ask);
		let (members, inventory) = asked(&outputs).expect("it asks");
		assert_eq!(members.len(), MEMBERS_ASKED);
		assert!(!members.contains(&fixture.primary(3)), "it asks others");
		let holds = |member| inventory.prepares.contains(member);
		assert!(holds(fixture.primary(3)) && !holds(fixture.primary(0)) && inventory.proposal);
		assert!(outputs.contains(&set(250)));
	}
	assert!(fixture.timer(Timer::Ask).contains(&set(1_000)), "then more slowly");
	fixture.timer(Timer::View(0));
	assert_eq!(fixture.timer(Timer::Ask), vec![set(250)]);
	let outputs = fixture.timer(Timer::Ask);
	assert_eq!(asked(&outputs).map(|(_, inventory)| inventory.view), Some(1), "it asks for the requests of others");
}

#[test]
fn all_members_are_asked_in_turn() {
	let (mut fixture, _) = Fixture::start(10, 0, vec![]);
	fixture.timer(Timer::Pace);
	fixture.timer(Timer::Idle);
	let mut members = Vec::new();
	for _ in 0..3 {
		members.extend_from_slice(asked(&fixture.timer(Timer::Ask)).expect("it asks").0);
	}
	members.sort_unstable();
	let others: Vec<_> = (0..10).filter(|member| *member != fixture.primary(0)).collect();
	assert_eq!(members, others);
}

#[test]
fn a_replica_passes_on_what_a_member_lacks_and_only_once() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let asker = fixture.primary(2);
	let (first, second, me) = (fixture.primary(0), fixture.primary(1), fixture.primary(3));
	fixture.receive(first, pre_prepare(0, &block(1), None));
	fixture.receive(first, prepare(0, &block(1)));
	fixture.receive(second, prepare(0, &block(1)));
	fixture.receive(asker, prepare(0, &block(1)));
	let ask = |inventory: &Inventory| Input::Asked(asker, inventory.clone());

	let mut inventory = nothing(4, 0);
	inventory.prepares.insert(first);
	inventory.prepares.insert(asker);
	let messages = passed_on(fixture.replica.step(ask(&inventory)), asker);
	let (pre_prepare, prepare) = (MessageKind::PrePrepare, MessageKind::Prepare);
	assert_eq!(names(&messages), vec![(pre_prepare, 0, first), (prepare, 0, second)]);
	messages.into_iter().for_each(|signed| drop(fixture.verified(signed)));
	assert!(fixture.replica.step(ask(&inventory)).is_empty(), "it was answered");
	fixture.timer(Timer::Ask);
	assert!(!fixture.replica.step(ask(&inventory)).is_empty(), "the answer may have been lost");

	fixture.checked(&block(1), true);
	fixture.receive(second, commit(0, &block(1)));
	inventory.proposal = true;
	inventory.prepares.insert(second);
	inventory.commits.insert(asker);
	fixture.timer(Timer::Ask);
	fixture.receive(asker, commit(0, &block(2)));
	let mut messages = names(&passed_on(fixture.replica.step(ask(&inventory)), asker));
	messages.sort_by_key(|(kind, ..)| *kind);
	let commits = [(MessageKind::Commit, 0, second), (MessageKind::Commit, 0, me)];
	assert_eq!(messages[0], (prepare, 0, me), "its own messages are among them");
	assert!(messages.len() == 3 && commits.iter().all(|commit| messages.contains(commit)), "{messages:?}");

	fixture.timer(Timer::Ask);
	for wrong in [Inventory { height: HEIGHT + 1, ..inventory.clone() }, Inventory { epoch: 4, ..inventory.clone() }] {
		assert!(fixture.replica.step(ask(&wrong)).is_empty(), "another height or epoch");
	}
	for member in [me, 77] {
		assert!(fixture.replica.step(Input::Asked(member, inventory.clone())).is_empty(), "not another member");
	}
}

/// The votes come from a second process with the key, to which the asker may have no link.
#[test]
fn a_member_that_lacks_votes_under_its_own_key_is_passed_them() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let (asker, other) = (fixture.primary(2), fixture.primary(1));
	fixture.receive(asker, prepare(0, &block(1)));
	let listener = Inventory::of_listener(3, HEIGHT);
	let ask = |fixture: &mut Fixture, inventory: &Inventory| {
		names(&passed_on(fixture.replica.step(Input::Asked(asker, inventory.clone())), asker))
	};
	let own = |view| (MessageKind::Prepare, view, asker);
	assert!(listener.is_of_listener() && !nothing(4, 1).is_of_listener());
	assert_eq!(ask(&mut fixture, &nothing(4, 0)), vec![own(0)], "a process that votes");
	assert_eq!(ask(&mut fixture, &listener), vec![own(0)], "the other process was answered, and this one not");
	assert_eq!(ask(&mut fixture, &listener), vec![]);
	// The replica is in view 1, whose proposal it lacks.
	fixture.receive(other, view_change(1, None));
	fixture.receive(asker, view_change(1, None));
	fixture.receive(asker, prepare(1, &block(2)));
	fixture.receive(other, prepare(1, &block(2)));
	fixture.timer(Timer::Ask);
	let answer = ask(&mut fixture, &listener);
	assert!(answer.contains(&own(0)) && answer.contains(&own(1)), "{answer:?}");
	assert!(answer.contains(&(MessageKind::ViewChange, 1, asker)), "{answer:?}");
	assert!(!answer.contains(&(MessageKind::Prepare, 1, other)), "it does not know the view: {answer:?}");
}

/// What a replica sent, also before a crash, it names when it asks, or knows when it comes back.
#[test]
fn a_replica_that_asks_is_not_silenced_by_its_own_messages() {
	let (mut asker, _) = Fixture::start(4, 0, vec![]);
	let (mut answers, _) = Fixture::start(4, 3, vec![]);
	let mut log = Vec::new();
	let mut sent = Vec::new();
	let mut outputs = asker.timer(Timer::Pace);
	outputs.extend(asker.timer(Timer::Idle));
	outputs.extend(asker.replica.step(Input::ProposalBuilt { height: HEIGHT, view: 0, proposal: block(1) }));
	outputs.extend(asker.receive(asker.primary(1), prepare(0, &block(1))));
	outputs.extend(asker.receive(asker.primary(2), prepare(0, &block(1))));
	outputs.extend(asker.timer(Timer::View(0)));
	for output in outputs {
		match output {
			Output::Persist(record) => log.push(record),
			Output::Broadcast(signed) => sent.push(signed),
			_ => {},
		}
	}
	let kinds: Vec<_> = sent.iter().map(|signed| signed.message.kind()).collect();
	let [pre_prepare, prepare] = [MessageKind::PrePrepare, MessageKind::Prepare];
	assert_eq!(kinds, vec![pre_prepare, prepare, MessageKind::Commit, MessageKind::ViewChange]);
	for signed in sent {
		let verified = answers.verified(signed);
		answers.replica.step(Input::Message(verified));
	}
	let (restarted, _) = Fixture::start(4, 0, log);
	let me = asker.primary(0);
	for mut asker in [asker, restarted] {
		asker.timer(Timer::Ask);
		let outputs = asker.timer(Timer::Ask);
		let own = asked(&outputs).map(|(_, inventory)| inventory.clone()).expect("it asks");
		for inventory in [own, Inventory::of_listener(3, HEIGHT)] {
			answers.timer(Timer::Ask);
			let messages = passed_on(answers.replica.step(Input::Asked(me, inventory.clone())), me);
			let own = messages.iter().filter(|signed| signed.sender == me).count();
			assert_eq!(own > 0, inventory.is_of_listener(), "{messages:?}");
			for signed in messages {
				assert!(signed.sender != me || !asker.replica.could_use(&signed), "{signed:?}");
				let verified = asker.verified(signed);
				let outputs = asker.replica.step(Input::Message(verified));
				assert!(!outputs.iter().any(|output| matches!(output, Output::OwnKeyUsed(_))), "{outputs:?}");
			}
		}
		assert_eq!(asker.replica.status().me, Some(me));
	}
}

#[test]
fn a_member_in_a_lower_view_is_led_into_the_view() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let (asker, primary) = (fixture.primary(2), fixture.primary(1));
	let shown = Some(prepared(4, 0, &block(1), &[0, 1, 2]));
	let allowed = new_view(primary, 1, &[(0, shown), (1, None), (2, None)]);
	fixture.receive(primary, pre_prepare(1, &block(1), Some(allowed)));
	fixture.receive(primary, prepare(1, &block(1)));
	let messages = passed_on(fixture.replica.step(Input::Asked(asker, nothing(4, 0))), asker);
	assert_eq!(names(&messages), vec![(MessageKind::PrePrepare, 1, primary), (MessageKind::Prepare, 1, primary)]);
	let (mut behind, _) = Fixture::start(4, 2, vec![]);
	for signed in messages {
		let verified = behind.verified(signed);
		behind.replica.step(Input::Message(verified));
	}
	let status = behind.replica.status();
	assert_eq!((status.view, status.phase, status.proposal), (1, Phase::Voting, Some(block(1).hash)));
	assert!(status.members[usize::from(primary)].prepare);
}

#[test]
fn requests_for_views_are_passed_on_until_the_view_has_begun() {
	let (mut fixture, _) = Fixture::start(4, 3, vec![]);
	let (asker, first, second) = (fixture.primary(1), fixture.primary(0), fixture.primary(2));
	fixture.receive(first, view_change(1, None));
	let outputs = fixture.receive(second, view_change(2, None));
	assert_eq!(broadcasts(&outputs), vec![&view_change(1, None)], "f + 1 members request views above");
	let answer = |fixture: &mut Fixture, inventory: &Inventory| {
		fixture.timer(Timer::Ask);
		let messages = passed_on(fixture.replica.step(Input::Asked(asker, inventory.clone())), asker);
		let mut requests: Vec<_> = messages.iter().map(|signed| (signed.message.view(), signed.sender)).collect();
		requests.sort_unstable();
		requests
	};
	let me = fixture.primary(3);
	let mut all = vec![(1, first), (1, me), (2, second)];
	all.sort_unstable();
	let mut inventory = nothing(4, 1);
	assert_eq!(answer(&mut fixture, &inventory), all);
	inventory.requested = vec![0; 4];
	inventory.requested[usize::from(first)] = 1;
	inventory.requested[usize::from(second)] = 1;
	let mut newer = vec![(1, me), (2, second)];
	newer.sort_unstable();
	assert_eq!(answer(&mut fixture, &inventory), newer, "a request for a higher view is news");
	inventory.proposal = true;
	assert_eq!(answer(&mut fixture, &inventory), vec![(2, second)], "the view has begun");
	assert_eq!(answer(&mut fixture, &nothing(4, 3)), vec![], "requests for lower views are of no use");
}

#[test]
fn a_member_that_casts_no_votes_answers_as_often() {
	let (mut fixture, _) = Fixture::start_as(4, None, vec![]);
	let asker = fixture.primary(2);
	let first = fixture.primary(0);
	fixture.receive(first, prepare(0, &block(1)));
	for _ in 0..3 {
		let answer = fixture.replica.step(Input::Asked(asker, nothing(4, 0)));
		assert_eq!(names(&passed_on(answer, asker)), vec![(MessageKind::Prepare, 0, first)]);
		assert!(asked(&fixture.timer(Timer::Ask)).is_none(), "it needs nothing");
	}
}
