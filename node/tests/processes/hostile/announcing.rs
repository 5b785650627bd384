//! Block announcements: members accept only certified ones, and disconnect the sender of any other.

use crate::{
	hostile::scene::{show, Scene, SEED},
	peer::{
		comes_about,
		forgery::{block_on, certificate_of, justification, OfferedBlock},
		serving::Offer,
		watching::{address, knows, real_block, reports, was_reported},
		Peer, PeerParams,
	},
};
use codec::Encode;
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::time::{Duration, Instant};
use tp_core::Header;

/// Reputation change for a bad announcement.
const BAD_ANNOUNCEMENT: i64 = 1 << 12;
/// What a block that fails the verifier costs.
const VERIFICATION_FAILED: i64 = 1 << 29;
/// How long nodes may take to accept a peer, or to disconnect it.
const PATIENCE: Duration = Duration::from_secs(20);
/// Blocks of the real chain that the peer serves, and forged blocks on top of them.
const REAL_BLOCKS: u32 = 64;
const FORGED_BLOCKS: u32 = 140;

/// Announces forged blocks on top of the real chain to all members.
pub async fn refuses_uncertified_announcements(scene: &Scene) {
	let started = Instant::now();
	let cases = announcements(scene).await.len();
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let tip = scene.tip().await;
	let peers: Vec<Peer> = (0..cases)
		.map(|_| {
			let claimed = (tip.number, tip.hash());
			Peer::start(PeerParams::syncing(scene.genesis(), addresses.clone(), claimed, Offer::default()))
		})
		.collect();
	for peer in &peers {
		let open =
			comes_about(PATIENCE, || addresses.iter().all(|node| peer.announcements.is_open(&node.peer_id))).await;
		assert!(open, "the members do not let the peer in");
	}
	let announcements = announcements(scene).await;
	for (peer, (case, header, data)) in peers.iter().zip(&announcements) {
		for node in &addresses {
			assert!(peer.announce(&node.peer_id, header, data.clone()).await, "{case}: the peer was dropped too early");
		}
	}
	for (peer, (case, header, _)) in peers.iter().zip(&announcements) {
		for (node, address) in scene.nodes().iter().zip(&addresses) {
			let dropped = comes_about(PATIENCE, || peer.announcements.times_closed(&address.peer_id) > 0).await;
			assert!(dropped, "{case}: {} has not dropped the peer", node.name());
			let told = comes_about(PATIENCE, || was_reported(node, &peer.id, BAD_ANNOUNCEMENT, "announcement")).await;
			assert!(told, "{case}: the peer keeps its reputation at {}: {:?}", node.name(), reports(node, &peer.id));
		}
		for client in scene.clients() {
			assert!(!knows(client, header.hash()).await, "{case}: the block is there");
		}
		show("announce", case, "refused by all members, reputation −2^12, dropped", started);
	}
	drop(peers);
	serves_a_forged_chain(scene).await;
}

/// Returns the announcements, case by case.
async fn announcements(scene: &Scene) -> Vec<(&'static str, Header, Option<Vec<u8>>)> {
	let mut rng = StdRng::seed_from_u64(SEED);
	let tip = scene.tip().await;
	let newest = real_block(scene.client(), tip.number).await;
	let forger = scene.forger(tip.hash()).await;
	let forged = block_on(&tip, &newest, rng.next_u64()).header;
	let (height, hash) = (forged.number, forged.hash());
	let real = certificate_of(&newest);
	let mut cases = vec![
		("no certificate", forged.clone(), None),
		("an empty certificate", forged.clone(), Some(Vec::new())),
		("bytes that do not decode", forged.clone(), Some(vec![0xaa; 1000])),
	];
	let wrong = forger.wrong_certificates(height, hash, &real, &mut rng);
	cases.extend(wrong.into_iter().map(|(case, certificate)| (case, forged.clone(), Some(certificate.encode()))));
	cases
}

/// Announces a block of a future committee, and serves the chain of forged blocks below it.
async fn serves_a_forged_chain(scene: &Scene) {
	let started = Instant::now();
	let mut rng = StdRng::seed_from_u64(SEED + 1);
	let tip = scene.tip().await;
	let forger = scene.forger(tip.hash()).await;
	let mut chain = Vec::new();
	for height in tip.number.saturating_sub(REAL_BLOCKS).max(1)..=tip.number {
		chain.push(real_block(scene.client(), height).await);
	}
	let template = chain.last().expect("the tip is in it").clone();
	let mut parent = template.header.clone();
	let mut forged = Vec::new();
	for _ in 0..FORGED_BLOCKS {
		let block = block_on(&parent, &template, rng.next_u64());
		let certificate = forger.one_short(block.header.number, block.header.hash());
		parent = block.header.clone();
		forged.push(OfferedBlock { justifications: justification(&certificate), ..block });
	}
	let offer = Offer::new(chain.into_iter().chain(forged.iter().cloned()));
	let addresses: Vec<_> = scene.nodes().iter().map(address).collect();
	let peer =
		Peer::start(PeerParams::syncing(scene.genesis(), addresses.clone(), (tip.number, tip.hash()), offer.clone()));
	let open = comes_about(PATIENCE, || addresses.iter().all(|node| peer.announcements.is_open(&node.peer_id))).await;
	assert!(open, "the members do not let the peer in");
	let far = forger.one_short(parent.number, parent.hash()).encode();
	for node in &addresses {
		assert!(peer.announce(&node.peer_id, &parent, Some(far.clone())).await);
	}
	for (node, address) in scene.nodes().iter().zip(&addresses) {
		let dropped = comes_about(PATIENCE, || peer.announcements.times_closed(&address.peer_id) > 0).await;
		assert!(dropped, "{} keeps a peer with a forged chain; {} blocks were asked for", node.name(), offer.served());
		let told = comes_about(PATIENCE, || was_reported(node, &peer.id, VERIFICATION_FAILED, "verification")).await;
		assert!(told, "the peer keeps its reputation at {}: {:?}", node.name(), reports(node, &peer.id));
	}
	for client in scene.clients() {
		for block in &forged {
			assert!(!knows(client, block.header.hash()).await, "a forged block is there");
		}
	}
	let outcome = format!("{} blocks asked for, none imported, reputation −2^29, dropped", offer.served());
	show("announce", "a chain of forged blocks from far ahead", &outcome, started);
}
