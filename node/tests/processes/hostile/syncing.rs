//! Block sync: a node without other peers takes no block that is not final.

use crate::{
	hostile::scene::{show, Scene, SEED},
	peer::{
		comes_about,
		forgery::{block_on, certificate_of, encoded_justification, justification, OfferedBlock},
		serving::Offer,
		watching::{address, heads, knows, real_block, reports, resident_mib, was_reported, MemoryWatch},
		Peer, PeerParams,
	},
};
use codec::{Decode, Encode};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use sp_runtime::OpaqueExtrinsic;
use std::time::{Duration, Instant};
use top_local_network::Node;
use top_sdk::RpcClient;
use tp_pbft::{Certificate, ENGINE_ID};

/// Reputation change for a block that fails verification.
const VERIFICATION_FAILED: i64 = 1 << 29;
/// How long a node may take to refuse an offer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Maximum memory growth of a node by refused blocks, in MiB.
const MAX_GROWTH_MIB: u64 = 200;

/// Offers one wrong block after another, each on top of a real one. The node takes the real one, so the offer is valid.
pub async fn refuses_uncertified_blocks(scene: &Scene, victim: &Node) {
	let client = victim.rpc().await.unwrap();
	let memory = MemoryWatch::start(victim);
	let mut rng = StdRng::seed_from_u64(SEED);
	let cases = wrong_blocks(scene, 2, &mut rng).await.len();
	for index in 0..cases {
		let started = Instant::now();
		let last_real = client.finalized_height().await.unwrap() + 1;
		let (case, wrong) = wrong_blocks(scene, last_real + 1, &mut rng).await.swap_remove(index);
		let mut blocks = Vec::new();
		for height in 1..=last_real {
			blocks.push(real_block(scene.client(), height).await);
		}
		let (height, hash) = (wrong.header.number, wrong.header.hash());
		let is_real = hash == real_block(scene.client(), height).await.header.hash();
		blocks.push(wrong);
		let offer = Offer::new(blocks);
		let hostile =
			Peer::start(PeerParams::syncing(scene.genesis(), vec![address(victim)], (height, hash), offer.clone()));
		let id = address(victim).peer_id;
		let refused = comes_about(PATIENCE, || hostile.announcements.times_closed(&id) > 0).await;
		assert!(refused, "{case}: the victim has not dropped the peer; it asked for {} blocks", offer.served());
		let told =
			comes_about(PATIENCE, || was_reported(victim, &hostile.id, VERIFICATION_FAILED, "verification")).await;
		assert!(told, "{case}: the peer keeps its reputation: {:?}", reports(victim, &hostile.id));

		let (best, finalized) = heads(&client).await;
		assert_eq!((best.number, finalized.number), (last_real, last_real), "{case}");
		assert_eq!(finalized.hash(), scene.client().block_hash(last_real).await.unwrap(), "{case}");
		assert!(!knows(&client, hash).await, "{case}: the block is there");
		if !is_real {
			for member in scene.clients() {
				assert!(!knows(member, hash).await, "{case}: a member has the block");
			}
		}
		show("sync", case, &format!("block {height} refused, reputation −2^29"), started);
	}
	let (before, peak) = memory.figures();
	println!("memory     of the victim: {before} MiB before, {peak} MiB at most, {} MiB now", resident_mib(victim));
	assert!(peak < before + MAX_GROWTH_MIB, "the victim grew from {before} to {peak} MiB");
}

/// Returns all wrong blocks for the height of a real one.
async fn wrong_blocks(scene: &Scene, height: u32, rng: &mut StdRng) -> Vec<(&'static str, OfferedBlock)> {
	let client = scene.client();
	wait_for(client, height + 1).await;
	let (parent, real) = (real_block(client, height - 1).await, real_block(client, height).await);
	let certificate = certificate_of(&real);
	let forger = scene.forger(parent.header.hash()).await;
	let forged = block_on(&parent.header, &real, rng.next_u64());
	let hash = forged.header.hash();
	let with = |justifications| OfferedBlock { justifications, ..forged.clone() };

	let mut blocks = vec![
		("no certificate", forged.clone()),
		("a certificate that does not decode", with(encoded_justification(ENGINE_ID, vec![0xff; 300]))),
		("a certificate of another engine", with(encoded_justification(*b"FRNK", certificate.encode()))),
		("the parent's certificate", with(parent.justifications.clone())),
	];
	let wrong = forger.wrong_certificates(height, hash, &certificate, rng);
	blocks.extend(wrong.into_iter().map(|(case, certificate)| (case, with(justification(&certificate)))));

	let mut few = certificate.clone();
	let votes: Vec<_> = certificate.votes().map(|(index, signature)| (index, signature.clone())).collect();
	let votes = votes[..forger.committee.quorum() - 1].to_vec();
	few = Certificate::from_votes(few.slot(), few.hash, forger.committee.size(), votes);
	blocks.push((
		"the real block, a signature taken out",
		OfferedBlock { justifications: justification(&few), ..real.clone() },
	));
	let next_epoch = Certificate { epoch: certificate.epoch + 1, ..certificate };
	blocks.push((
		"the real block, its votes as the next epoch's",
		OfferedBlock { justifications: justification(&next_epoch), ..real.clone() },
	));
	let mut body = real.body.clone();
	body.push(OpaqueExtrinsic::decode(&mut &vec![1u8, 2, 3, 4].encode()[..]).unwrap());
	blocks.push(("the real header and certificate, another body", OfferedBlock { body, ..real }));
	blocks
}

async fn wait_for(client: &RpcClient, height: u32) {
	let deadline = Instant::now() + 4 * PATIENCE;
	while client.finalized_height().await.unwrap() < height {
		assert!(Instant::now() < deadline, "the network has not come to height {height}");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
}

/// The refused blocks do no harm: as soon as the victim knows an honest node, it follows the chain.
pub async fn still_follows_honest_nodes(scene: &Scene, victim: &Node) {
	let started = Instant::now();
	let client = victim.rpc().await.unwrap();
	let tip = scene.tip().await.number;
	let alice = scene.nodes()[0].p2p_address();
	let () = client.request("system_addReservedPeer", jsonrpsee::rpc_params![alice]).await.unwrap();
	let deadline = Instant::now() + 2 * PATIENCE;
	while client.finalized_height().await.unwrap() < tip {
		assert!(Instant::now() < deadline, "the victim does not follow an honest node");
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	for height in 1..=tip {
		assert_eq!(client.block_hash(height).await.unwrap(), scene.client().block_hash(height).await.unwrap());
	}
	show("sync", "an honest node, at last", &format!("followed to block {tip}, equal block by block"), started);
}
