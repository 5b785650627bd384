//! The committee changes under load: sudo puts Eve in Dave's place, and later five in place of four.

use crate::support::{
	assert_no_panic, block_on, load_and_watch, network_of, print_complaints, sudo::sudo, turn, witness::Witness,
	LogsOnFailure, TestNetwork,
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use top_main_runtime::RuntimeCall;
use top_node::chain_spec::Preset;
use top_sdk::RpcClient;
use tp_core::Hash;
use tp_pbft::{check_signature, Domain, Member, MemberIndex};

/// How long an epoch of the preset may take to end.
const EPOCH_TIMEOUT: Duration = Duration::from_secs(90);
/// Number of blocks to check after a change.
const OBSERVED: u32 = 30;
/// How long they may take.
const OBSERVED_TIMEOUT: Duration = Duration::from_secs(90);

const ALICE: usize = 0;
const DAVE: usize = 3;
const EVE: usize = 4;

fn member(index: usize) -> Member {
	const KEYS: [(Ed25519Keyring, Sr25519Keyring); 5] = [
		(Ed25519Keyring::Alice, Sr25519Keyring::Alice),
		(Ed25519Keyring::Bob, Sr25519Keyring::Bob),
		(Ed25519Keyring::Charlie, Sr25519Keyring::Charlie),
		(Ed25519Keyring::Dave, Sr25519Keyring::Dave),
		(Ed25519Keyring::Eve, Sr25519Keyring::Eve),
	];
	let (vote, vrf) = KEYS[index];
	Member { key: vote.public().into(), vrf: vrf.public().into(), weight: 1 }
}

/// Sets a committee, and waits for the block after which it decides. Returns that block's height and hash.
async fn change_to(client: &RpcClient, witness: &Witness, members: &[usize]) -> (u32, Hash) {
	let members: Vec<Member> = members.iter().map(|index| member(*index)).collect();
	let call = pallet_committee::Call::set_next_committee { members: members.clone() };
	let queued = sudo(client, RuntimeCall::Committee(call)).await;
	let mut height = queued.height;
	let deadline = Instant::now() + EPOCH_TIMEOUT;
	loop {
		let since = Instant::now();
		witness.continues(height, since, deadline.saturating_duration_since(since)).await;
		// Another node may have reported it.
		if let Ok(hash) = client.block_hash(height).await {
			if client.committee(hash).await.unwrap().members == members {
				println!("named in block {}, in force after block {height}", queued.height);
				return (height, hash);
			}
			height += 1;
		} else {
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
	}
}

/// Checks the certificates of the blocks after a change, and counts the signatures and proposals of each member.
async fn signed_after(client: &RpcClient, change: (u32, Hash), domain: &Domain) -> BTreeMap<MemberIndex, (u32, u32)> {
	let mut counts = BTreeMap::<_, (u32, u32)>::new();
	let (first, mut parent) = change;
	for height in first + 1..=first + OBSERVED {
		let hash = client.block_hash(height).await.unwrap();
		let committee = client.committee(parent).await.unwrap();
		let certificate = client.certificate(hash).await.unwrap();
		certificate.verify(domain, &committee, height, &hash, check_signature).unwrap();
		for signer in certificate.signers.iter() {
			counts.entry(signer).or_default().0 += 1;
		}
		let header = client.header(hash).await.unwrap();
		let author = tp_pbft::find_pre_digest(&header.digest).unwrap().author;
		counts.entry(author).or_default().1 += 1;
		parent = hash;
	}
	counts
}

/// Returns the place in the committee that a node reports.
async fn place(client: &RpcClient) -> Option<u64> {
	let status: serde_json::Value = client.request("pbft_status", jsonrpsee::rpc_params![]).await.unwrap();
	status["member"].as_u64()
}

#[test]
fn the_committee_changes_under_load() {
	let _turn = turn::beside_another();
	// Eve has her keys from the start, and no seat.
	let spec = Preset::Local.raw_spec().unwrap();
	let TestNetwork { mut network, folder: _folder } = network_of(spec, 5, 0);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		let (mut load, witness) = load_and_watch(&mut network, 3).await;
		let client = network.nodes()[1].rpc().await.unwrap();
		let dave = network.nodes()[DAVE].rpc().await.unwrap();
		let eve = network.nodes()[EVE].rpc().await.unwrap();
		let domain =
			Domain { chain: client.pbft_config().await.unwrap().chain, genesis: client.block_hash(0).await.unwrap() };
		assert_eq!((place(&dave).await, place(&eve).await), (Some(3), None));

		// Eve in Dave's place.
		witness.take_longest_gap();
		let change = change_to(&client, &witness, &[ALICE, 1, 2, EVE]).await;
		witness.continues(change.0 + OBSERVED + 1, Instant::now(), OBSERVED_TIMEOUT).await;
		network.wait_for_height(change.0 + OBSERVED, OBSERVED_TIMEOUT).await.unwrap();
		let counts = signed_after(&client, change, &domain).await;
		let gap = witness.take_longest_gap();
		println!("of {OBSERVED} blocks, signed and proposed by index (3 is Eve): {counts:?}; longest gap {gap:.2?}");
		assert_eq!((place(&dave).await, place(&eve).await), (None, Some(3)));
		let (signed, proposed) = counts.get(&3).copied().unwrap_or_default();
		assert!(signed >= OBSERVED / 10, "Eve has a seat and signed {signed} of {OBSERVED} blocks");
		assert!(proposed > 0, "Eve has a seat and proposed none of {OBSERVED} blocks");

		// Without Dave and without Alice there is a quorum only if Eve votes.
		network.nodes_mut()[DAVE].kill().unwrap();
		network.nodes_mut()[ALICE].kill().unwrap();
		let height = witness.newest();
		let went_on = witness.continues(height + 5, Instant::now(), OBSERVED_TIMEOUT).await;
		println!("without Dave and Alice, Eve's votes made 5 blocks final in {went_on:.2?}");
		network.nodes_mut()[DAVE].start().unwrap();
		network.nodes_mut()[ALICE].start().unwrap();
		network.wait_for_height(height, OBSERVED_TIMEOUT).await.unwrap();

		// Dave comes back, as the fifth: four of five are a quorum.
		let change = change_to(&client, &witness, &[ALICE, 1, 2, EVE, DAVE]).await;
		witness.continues(change.0 + OBSERVED + 1, Instant::now(), OBSERVED_TIMEOUT).await;
		network.wait_for_height(change.0 + OBSERVED, OBSERVED_TIMEOUT).await.unwrap();
		let counts = signed_after(&client, change, &domain).await;
		println!("five: of {OBSERVED} blocks, signed and proposed by index (4 is Dave): {counts:?}");
		assert!(counts.get(&4).is_some_and(|(signed, _)| *signed > 0), "Dave came back and signed nothing");
		load.stop().await;
		let newest = witness.newest();
		let heights = witness.verify(&network).await;
		let transfers = load.transfers_until(&client, client.finalized_head().await.unwrap()).await;
		println!("{heights} blocks are the same on all five nodes, with {transfers} transfers ({})", load.summary());
		assert!(transfers > u64::from(newest), "the load was no load");
		print_complaints(&network);
		assert_no_panic(&network);
	});
}
