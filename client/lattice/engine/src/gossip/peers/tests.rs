use super::*;
use crate::tests::chain::{lane, next_batch, pay, Lane, HEAD};
use futures::StreamExt;
use std::{
	cell::RefCell,
	time::{Duration, Instant},
};
use tc_pbft::network::peers::Peers as Members;
use tp_lattice::{Batch, UnitHash};

/// What went to peers. Like the SDK's, this network disconnects no reserved peer.
#[derive(Default)]
struct Network {
	sent: Vec<(PeerId, Vec<u8>)>,
	reports: RefCell<Vec<(PeerId, String)>>,
}

impl Wire for Network {
	fn send(&mut self, to: &PeerId, message: Vec<u8>) {
		self.sent.push((*to, message));
	}

	fn report(&self, peer: PeerId, why: ReputationChange) {
		self.reports.borrow_mut().push((peer, why.reason.to_string()));
	}

	fn disconnect(&self, _: PeerId) {}
}

/// A node with its peers, in which the test is the network.
struct Node {
	lane: Lane,
	peers: Peers<Network>,
	members: Members,
}

fn node(is_authority: bool) -> Node {
	let (lane, members) = (lane(), Members::default());
	let (state, intake) = lane.units.weak_parts();
	Node { peers: Peers::new(Network::default(), state, intake, members.admitted(), is_authority), lane, members }
}

impl Node {
	/// Submits units at this node, and lets gossip send them.
	async fn submit(&mut self, units: &[Unit]) {
		self.lane.units.submit(units.to_vec()).await.unwrap();
		let outgoing: Vec<_> = std::iter::from_fn(|| self.lane.outgoing.try_recv().ok()).collect();
		self.peers.send(outgoing.into_iter());
	}

	/// Returns the messages to a peer since the last call.
	fn sent(&mut self, to: PeerId) -> Vec<Message> {
		let sent = std::mem::take(&mut self.peers.wire.sent);
		let (of_peer, others): (Vec<_>, Vec<_>) = sent.into_iter().partition(|(peer, _)| *peer == to);
		self.peers.wire.sent = others;
		of_peer.into_iter().map(|(_, message)| read(&message).unwrap()).collect()
	}

	/// Returns the units that a peer was sent since the last call, and the numbers of their messages.
	fn units(&mut self, to: PeerId) -> (Vec<UnitHash>, Vec<u64>) {
		let units = self.sent(to).into_iter().map(|message| match message {
			Message::Units { sequence, units } => (units.iter().map(Unit::hash).collect::<Vec<_>>(), sequence),
			Message::Answers { .. } => panic!("no units"),
		});
		let (units, numbers): (Vec<_>, Vec<_>) = units.unzip();
		(units.concat(), numbers)
	}

	/// Answers to a batch as a peer.
	fn answer(&mut self, from: PeerId, sequence: u64, answers: &[Answer]) {
		self.peers.on_message(from, &write_answers(sequence, answers, [512, 1_536]));
	}

	/// Returns why peers lost reputation since the last call.
	fn reports(&mut self) -> Vec<String> {
		self.peers.wire.reports.take().into_iter().map(|(_, why)| why).collect()
	}

	fn tick_after(&mut self, time: Duration) {
		self.peers.on_tick(Instant::now() + time);
	}
}

/// Returns units of different accounts.
fn units(from: u8, count: u8) -> Vec<Unit> {
	(from..from + count).map(|account| pay(account, 0, HEAD, 19, 10)).collect()
}

fn hashes(units: &[Unit]) -> Vec<UnitHash> {
	units.iter().map(Unit::hash).collect()
}

const NOW: Duration = Duration::ZERO;
const LATE: Duration = Duration::from_secs(31);

#[tokio::test]
async fn a_peer_is_sent_new_units_at_once_and_earlier_ones_at_the_next_tick() {
	let (mut node, peer) = (node(false), PeerId::random());
	let (early, late) = (units(1, 2), units(3, 2));
	node.submit(&early).await;
	node.peers.opened(peer);
	node.submit(&late).await;
	assert_eq!(node.units(peer).0, hashes(&late));
	node.tick_after(NOW);
	let (found, numbers) = node.units(peer);
	assert_eq!(found, hashes(&[early, late].concat()));
	node.answer(peer, numbers[0], &[Answer::Taken; 4]);
	node.tick_after(NOW);
	assert_eq!(node.units(peer), (vec![], vec![]), "nothing is sent twice");
}

