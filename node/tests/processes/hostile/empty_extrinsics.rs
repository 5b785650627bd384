//! A hostile primary: it proposes a block without its body, and answers the members that fetch it with 16 MiB of empty
//! extrinsics. A list of one byte for each extrinsic becomes a hundred times as large when it is decoded, and its trie takes
//! seconds.

use crate::{
	hostile::{
		scene::{show, Scene, SEED},
		talking::{Moment, BANNED, IMPOSTOR, PATIENCE},
	},
	peer::{
		comes_about,
		serving::Bodies,
		watching::{address, pace, reports, was_reported, MemoryWatch},
		Hello, Peer, PeerParams,
	},
	support::{assert_no_panic, block_on, load::Load, turn, LogsOnFailure},
};
use codec::{Compact, Encode};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::network::Wire;
use tc_pbft_core::{Message, PrePrepare, Proposal};
use tp_core::{Hash, Header};

/// Heights at which the hostile primary has its turn. It has one of four, by chance.
const TURNS: usize = 5;
/// Largest answer to a request for a block: header, length, and a byte for each extrinsic.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Largest encoding of the number of extrinsics.
const MAX_COMPACT_BYTES: usize = 5;
/// Duration of the measurement of the pace and of the memory before the attack.
const BEFORE: Duration = Duration::from_secs(20);
/// How long the hostile primary may wait for its turn.
const TURN_TIMEOUT: Duration = Duration::from_secs(90);
/// A member may use half more memory than before. A body that is decoded before it is checked takes 400 MiB.
const MAX_GROWTH: f64 = 1.5;
/// Least pace during the attack, as a share of that before. The member of the impostor is silent in both, and each of its turns costs a
/// view.
const LEAST_PACE: f64 = 0.5;
/// How long members may take to fetch and judge a body.
const JUDGED: Duration = Duration::from_secs(5);
/// Pause between two looks at the newest block: far below the timeout of a view.
const POLL: Duration = Duration::from_millis(50);

/// Returns a block on a parent whose body is empty extrinsics, as many as an answer holds.
fn block_of_empty_extrinsics(parent: &Header, turn: usize) -> (Hash, Vec<u8>) {
	let salt = u64::try_from(turn).unwrap().to_le_bytes();
	let header = Header {
		parent_hash: parent.hash(),
		number: parent.number + 1,
		state_root: sp_crypto_hashing::blake2_256(&salt).into(),
		..parent.clone()
	};
	let mut bytes = header.encode();
	let count = ANSWER_BYTES - bytes.len() - MAX_COMPACT_BYTES;
	bytes.extend(Compact(u32::try_from(count).unwrap()).encode());
	// An empty extrinsic is a length of 0.
	bytes.resize(bytes.len() + count, 0);
	(header.hash(), bytes)
}

/// Waits until the impostor is the primary of the next height, and returns its moment.
async fn turn_of_impostor(scene: &Scene) -> Moment {
	let started = Instant::now();
	loop {
		let now = Moment::now(scene).await;
		let impostor = now.forger.index_of(IMPOSTOR);
		if now.forger.committee.primaries().first() == Some(&impostor) {
			return now;
		}
		assert!(started.elapsed() < TURN_TIMEOUT, "the impostor has no turn");
		tokio::time::sleep(POLL).await;
	}
}

/// Proposes until members have judged the body; returns how many did. A member whose height ends before the body has come drops
/// it unread, so the next turn may have to come.
async fn propose(scene: &Scene, turn: usize) -> usize {
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let bodies = Bodies::default();
	// A new identity for each turn: the members ban it at the end.
	let params = PeerParams::talking(scene.genesis(), addresses.clone(), Hello::Key(IMPOSTOR));
	let peer = Peer::start(PeerParams { bodies: bodies.clone(), ..params });
	let open = comes_about(PATIENCE, || addresses.iter().all(|node| peer.votes.is_open(&node.peer_id))).await;
	assert!(open, "a member does not let the primary in");
	let started = Instant::now();
	let bans = || scene.nodes().iter().filter(|node| was_reported(node, &peer.id, BANNED, "PBFT: forged")).count();
	while bans() == 0 {
		if started.elapsed() > TURN_TIMEOUT {
			let reports: Vec<_> = scene.nodes().iter().map(|node| reports(node, &peer.id)).collect();
			panic!("{} requests for the body, and these are the reports: {reports:?}", bodies.served());
		}
		let now = turn_of_impostor(scene).await;
		let (hash, bytes) = block_of_empty_extrinsics(&now.tip, turn);
		bodies.insert(hash, bytes);
		let proposal = Proposal { hash, bytes: Arc::default() };
		let message = Message::PrePrepare(PrePrepare { view: 0, proposal, new_view: None });
		let bytes = Wire::Message(now.signed(message, now.tip.number + 1)).encode();
		for node in &addresses {
			peer.votes.send(&node.peer_id, bytes.clone()).await;
		}
		comes_about(JUDGED, || bans() == addresses.len()).await;
	}
	show("primary", "a body of empty extrinsics", &format!("{} members ban it", bans()), started);
	bans()
}

#[test]
fn a_primary_that_proposes_a_body_of_empty_extrinsics_costs_no_memory_and_stops_nothing() {
	let _turn = turn::alone();
	let mut scene = Scene::start();
	let _logs = LogsOnFailure::of(scene.network());
	block_on(async {
		scene.come_up().await;
		let mut load = Load::start(scene.network(), SEED);
		let before = pace(scene.client(), BEFORE).await;
		let memory: Vec<_> = scene.nodes().iter().map(MemoryWatch::start).collect();
		let (mut judged, first, started) = (0, scene.tip().await.number, Instant::now());
		for turn in 0..TURNS {
			let newest = scene.tip().await.number;
			judged += propose(&scene, turn).await;
			let started = Instant::now();
			while scene.tip().await.number < newest + 2 {
				assert!(started.elapsed() < PATIENCE, "the chain does not go on after block {newest}");
				tokio::time::sleep(POLL).await;
			}
		}
		let during = f64::from(scene.tip().await.number - first) * 10.0 / started.elapsed().as_secs_f64();
		println!("pace       {before:.1} blocks in 10 s before, {during:.1} during; {judged} bodies were judged");
		assert!(during >= before * LEAST_PACE, "the pace fell from {before:.1} to {during:.1} blocks in 10 s");
		for (node, memory) in scene.nodes().iter().zip(&memory) {
			let (at_start, peak) = memory.figures();
			println!("memory     of {}: {at_start} MiB before, {peak} MiB at most", node.name());
			let most = at_start as f64 * MAX_GROWTH;
			assert!(peak as f64 <= most, "{} grew from {at_start} to {peak} MiB", node.name());
		}
		load.stop().await;
		scene.ensure_running();
		assert_no_panic(scene.network());
	});
}
