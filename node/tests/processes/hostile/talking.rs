//! The PBFT protocol: nodes refuse strangers, and ban members that misbehave, although they reserve slots for
//! members.

use crate::{
	hostile::scene::{show, Scene, SEED},
	peer::{
		comes_about,
		forgery::{vote_key, Forger, MEMBERS},
		watching::{address, reports, was_reported},
		Hello, Peer, PeerParams,
	},
};
use codec::Encode;
use rand::{rngs::StdRng, Rng, RngCore, SeedableRng};
use sp_core::Pair;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::network::Wire;
use tc_pbft_core::{Commit, Message, NewView, PrePrepare, Prepare, Proposal, Signed, ViewChange};
use tp_core::{Hash, Header};
use tp_pbft::{PbftSignature, Slot};

/// The member that runs only in this process.
pub const IMPOSTOR: &str = "//Dave";
/// How long nodes may take to accept a peer, or to ban it.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long strangers try: the time of a first dial and of a second one after the back-off.
const TRIES: Duration = Duration::from_secs(9);
/// Reputation at which nodes ban a peer.
pub const BANNED: i64 = 71 * (i32::MAX as i64 / 100);
/// Pause between two attempts of one case: the height may advance during the first.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens substreams with all handshakes but a valid proof of a member's key.
pub async fn lets_no_stranger_in(scene: &Scene) {
	let started = Instant::now();
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let hellos = [
		("no proof", Hello::Raw(Vec::new())),
		("bytes for a proof", Hello::Raw(vec![0xff; 512])),
		("a stranger's key", Hello::Key("//Mallory")),
		("a member's proof, made for another peer", Hello::Borrowed(IMPOSTOR)),
	];
	let strangers: Vec<_> = hellos
		.into_iter()
		.map(|(case, hello)| (case, Peer::start(PeerParams::talking(scene.genesis(), addresses.clone(), hello))))
		.collect();
	// The control: nodes accept the same peer with its own proof.
	let member = Peer::start(PeerParams::talking(scene.genesis(), addresses.clone(), Hello::Key(IMPOSTOR)));
	let open = comes_about(TRIES, || addresses.iter().all(|node| member.votes.is_open(&node.peer_id))).await;
	assert!(open, "a member is not let in");
	while started.elapsed() < TRIES {
		for (_, stranger) in &strangers {
			for node in &addresses {
				// Nodes dial known addresses before they know their identity.
				stranger.votes.send(&node.peer_id, vec![0xff; 100]).await;
			}
		}
		tokio::time::sleep(PAUSE).await;
	}
	for (case, stranger) in &strangers {
		for (node, address) in scene.nodes().iter().zip(&addresses) {
			let out = comes_about(PATIENCE, || !stranger.votes.is_open(&address.peer_id)).await;
			assert!(out, "{case}: {} keeps it", node.name());
			let read = reports(node, &stranger.id).into_iter().find(|(_, reason)| reason.contains("PBFT"));
			assert_eq!(read, None, "{case}: {} read what it sent", node.name());
		}
		show("pbft", case, "put out by all members, nothing it says is read", started);
	}
	show("pbft", "a member's proof", "let in by all members", started);
}

/// The parameters of messages of the current height.
pub struct Moment {
	pub forger: Forger,
	pub tip: Header,
}

impl Moment {
	pub async fn now(scene: &Scene) -> Self {
		let tip = scene.tip().await;
		Self { forger: scene.forger(tip.hash()).await, tip }
	}

	/// Returns a message of the impostor with a valid signature.
	pub fn signed(&self, message: Message, height: u32) -> Signed<Message> {
		self.signed_by(IMPOSTOR, IMPOSTOR, message, height)
	}

	/// Returns a message in the name of `sender`, signed by `key`.
	fn signed_by(&self, sender: &str, key: &str, message: Message, height: u32) -> Signed<Message> {
		let (epoch, sender) = (self.forger.committee.epoch, self.forger.index_of(sender));
		let placeholder = PbftSignature::from(sp_core::ed25519::Signature::default());
		let mut signed = Signed { epoch, height, sender, message, signature: placeholder };
		let Slot { kind, view, .. } = signed.slot();
		let payload = tc_pbft_core::Payload::payload(&signed.message);
		let slot = Slot { epoch, height, view, kind };
		signed.signature = vote_key(key).sign(&slot.signing_payload(&self.forger.domain, &payload));
		signed
	}

