//! A node without blocks begins with the state of the newest one: it executes none of the blocks before, and has them later.

use crate::{
	support::{block_on, network_of, turn, witness::hashes, LogsOnFailure, TestNetwork, UP_TIMEOUT},
	units::accounts::{account, chain_spec},
};
use codec::DecodeAll;
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use sp_keyring::Sr25519Keyring;
use std::{
	fs,
	time::{Duration, Instant},
};
use top_local_network::Node;
use top_node::{chain_spec::Preset, LOG_TARGETS};
use top_sdk::{Client, Keypair, RpcClient, TOP};
use tp_account_store::{AccountKey, AccountProof};
use tp_core::Hash;
use tp_lattice::storage::account_key;
use tp_pbft::{check_signature, find_next_committee, Committee, Domain};

/// Blocks before the first of the new nodes starts.
const BLOCKS: u32 = 200;
/// How long four validators may take to make them.
const MAKING_TIMEOUT: Duration = Duration::from_secs(300);
/// How long a new node may take to begin. In the full size it builds the genesis first.
const JOIN_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a node may take to have the blocks before its first one, or blocks that it missed.
const SYNC_TIMEOUT: Duration = Duration::from_secs(120);
/// How long a node may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// Returns the first block of a node that began by warp sync.
fn begun_at(node: &Node) -> Option<u32> {
	let log = fs::read_to_string(node.log_file()).unwrap();
	let line = log.lines().find(|line| line.contains("Begins at block "))?;
	line.split("Begins at block ").nth(1)?.split_whitespace().next()?.parse().ok()
}

fn start(nodes: &mut [Node]) {
	nodes.iter_mut().for_each(|node| node.start().unwrap());
}

/// Starts a node by warp sync, and waits until it follows the others. Returns its first block.
async fn join(node: &mut Node, height: u32) -> u32 {
	let started = Instant::now();
	node.start().unwrap();
	node.wait_for_height(height, JOIN_TIMEOUT).await.unwrap();
	// The height is known before the line is written.
	let deadline = Instant::now() + SYNC_TIMEOUT;
	let begun = loop {
		match begun_at(node) {
			Some(begun) => break begun,
			None => assert!(Instant::now() < deadline, "the node does not say where it begins"),
		}
		tokio::time::sleep(Duration::from_millis(100)).await;
	};
	println!(
		"{} began at block {begun}, and had {height} {:.1} s after its start",
		node.name(),
		started.elapsed().as_secs_f64()
	);
	begun
}

