//! All attacks at once, at full speed: the network keeps its pace, and its memory does not grow.

use crate::{
	hostile::{
		scene::{show, Scene, SEED},
		talking::{present_messages, stale_messages, IMPOSTOR},
	},
	peer::{
		announcement,
		forgery::certificate_of,
		serving::Offer,
		watching::{address, pace, real_block, MemoryWatch},
		Hello, Peer, PeerParams,
	},
};
use codec::Encode;
use rand::{rngs::StdRng, RngCore, SeedableRng};
use sc_network::config::MultiaddrWithPeerId;
use std::{
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tp_core::Hash;

/// Duration of the attack.
const DURATION: Duration = Duration::from_secs(20);
/// Minimum part of its pace that the network must keep. Attackers, nodes and load share the machine's processors, and
/// with three of four members running the pace depends on the primary.
const LEAST_PACE: f64 = 0.5;
/// Maximum memory growth of a member by an attack, in MiB. The inbox for the next height may take 128 MiB.
const MAX_GROWTH_MIB: u64 = 400;
/// Number of peers that claim to be far ahead and never answer: more than the honest ones.
const LIARS: usize = 5;
/// Number of blocks that they claim to be ahead.
const CLAIM: u32 = 1_000_000;
/// How long a flooding peer may stay connected.
const TURN: Duration = Duration::from_secs(6);
/// Pause between two announcements to a node: some fifty for each block. Each costs the node calls
/// of the runtime, and the SDK does not bound their rate; at full speed they keep one processor of every
/// node busy, and here all nodes share two.
const ANNOUNCEMENT_PAUSE: Duration = Duration::from_millis(10);

/// Numbers of sent messages.
#[derive(Default)]
struct Sent {
	identities: AtomicU64,
	notifications: AtomicU64,
	present: AtomicU64,
	bytes: AtomicU64,
	announcements: AtomicU64,
}

/// Attacks all members in all ways. `before` is their pace before the attack, in blocks per ten seconds.
pub async fn keeps_its_pace(scene: &Scene, before: f64) {
	let started = Instant::now();
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let memory: Vec<_> = scene.nodes().iter().map(MemoryWatch::start).collect();
	let stop = Arc::new(AtomicBool::new(false));
	let sent = Arc::new(Sent::default());
	let genesis = scene.genesis();

	let liars: Vec<Peer> = (0..LIARS)
		.map(|_| {
			let claimed = (CLAIM, Hash::random());
			Peer::start(PeerParams::syncing(genesis, addresses.clone(), claimed, Offer::silent()))
		})
		.collect();
	let stranger = Peer::start(PeerParams::talking(genesis, addresses.clone(), Hello::Key("//Mallory")));
	let stale = Arc::new(stale_messages(scene).await);
	let mut attackers = Vec::new();
	for seed in [SEED, SEED + 1] {
		let (addresses, stale, stop, sent) = (addresses.clone(), stale.clone(), stop.clone(), sent.clone());
		attackers.push(tokio::spawn(flood(genesis, addresses, stale, seed, stop, sent)));
	}
	let tip = scene.tip().await;
	let newest = real_block(scene.client(), tip.number).await;
	let known = announcement(&newest.header, Some(certificate_of(&newest).encode()));
	let claimed = (tip.number, tip.hash());
	let herald = Peer::start(PeerParams::syncing(genesis, addresses.clone(), claimed, Offer::default()));
	attackers.push(tokio::spawn(repeat(herald, addresses.clone(), known, stop.clone(), sent.clone())));

	let measured = async {
		let during = pace(scene.client(), DURATION).await;
		stop.store(true, Ordering::Relaxed);
		during
	};
	let (during, ()) = futures::join!(measured, exhaust(scene, &addresses, &stop, &sent));
	for attacker in attackers {
		attacker.await.unwrap();
	}
	drop((liars, stranger));
	let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
	let outcome = format!(
		"{} identities, {} notifications, {} of the present height, {} MB, {} announcements",
		of(&sent.identities),
		of(&sent.notifications),
		of(&sent.present),
		of(&sent.bytes) / 1_000_000,
		of(&sent.announcements)
	);
	show("assault", "everything at once", &outcome, started);
	println!("pace       during the attack: {during:.1} blocks in 10 s, {before:.1} before");
	for (node, memory) in scene.nodes().iter().zip(&memory) {
		let (at_start, peak) = memory.figures();
		println!("memory     of {}: {at_start} MiB before, {peak} MiB at most", node.name());
		assert!(peak < at_start + MAX_GROWTH_MIB, "{} grew from {at_start} to {peak} MiB", node.name());
	}
	assert!(of(&sent.notifications) > 1_000 && of(&sent.present) > 1_000, "there was no attack");
	assert!(before > 0.0, "the network stood still before the attack");
	assert!(during >= before * LEAST_PACE, "the network fell from {before:.1} to {during:.1} blocks in 10 s");
}

/// Sends messages as the impostor at full speed until a ban, under one identity after another: stale votes, or
/// large notifications of random bytes.
async fn flood(
	genesis: Hash,
	addresses: Vec<MultiaddrWithPeerId>,
	stale: Arc<Vec<Vec<u8>>>,
	seed: u64,
	stop: Arc<AtomicBool>,
	sent: Arc<Sent>,
) {
	let mut rng = StdRng::seed_from_u64(seed);
	let mut noise = vec![0; 4_000_000];
	rng.fill_bytes(&mut noise);
	while !stop.load(Ordering::Relaxed) {
		let peer = Peer::start(PeerParams::talking(genesis, addresses.clone(), Hello::Key(IMPOSTOR)));
		let turn = Instant::now();
		let large = sent.identities.fetch_add(1, Ordering::Relaxed) % 2 == 1;
		let over = || stop.load(Ordering::Relaxed) || turn.elapsed() > TURN;
		let closed = |node: &MultiaddrWithPeerId| peer.votes.times_closed(&node.peer_id) > 0;
		while !over() && !addresses.iter().all(closed) {
			let mut idle = true;
			for (node, message) in addresses.iter().zip(stale.iter().cycle().skip(turn.elapsed().as_millis() as usize))
			{
				let message = if large { noise.clone() } else { message.clone() };
				let bytes = message.len() as u64;
				if peer.votes.send(&node.peer_id, message).await {
					sent.notifications.fetch_add(1, Ordering::Relaxed);
					sent.bytes.fetch_add(bytes, Ordering::Relaxed);
					idle = false;
				}
			}
			if idle {
				tokio::time::sleep(Duration::from_millis(20)).await;
			}
		}
	}
}

/// Sends messages of the current height as the impostor, under one identity after another.
async fn exhaust(scene: &Scene, addresses: &[MultiaddrWithPeerId], stop: &AtomicBool, sent: &Sent) {
	let mut rng = StdRng::seed_from_u64(SEED + 2);
	while !stop.load(Ordering::Relaxed) {
		let peer = Peer::start(PeerParams::talking(scene.genesis(), addresses.to_vec(), Hello::Key(IMPOSTOR)));
		sent.identities.fetch_add(1, Ordering::Relaxed);
		let turn = Instant::now();
		let closed = |node: &MultiaddrWithPeerId| peer.votes.times_closed(&node.peer_id) > 0;
		while !stop.load(Ordering::Relaxed) && turn.elapsed() < TURN && !addresses.iter().all(closed) {
			for message in present_messages(scene, &mut rng).await {
				for node in addresses {
					if peer.votes.send(&node.peer_id, message.clone()).await {
						sent.present.fetch_add(1, Ordering::Relaxed);
					}
				}
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}
}

/// Announces a known block repeatedly.
async fn repeat(
	herald: Peer,
	addresses: Vec<MultiaddrWithPeerId>,
	known: Vec<u8>,
	stop: Arc<AtomicBool>,
	sent: Arc<Sent>,
) {
	while !stop.load(Ordering::Relaxed) {
		for node in &addresses {
			if herald.announcements.send(&node.peer_id, known.clone()).await {
				sent.announcements.fetch_add(1, Ordering::Relaxed);
			}
		}
		tokio::time::sleep(ANNOUNCEMENT_PAUSE).await;
	}
}
