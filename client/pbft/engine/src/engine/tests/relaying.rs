//! Messages that come over another member than their sender.

use super::fixture::{running, sign, Fixture, GENESIS};
use crate::network::{testing::Peer, Wire};
use codec::Encode;
use std::time::Duration;
use tc_pbft_core::{Inventory, Message, Prepare, Signed};
use tp_pbft::{MemberIndex, MessageKind, SignerBitmap};

async fn pass_on(fixture: &Fixture, over: MemberIndex, messages: Vec<Signed<Message>>) {
	fixture.send_bytes(over, Wire::PassedOn(messages).encode()).await;
}

/// Returns the questions and answers that the engine sent to a member.
fn sent_to(fixture: &Fixture, member: MemberIndex) -> Vec<Wire> {
	let sent = fixture.sent.lock();
	let sent = sent.iter().filter(|(peer, _)| *peer == fixture.peer(member));
	sent.filter_map(|(_, bytes)| Wire::from_bytes(bytes)).collect()
}

/// The links to two members carry nothing. All that they send comes over the third.
#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_decided_over_one_link() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let over = fixture.order[1];
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	// As it is passed on: without its block, which this member has.
	let bytes = block.bytes.to_vec();
	fixture.network.peers.lock().insert(fixture.peer(over), Peer::Sends(bytes));
	let Some(Wire::PassedOn(messages)) = Wire::from_bytes(&Wire::passed_on(vec![proposed])) else { panic!() };
	pass_on(&fixture, over, messages).await;
	let voted = |kind| fixture.votes(1).contains(&(kind, 0));
	fixture.run_until(&mut running, "the first vote", || voted(MessageKind::Prepare)).await;
	assert_eq!(fixture.network.asked.lock()[..], [fixture.peer(over)], "it has the block");
	let prepares = fixture.order[..3].iter().map(|member| fixture.prepare(*member, 1, 0, &block)).collect();
	pass_on(&fixture, over, prepares).await;
	fixture.run_until(&mut running, "the second vote", || voted(MessageKind::Commit)).await;
	let commits = fixture.order[..3].iter().map(|member| fixture.commit(*member, 1, 0, &block)).collect();
	pass_on(&fixture, over, commits).await;
	fixture.run_until(&mut running, "the block", || !fixture.ledger.blocks.lock().is_empty()).await;
	assert!(fixture.network.reported.lock().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_peer_that_passes_on_a_forged_message_pays_for_it() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let [named, over, ..] = fixture.order[..] else { panic!() };
	let (block, _) = fixture.proposal_on(&GENESIS);
	let vote = Message::Prepare(Prepare { view: 0, hash: block.hash });
	let forged = Signed { sender: named, ..sign(over, 1, vote) };
	pass_on(&fixture, over, vec![forged; 10]).await;
	let reported = || fixture.network.report_of(&fixture.peer(over)).is_some();
	fixture.run_until(&mut running, "the report", reported).await;
	assert_eq!(fixture.network.reported.lock().len(), 1, "once, and not the member that it names");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_in_the_name_of_another_member_are_passed_on_openly_only() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let [named, over, ..] = fixture.order[..] else { panic!() };
	let (block, _) = fixture.proposal_on(&GENESIS);
	fixture.send_over(over, fixture.prepare(named, 1, 0, &block)).await;
	let reported = || fixture.network.report_of(&fixture.peer(over)).is_some();
	fixture.run_until(&mut running, "the report", reported).await;
}

/// By the operator's word no other process runs. So the vote is an old one of this node, which lost its log.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_vote_that_is_passed_on_does_not_silence_a_node_that_votes_by_the_operators_word() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (block, proposed) = fixture.proposal_on(&GENESIS);
	pass_on(&fixture, fixture.order[1], vec![fixture.commit(fixture.own(), 1, 0, &block)]).await;
	fixture.send(proposed).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote", voted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_asks_when_its_view_stands_still_and_answers_those_who_ask() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let [first, second, asker, _] = fixture.order[..] else { panic!() };
	let (block, _) = fixture.proposal_on(&GENESIS);
	fixture.send(fixture.prepare(first, 1, 0, &block)).await;
	fixture.send(fixture.prepare(second, 1, 0, &block)).await;
	let asked = || {
		sent_to(&fixture, asker).iter().any(|wire| match wire {
			Wire::Inventory(inventory) => inventory.prepares.contains(first) && !inventory.proposal,
			_ => false,
		})
	};
	fixture.run_until(&mut running, "a question", asked).await;

	let none = SignerBitmap::new(4);
	let mut prepares = none.clone();
	prepares.insert(first);
	let (commits, requested) = (none, Vec::new());
	let inventory = Inventory { epoch: 3, height: 1, view: 0, proposal: false, prepares, commits, requested };
	for _ in 0..100 {
		fixture.send_bytes(asker, Wire::Inventory(inventory.clone()).encode()).await;
	}
	let answers = || {
		let sent = sent_to(&fixture, asker).into_iter();
		sent.filter_map(|wire| if let Wire::PassedOn(messages) = wire { Some(messages) } else { None })
			.collect::<Vec<_>>()
	};
	fixture.run_until(&mut running, "an answer", || !answers().is_empty()).await;
	assert_eq!(answers()[0], vec![fixture.prepare(second, 1, 0, &block)]);
	fixture.run_for(&mut running, Duration::from_millis(200)).await;
	assert!(answers().len() <= 2, "one in a quarter of the timeout, however often it asks");
	assert!(fixture.network.reported.lock().is_empty());
}

/// A member passes a proposal on and keeps the body back.
#[tokio::test(flavor = "multi_thread")]
async fn the_body_counts_that_the_primary_sends_after_a_member_passed_its_proposal_on() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let mut running = running(engine);
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	// No peer answers a request.
	for member in &fixture.order[..3] {
		fixture.network.peers.lock().insert(fixture.peer(*member), Peer::Silent);
	}
	let Some(Wire::PassedOn(messages)) = Wire::from_bytes(&Wire::passed_on(vec![proposed.clone()])) else { panic!() };
	pass_on(&fixture, fixture.order[1], messages).await;
	let asked = || !fixture.network.asked.lock().is_empty();
	fixture.run_until(&mut running, "the request for the body", asked).await;
	fixture.send(proposed).await;
	let voted = || fixture.votes(1).contains(&(MessageKind::Prepare, 0));
	fixture.run_until(&mut running, "the vote", voted).await;
}