/// Waits until a node has all blocks before the one with which it began.
async fn history(client: &RpcClient, begun: u32) -> Vec<(u32, Hash)> {
	let deadline = Instant::now() + SYNC_TIMEOUT;
	loop {
		let found = hashes(client, 1, begun).await.unwrap();
		if found.len() == begun as usize {
			return found;
		}
		assert!(Instant::now() < deadline, "of {begun} blocks only {} came", found.len());
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

/// Checks the certificates of a history by the committees that its own headers name, and returns the number of epochs.
async fn verify_history(client: &RpcClient, first: Committee, blocks: &[(u32, Hash)]) -> u64 {
	let genesis = client.block_hash(0).await.unwrap();
	let domain = Domain { chain: client.pbft_config().await.unwrap().chain, genesis };
	let (mut committee, mut parent) = (first, genesis);
	for (height, hash) in blocks {
		let header = client.header(*hash).await.unwrap();
		assert_eq!((header.number, header.parent_hash, header.hash()), (*height, parent, *hash));
		let certificate = client.certificate(*hash).await.unwrap();
		certificate.verify(&domain, &committee, *height, hash, check_signature).unwrap();
		if let Some((epoch, members)) = find_next_committee(&header.digest) {
			committee = Committee { epoch, members, ..committee };
		}
		parent = *hash;
	}
	committee.epoch + 1
}

#[test]
fn a_new_node_begins_with_a_late_state_and_others_begin_with_its_help() {
	let _turn = turn::beside_another();
	let changes = serde_json::json!({"committee": {"epochMs": 4_000}});
	let spec = Preset::LocalFast.raw_spec_with("top_warp", changes).unwrap();
	let TestNetwork { mut network, folder: _folder } = network_of(spec, 4, 3);
	let _logs = LogsOnFailure::of(&network);
	let (validators, joiners) = network.nodes_mut().split_at_mut(4);
	start(validators);
	let [first, second, third] = joiners else { panic!("three nodes join") };
	let warp = || vec!["--sync=warp".to_owned()];
	first.set_extra_args(warp());
	second.set_extra_args(warp());
	// Nodes that began so themselves have all that a proof needs.
	let reserved = [&*first, &*second].map(|node| format!("--reserved-nodes={}", node.p2p_address()));
	third.set_extra_args(warp().into_iter().chain(["--reserved-only".to_owned()]).chain(reserved).collect());
	block_on(async {
		validators[0].wait_for_height(BLOCKS, MAKING_TIMEOUT).await.unwrap();
		let of_validators = validators[0].rpc().await.unwrap();
		let genesis = of_validators.block_hash(0).await.unwrap();
		let committee = of_validators.committee(genesis).await.unwrap();

		let begun = join(first, BLOCKS + 5).await;
		assert!(begun >= BLOCKS, "it began at block {begun}, and {BLOCKS} were there");
		let client = first.rpc().await.unwrap();
		let alice = Sr25519Keyring::Alice.to_account_id();
		let at = client.block_hash(begun).await.unwrap();
		let own = client.account_at(&alice, Some(at)).await.unwrap();
		assert_eq!(own, of_validators.account_at(&alice, Some(at)).await.unwrap());
		assert!(own.free > 0);

		let blocks = history(&client, begun).await;
		assert!(blocks == hashes(&of_validators, 1, begun).await.unwrap(), "it has other blocks than a validator");
		let epochs = verify_history(&client, committee, &blocks).await;
		assert!(epochs > 2, "{epochs} epochs are too few for a chain of committees");
		println!("it has {begun} blocks of {epochs} epochs with their certificates");
		// It executed none of them: it has no states of theirs.
		for height in [1, begun - 1] {
			let block = client.block_hash(height).await.unwrap();
			assert!(client.account_at(&alice, Some(block)).await.is_err(), "it has a state of block {height}");
		}

		// It goes on after a stop, with the same options.
		first.stop(STOP_TIMEOUT).unwrap();
		first.start().unwrap();
		let head = of_validators.finalized_height().await.unwrap();
		first.wait_for_height(head + 5, SYNC_TIMEOUT).await.unwrap();
		let log = fs::read_to_string(first.log_file()).unwrap();
		assert!(log.contains("instead of by --sync warp"), "it says that it has a state");

		join(second, head + 5).await;
		let head = of_validators.finalized_height().await.unwrap();
		let begun = join(third, head).await;
		history(&third.rpc().await.unwrap(), begun).await;
	});
	for node in &network.nodes()[4..] {
		let complaints = node.complaints(LOG_TARGETS).unwrap();
		assert!(complaints.is_empty(), "{} complains: {complaints:?}", node.name());
	}
}

/// Accounts of the shard, and blocks before the new node starts.
fn shard_size() -> (u32, u32) {
	match std::env::var_os("TOP_WARP_FULL") {
		Some(_) => (200_000, 10_000),
		None => (2_000, 200),
	}
}

/// Accounts that are compared.
const COMPARED: u32 = 50;

/// Pays until a shard has a height.
async fn pay_until(client: &Client, height: u32) {
	let (alice, bob) = (Keypair::from_uri("//Alice").unwrap(), Sr25519Keyring::Bob.to_account_id());
	while client.rpc().finalized_height().await.unwrap() < height {
		client.pay(&alice, &bob, TOP).await.unwrap().finalized().await.unwrap();
	}
}

/// Reads an account of a block with its proof by the store.
async fn proven(client: &RpcClient, number: u32, at: Hash) -> Option<Vec<u8>> {
	let id = account(number);
	let root: Bytes =
		client.request("state_getStorage", rpc_params![Bytes(b":account_store_root".to_vec()), at]).await.unwrap();
	let root: [u8; 32] = root.0.try_into().unwrap();
	let answer: serde_json::Value = client.request("lattice_accountProof", rpc_params![&id, at]).await.unwrap();
	let proof: Bytes = serde_json::from_value(answer["proof"].clone()).unwrap();
	let proof = AccountProof::decode_all(&mut &proof.0[..]).unwrap();
	let key = AccountKey::from_slice(&account_key(&id)[32..]).unwrap();
	proof.verify(&root, &key).unwrap().map(<[u8]>::to_vec)
}

#[test]
fn a_new_node_of_a_shard_takes_the_accounts_from_others() {
	let _turn = turn::beside_another();
	let (accounts, blocks) = shard_size();
	let changes = serde_json::json!({"committee": {"epochMs": 4_000}});
	let spec = chain_spec(Preset::ShardLocal, &[(0..accounts, 2 * TOP)], changes);
	let TestNetwork { mut network, folder: _folder } = network_of(spec, 4, 1);
	let _logs = LogsOnFailure::of(&network);
	let (joiner, validators) = network.nodes_mut().split_last_mut().unwrap();
	start(validators);
	joiner.set_extra_args(vec!["--sync=warp".into()]);
	block_on(async {
		validators[0].wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let of_validators = Client::connect(&validators[0].rpc_url()).await.unwrap();
		pay_until(&of_validators, blocks).await;
		let begun = join(joiner, blocks).await;
		assert!(begun >= blocks);
		let log = fs::read_to_string(joiner.log_file()).unwrap();
		assert!(log.contains(&format!("accounts of block {begun} are here")), "it says that the accounts are here");

		let own = Client::connect(&joiner.rpc_url()).await.unwrap();
		let at = own.rpc().block_hash(begun).await.unwrap();
		for number in (0..accounts).step_by((accounts / COMPARED) as usize) {
			let (taken, theirs) = (proven(own.rpc(), number, at).await, proven(of_validators.rpc(), number, at).await);
			assert!(taken.is_some() && taken == theirs, "account {number}");
		}
		assert_eq!(proven(own.rpc(), accounts, at).await, None);

		// It executes what follows, and takes units.
		pay_until(&own, begun + 20).await;
		joiner.stop(STOP_TIMEOUT).unwrap();
		pay_until(&of_validators, begun + 40).await;
		joiner.start().unwrap();
		joiner.wait_for_height(begun + 40, SYNC_TIMEOUT).await.unwrap();
		let own = Client::connect(&joiner.rpc_url()).await.unwrap();
		pay_until(&own, begun + 45).await;
		history(own.rpc(), begun).await;
	});
	let complaints = network.nodes()[4].complaints(LOG_TARGETS).unwrap();
	assert!(complaints.is_empty(), "the new node complains: {complaints:?}");
}
