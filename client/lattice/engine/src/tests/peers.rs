//! Peers that send too much, or what can never apply.

use super::chain::{lane, lane_on, pay, Lane, MemoryChain, HEAD};
use crate::{
	queue::Queue,
	state::Item,
	submission::{Origin, Submission},
};
use sc_network::PeerId;
use std::time::Duration;
use tc_lattice_pool::{Limits, Status};
use tp_lattice::{Batch, Unit};

fn of_peer(peer: PeerId, units: usize) -> Submission {
	let unit = pay(1, 0, HEAD, 2, 1);
	let origin = Origin::Peer { id: peer, is_member: false };
	Submission { units: vec![unit; units], origin, is_urgent: true, reply: None, permit: None }
}

fn of_this_node() -> Submission {
	Submission { origin: Origin::Local, ..of_peer(PeerId::random(), 1) }
}

#[test]
fn a_peer_has_a_share_of_the_queue_and_no_more() {
	let queue = Queue::new(4_096);
	let flooder = PeerId::random();
	let taken = (0..10_000).filter(|_| queue.push(of_peer(flooder, 16))).count();
	assert_eq!(taken, 4_096 / 8 / 16);
	// An honest peer and this node wait for one submission of the flooder each.
	let honest = PeerId::random();
	assert!(queue.push(of_peer(honest, 1)));
	assert!(queue.push(of_this_node()));
	let origins: Vec<_> = (0..4).map(|_| queue.try_next().unwrap().origin.peer()).collect();
	let first = |origin| origins.iter().position(|found| *found == origin).unwrap();
	assert!(first(Some(honest)) < 4 && first(None) < 4, "{origins:?}");
}

#[test]
fn many_flooding_peers_leave_room_for_a_peer_that_sends_little() {
	let queue = Queue::new(4_096);
	let flooders: Vec<_> = (0..50).map(|_| PeerId::random()).collect();
	for _ in 0..100 {
		flooders.iter().for_each(|flooder| {
			queue.push(of_peer(*flooder, 16));
		});
	}
	let honest = PeerId::random();
	assert!(queue.push(of_peer(honest, 16)), "the peer with the most gives way");
	let waiting: Vec<_> = std::iter::from_fn(|| queue.try_next()).collect();
	assert!(waiting.iter().map(|next| next.units.len()).sum::<usize>() <= 4_096);
	let turn = waiting.iter().position(|next| next.origin.peer() == Some(honest)).unwrap();
	assert!(turn <= 50, "after one submission of each other peer, not after {turn}");
}

#[test]
fn a_closed_queue_ends_its_threads() {
	let queue = std::sync::Arc::new(Queue::new(10));
	let waiting = {
		let queue = queue.clone();
		std::thread::spawn(move || queue.next().is_none())
	};
	std::thread::sleep(Duration::from_millis(20));
	queue.close();
	assert!(waiting.join().unwrap());
}

/// Sends units as a peer, and returns what the peer is charged.
async fn charged(lane: &mut Lane, units: Vec<Unit>) -> usize {
	let peer = PeerId::random();
	let probe = pay(9, 0, HEAD, 8, 1);
	let sent = units.len();
	let statuses = lane.units.intake().submit_of_peer(units, Origin::Peer { id: peer, is_member: false }, true);
	let mut charged = 0;
	// Another unit of the peer, to know when the first are done: submissions of one peer stay in order.
	drop(lane.units.intake().submit_of_peer(vec![probe.clone()], Origin::Peer { id: peer, is_member: false }, true));
	let is_done = |item: &Item| matches!(item, Item::Unit { unit, .. } if unit.unit == probe);
	loop {
		let item = tokio::time::timeout(Duration::from_secs(5), lane.outgoing.recv()).await.unwrap().unwrap().0;
		match item {
			Item::Hopeless { peer: found, bytes } if found == peer => charged += bytes,
			item if is_done(&item) => break,
			_ => {},
		}
	}
	assert_eq!(statuses.await.unwrap().len(), sent, "the peer is answered for each");
	// If both were verified together, the charge comes after the probe.
	tokio::time::sleep(Duration::from_millis(200)).await;
	while let Ok(item) = lane.outgoing.try_recv() {
		if let Item::Hopeless { bytes, .. } = item.0 {
			charged += bytes;
		}
	}
	charged
}

#[tokio::test]
async fn replayed_and_stale_units_are_charged_to_the_peer() {
	let limits = Limits { max_outcomes: 1, ..Limits::default() };
	let units = |from| (0..10).map(|at| pay(from, 0, HEAD, 2, 100 + at)).collect::<Vec<_>>();
	// A good unit costs nothing.
	let mut lane = lane();
	assert_eq!(charged(&mut lane, units(1)[..1].to_vec()).await, 0);

	// A block has a unit: it is a replay now, and other units of its height are stale.
	let mut lane = lane_on(MemoryChain::new(20, 1_000_000), limits.clone());
	lane.chain.import(&lane.units, &lane.archive, &Batch::new(units(1)[..1].to_vec()).unwrap());
	assert!(matches!(lane.units.status(&units(1)[0].hash()), Some(Status::Final { .. })));
	assert_eq!(charged(&mut lane, units(1)).await, 256 + 9 * 16 * 1_024);
}

#[tokio::test]
async fn a_peer_beyond_its_share_has_no_statuses() {
	let lane = lane();
	let [urgent, _] = lane.units.intake().shares();
	let units = vec![pay(1, 0, HEAD, 2, 100); urgent + 1];
	let origin = Origin::Peer { id: PeerId::random(), is_member: false };
	assert!(lane.units.intake().submit_of_peer(units, origin, true).await.is_err());
}