	/// Returns the impostor's first vote at the current height.
	fn prepare(&self, rng: &mut StdRng) -> Signed<Message> {
		let hash = Hash::from_slice(&random(rng, 32));
		self.signed(Message::Prepare(Prepare { view: 0, hash }), self.tip.number + 1)
	}
}

fn random(rng: &mut StdRng, length: usize) -> Vec<u8> {
	let mut bytes = vec![0; length];
	rng.fill_bytes(&mut bytes);
	bytes
}

/// A way to misbehave: the message, and the members' reason for the ban.
type Case = (&'static str, &'static str, fn(&Moment, &mut StdRng) -> Vec<Vec<u8>>);

const CASES: [Case; 10] = [
	("random bytes", "PBFT: garbage", |_, rng| vec![random(rng, 2_000)]),
	("4 MB of random bytes", "PBFT: garbage", |_, rng| vec![random(rng, 4_000_000)]),
	("a valid message, cut short", "PBFT: garbage", |now, rng| {
		let whole = Wire::Message(now.prepare(rng)).encode();
		vec![whole[..whole.len() - 1].to_vec()]
	}),
	("a valid message, and one byte more", "PBFT: garbage", |now, rng| {
		let mut whole = Wire::Message(now.prepare(rng)).encode();
		whole.push(0);
		vec![whole]
	}),
	("valid messages with a bit flipped", "PBFT: ", |now, rng| {
		let flipped = (0..8).map(|_| {
			let mut bytes = Wire::Message(now.prepare(rng)).encode();
			let bit = rng.gen_range(0..bytes.len() * 8);
			bytes[bit / 8] ^= 1 << (bit % 8);
			bytes
		});
		flipped.collect()
	}),
	("a vote in the name of another member", "PBFT: forged", |now, rng| {
		let Message::Prepare(Prepare { hash, .. }) = now.prepare(rng).message else { unreachable!("it is one") };
		let vote = Message::Commit(Commit { view: 0, hash });
		vec![Wire::Message(now.signed_by(MEMBERS[0], IMPOSTOR, vote, now.tip.number + 1)).encode()]
	}),
	("a proposal whose block has another hash", "PBFT: forged", |now, rng| {
		let block = tp_core::Block { header: now.tip.clone(), extrinsics: Vec::new() };
		let proposal = Proposal { hash: Hash::from_slice(&random(rng, 32)), bytes: Arc::new(block.encode()) };
		let message = Message::PrePrepare(PrePrepare { view: 0, proposal, new_view: None });
		vec![Wire::Message(now.signed(message, now.tip.number + 1)).encode()]
	}),
	("a new view without view changes", "PBFT: forged", |now, _| {
		let message = Message::NewView(NewView { view: 1, view_changes: Vec::new(), block: None });
		vec![Wire::Message(now.signed(message, now.tip.number + 1)).encode()]
	}),
	("a certificate with q−1 signatures", "PBFT: forged", |now, rng| {
		let certificate = now.forger.one_short(now.tip.number + 1, Hash::from_slice(&random(rng, 32)));
		vec![Wire::Certificate(certificate).encode()]
	}),
	("a notification beyond the limit", "", |_, rng| vec![random(rng, 6_000_000)]),
];