#[tokio::test]
async fn a_validator_sends_to_members_alone_also_to_later_ones() {
	let (mut node, peer) = (node(true), PeerId::random());
	let sent = units(1, 2);
	node.peers.opened(peer);
	node.submit(&sent).await;
	node.tick_after(NOW);
	assert_eq!(node.units(peer).0, []);
	node.members.insert(peer, Vec::new());
	node.tick_after(NOW);
	let (found, numbers) = node.units(peer);
	assert_eq!(found, hashes(&sent));
	// It leaves the committee, has no room for what it was sent, and is sent nothing any more.
	node.members.remove(&peer);
	node.tick_after(NOW);
	node.answer(peer, numbers[0], &[Answer::Later; 2]);
	node.submit(&units(3, 1)).await;
	node.tick_after(LATE);
	assert_eq!(node.units(peer).0, []);
	assert_eq!(node.reports(), [""; 0]);
}

#[tokio::test]
async fn a_unit_without_an_answer_or_without_room_is_sent_again_until_it_ends() {
	let (mut node, peer) = (node(false), PeerId::random());
	node.peers.opened(peer);
	node.tick_after(NOW);
	let sent = units(1, 2);
	node.submit(&sent).await;
	let (found, numbers) = node.units(peer);
	assert_eq!(found, hashes(&sent));
	node.tick_after(LATE);
	assert_eq!(node.reports(), ["units: no answer"]);
	node.tick_after(LATE + Duration::from_secs(2));
	let (found, again) = node.units(peer);
	// Once since the answer is late, and once since they stay open.
	assert_eq!(found.iter().filter(|hash| **hash == sent[0].hash()).count(), 2);
	// The late answer has no effect.
	node.answer(peer, numbers[0], &[Answer::Taken; 2]);
	assert_eq!(node.reports(), [""; 0]);
	node.answer(peer, again[0], &[Answer::Later; 2]);
	let batch = next_batch(&node.lane, &node.lane.units.contents());
	assert_eq!(batch, Batch::new(sent).unwrap());
	node.lane.chain.import(&node.lane.units, &node.lane.archive, &batch);
	node.tick_after(LATE * 3);
	assert_eq!(node.units(peer).0, [], "they are final");
}

#[tokio::test]
async fn a_peer_is_answered_for_each_unit() {
	let (mut node, peer) = (node(true), PeerId::random());
	node.peers.opened(peer);
	let [good, unpaid] = [pay(1, 0, HEAD, 19, 10), pay(2, 0, HEAD, 19, 100_000_000)];
	let sent = [good.clone(), unpaid];
	node.peers.on_message(peer, &write_units(7, sent.iter()));
	let verified = node.peers.verifying.next().await.unwrap();
	node.peers.answer(verified);
	let answers = vec![Answer::Taken, Answer::Later];
	assert_eq!(node.sent(peer), [Message::Answers { sequence: 7, answers, windows: [512, 1_536] }]);
	let batch = next_batch(&node.lane, &node.lane.units.contents());
	node.lane.chain.import(&node.lane.units, &node.lane.archive, &batch);
	node.peers.on_message(peer, &write_units(8, [good].iter()));
	// The substream closes and opens again meanwhile: the answer would be for another one.
	node.peers.closed(&peer);
	node.peers.opened(peer);
	let verified = node.peers.verifying.next().await.unwrap();
	node.peers.answer(verified);
	assert_eq!(node.sent(peer), []);
}

#[tokio::test]
async fn a_peer_that_sends_too_much_is_told_and_a_liar_is_cut_off() {
	let (mut node, peer) = (node(true), PeerId::random());
	node.peers.opened(peer);
	// It owes bytes for units that could never apply.
	node.peers.send([Outgoing(Item::Hopeless { peer, bytes: usize::MAX })].into_iter());
	node.peers.on_message(peer, &write_units(3, units(1, 2).iter()));
	let answers = vec![Answer::Later; 2];
	assert_eq!(node.sent(peer), [Message::Answers { sequence: 3, answers, windows: [1, 1] }]);
	assert_eq!(node.reports(), ["units: too much"]);
	node.peers.on_message(peer, &[9, 9]);
	assert_eq!(node.reports(), ["units: malformed message"]);
	let mut node = self::node(false);
	node.peers.opened(peer);
	node.submit(&units(1, 2)).await;
	let (_, numbers) = node.units(peer);
	node.answer(peer, numbers[0], &[Answer::Taken]);
	assert_eq!(node.reports(), ["units: false answer"]);
}

#[tokio::test]
async fn a_peer_is_not_sent_its_own_units() {
	let (mut node, [peer, other]) = (node(false), [PeerId::random(), PeerId::random()]);
	node.peers.opened(peer);
	node.peers.opened(other);
	let sent = units(1, 2);
	node.peers.on_message(peer, &write_units(0, sent.iter()));
	let verified = node.peers.verifying.next().await.unwrap();
	node.peers.answer(verified);
	node.submit(&[]).await;
	node.tick_after(LATE);
	assert_eq!(node.sent(peer).len(), 1, "the answer");
	assert_eq!(node.units(other).0[..2], hashes(&sent));
}
