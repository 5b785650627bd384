//! Gossip between nodes: peers that send what no honest node sends.

use super::setting::{GOSSIPS, VALIDATORS};
use crate::{
	peer::{
		comes_about,
		watching::{address, reports, was_reported},
		Peer, PeerParams,
	},
	units::{
		accounts::{account, Payer},
		figures::Figures,
		scene::{comes_true, Scene},
	},
};
use codec::{Compact, Encode};
use std::time::{Duration, Instant};
use top_sdk::{reports::UnitStatus, Client, Hash, Unit, TOP};

/// How long nodes may take to accept a peer, or to ban it.
const PATIENCE: Duration = Duration::from_secs(20);
/// Change of reputation for a fault.
const FATAL: i64 = 1 << 30;
/// Change of reputation for exceeding a rate.
const MODERATE: i64 = 1 << 12;
/// Maximum number of units of one message.
const MAX_UNITS: usize = 1_024;
/// Messages of replayed units: together more than a peer may send at once.
const REPLAYS: usize = 400;

/// Makes a message from final units.
type Make = fn(&[Unit]) -> Vec<u8>;

/// The first bytes of messages with units, and with answers.
const UNITS: u8 = 0;
const ANSWERS: u8 = 1;

/// Encodes a batch of units.
fn batch(units: &[Unit]) -> Vec<u8> {
	(UNITS, 0u64, units).encode()
}

/// A message, and the nodes' reason for refusing it.
const CASES: [(&str, &str, Make); 8] = [
	("random bytes", "units: malformed", |_| vec![0xa7; 2_000]),
	("nothing", "units: malformed", |_| Vec::new()),
	("no units", "units: malformed", |_| batch(&[])),
	("units cut short", "units: malformed", |good| {
		let whole = batch(good);
		whole[..whole.len() - 1].to_vec()
	}),
	("more units than a message has", "units: malformed", |good| batch(&vec![good[0].clone(); MAX_UNITS + 1])),
	("the count of more units than there can be", "units: malformed", |_| (UNITS, 0u64, Compact(u32::MAX)).encode()),
	("another kind of message", "units: malformed", |good| (2u8, 0u64, good).encode()),
	("an answer that there is not", "units: malformed", |_| (ANSWERS, 0u64, vec![3u8], [1u32; 2]).encode()),
];

/// Lets peers misbehave in all ways, each with its own identity, and checks that the nodes ban them.
pub async fn cuts_off(scene: &Scene, figures: &mut Figures) {
	let genesis = scene.rpc(0).await.block_hash(0).await.unwrap();
	let client = scene.client(0).await;
	let mut payer = Payer::of_genesis(GOSSIPS.start);
	let dest = account(GOSSIPS.end - 1);
	let good: Vec<Unit> = (0..3).map(|_| payer.pay(&dest, TOP, &scene.domain)).collect();

	// The control: the units of an honest node become final.
	let honest = let_in(scene, genesis).await;
	let to = address(&scene.nodes()[VALIDATORS - 1]).peer_id;
	assert!(honest.units.send(&to, batch(&good)).await);
	comes_true("units of an honest peer", PATIENCE, || are_final(&client, &good)).await;
	figures.add("units by the network", "final");
	drop(honest);

	for (case, reason, make) in CASES {
		let started = Instant::now();
		misbehave(scene, genesis, case, reason, &make(&good)).await;
		figures.add(
			format!("by the network: {case}"),
			format!("cut off by all, {:.1} s", started.elapsed().as_secs_f64()),
		);
	}
	let started = Instant::now();
	let mut forged = payer.pay(&dest, TOP, &scene.domain);
	forged.signature = good[0].signature.clone();
	misbehave(scene, genesis, "a wrong signature", "units: wrong signature", &batch(&[forged])).await;
	let told = format!("cut off by all, {:.1} s", started.elapsed().as_secs_f64());
	figures.add("by the network: a wrong signature", told);
	replay(scene, genesis, &good, figures).await;
	too_large(scene, genesis, figures).await;
}

async fn are_final(client: &Client, units: &[Unit]) -> bool {
	for unit in units {
		let found = client.unit(unit.hash()).await.unwrap();
		if found.is_none_or(|found| found.report.status != UnitStatus::Final) {
			return false;
		}
	}
	true
}

/// Connects a peer with substreams to all validators.
async fn let_in(scene: &Scene, genesis: Hash) -> Peer {
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let peer = Peer::start(PeerParams::sending_units(genesis, addresses.clone()));
	let open = comes_about(PATIENCE, || addresses.iter().all(|node| peer.units.is_open(&node.peer_id))).await;
	assert!(open, "the validators do not take units from a peer");
	peer
}

/// Sends a message to all validators, and checks that they ban the peer for the expected reason.
async fn misbehave(scene: &Scene, genesis: Hash, case: &str, reason: &str, message: &[u8]) {
	let peer = let_in(scene, genesis).await;
	for node in scene.nodes() {
		assert!(
			peer.units.send(&address(node).peer_id, message.to_vec()).await,
			"{case}: {} has disconnected",
			node.name()
		);
	}
	for node in scene.nodes() {
		let told = comes_about(PATIENCE, || was_reported(node, &peer.id, FATAL, reason)).await;
		assert!(told, "{case}: the peer keeps its reputation at {}: {:?}", node.name(), reports(node, &peer.id));
		let id = address(node).peer_id;
		let closed = comes_about(PATIENCE, || peer.units.times_closed(&id) > 0).await;
		assert!(closed, "{case}: {} keeps the peer", node.name());
	}
}

/// Sends final units repeatedly at full speed.
async fn replay(scene: &Scene, genesis: Hash, good: &[Unit], figures: &mut Figures) {
	let started = Instant::now();
	let peer = let_in(scene, genesis).await;
	let message = batch(&vec![good[0].clone(); MAX_UNITS]);
	let mut sent = 0;
	for _ in 0..REPLAYS {
		for node in scene.nodes() {
			sent += usize::from(peer.units.send(&address(node).peer_id, message.clone()).await);
		}
	}
	for node in scene.nodes() {
		let told = comes_about(PATIENCE, || was_reported(node, &peer.id, MODERATE, "units: too much")).await;
		assert!(told, "replays: {} has not had enough: {:?}", node.name(), reports(node, &peer.id));
	}
	figures.add(
		"by the network: replays at full speed",
		format!(
			"too much for all after {} MB, {:.1} s",
			sent * message.len() / 1_000_000,
			started.elapsed().as_secs_f64()
		),
	);
}

/// Sends a message larger than the protocol's maximum: the transport does not read it.
async fn too_large(scene: &Scene, genesis: Hash, figures: &mut Figures) {
	let peer = let_in(scene, genesis).await;
	for node in scene.nodes() {
		let id = address(node).peer_id;
		peer.units.send(&id, vec![0; 2 * 1024 * 1024]).await;
		let closed = comes_about(PATIENCE, || peer.units.times_closed(&id) > 0).await;
		assert!(closed, "a message of 2 MiB is read by {}", node.name());
	}
	figures.add("by the network: a message of 2 MiB", "refused by the transport");
}