/// Misbehaves as a member, in one way after another.
pub async fn cuts_off_members_that_misbehave(scene: &Scene) {
	let mut rng = StdRng::seed_from_u64(SEED);
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let mut banned = Vec::new();
	for (case, reason, make) in CASES {
		let peer = let_in(scene).await;
		let started = Instant::now();
		let all_closed = || addresses.iter().all(|node| peer.votes.times_closed(&node.peer_id) > 0);
		while !all_closed() {
			assert!(started.elapsed() < PATIENCE, "{case}: the members do not cut the peer off");
			let now = Moment::now(scene).await;
			for notification in make(&now, &mut rng) {
				for node in &addresses {
					peer.votes.send(&node.peer_id, notification.clone()).await;
				}
			}
			tokio::time::sleep(PAUSE).await;
		}
		if reason.is_empty() {
			// The transport closes the substream; that proves no malice.
			show("pbft", case, "refused by the transport of all members", started);
			continue;
		}
		for node in scene.nodes() {
			let told = comes_about(PATIENCE, || was_reported(node, &peer.id, BANNED, reason)).await;
			assert!(told, "{case}: the peer keeps its reputation at {}: {:?}", node.name(), reports(node, &peer.id));
		}
		show("pbft", case, "cut off and banned by all members", started);
		banned.push((case, peer, Instant::now()));
	}
	floods(scene).await;
	let newest = banned.last().map_or(Duration::ZERO, |(_, _, since)| since.elapsed());
	tokio::time::sleep(TRIES.saturating_sub(newest)).await;
	let started = Instant::now();
	for (case, peer, _) in &banned {
		for (node, address) in scene.nodes().iter().zip(&addresses) {
			assert_eq!(peer.votes.times_opened(&address.peer_id), 1, "{case}: {} let it in again", node.name());
		}
	}
	show("pbft", "the banned peers dial again", "not let in by any member", started);
}

/// Connects a peer with the impostor's key, and substreams to all members.
async fn let_in(scene: &Scene) -> Peer {
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let peer = Peer::start(PeerParams::talking(scene.genesis(), addresses.clone(), Hello::Key(IMPOSTOR)));
	let open = comes_about(PATIENCE, || addresses.iter().all(|node| peer.votes.times_opened(&node.peer_id) > 0)).await;
	assert!(open, "a member is not let in");
	peer
}

/// Returns valid, old messages: harmless one by one.
pub async fn stale_messages(scene: &Scene) -> Vec<Vec<u8>> {
	let now = Moment::now(scene).await;
	let heights = 1..=now.tip.number.min(64);
	let mut stale = Vec::new();
	for height in heights {
		let hash = scene.client().block_hash(height).await.unwrap();
		for message in [Message::Prepare(Prepare { view: 0, hash }), Message::Commit(Commit { view: 0, hash })] {
			stale.push(Wire::Message(now.signed(message, height)).encode());
		}
	}
	stale
}

/// Returns messages of the current height with valid signatures that are expensive to check. They are proposals of
/// unknown blocks, votes for random blocks, and view changes for one view after another.
pub async fn present_messages(scene: &Scene, rng: &mut StdRng) -> Vec<Vec<u8>> {
	let now = Moment::now(scene).await;
	let height = now.tip.number + 1;
	let mut messages = Vec::new();
	for view in 1..=50 {
		let hash = Hash::from_slice(&random(rng, 32));
		let proposal = Proposal { hash, bytes: Arc::default() };
		for message in [
			Message::PrePrepare(PrePrepare { view: 0, proposal, new_view: None }),
			Message::Prepare(Prepare { view: 0, hash }),
			Message::ViewChange(ViewChange { view, prepared: None }),
		] {
			messages.push(Wire::Message(now.signed(message, height)).encode());
		}
	}
	messages
}

/// Sends stale votes at full speed, until all members ban the peer.
async fn floods(scene: &Scene) {
	let peer = let_in(scene).await;
	let stale = stale_messages(scene).await;
	let started = Instant::now();
	let mut sent = 0u64;
	for node in scene.nodes() {
		let id = address(node).peer_id;
		let mut messages = stale.iter().cycle();
		while peer.votes.send(&id, messages.next().expect("there is a block").clone()).await {
			sent += 1;
			assert!(started.elapsed() < PATIENCE, "{} does not cut off a flood of {sent} messages", node.name());
		}
		let told = comes_about(PATIENCE, || was_reported(node, &peer.id, 1 << 29, "PBFT: flood")).await;
		assert!(told, "the peer keeps its reputation at {}: {:?}", node.name(), reports(node, &peer.id));
	}
	show(
		"pbft",
		"stale votes at full speed",
		&format!("cut off after {sent} messages to {} members", scene.nodes().len()),
		started,
	);
}
