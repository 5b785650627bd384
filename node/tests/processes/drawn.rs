//! Ten nodes that run a main chain, a zone and two shards each, whose committees the main chain draws: a node that is drawn for the
//! other shard votes there from the next epoch on, in the same process.

use crate::support::{assert_no_panic, binary, block_on, print_complaints, top_node, turn, LogsOnFailure, UP_TIMEOUT};
use codec::Encode;
use sp_crypto_hashing::{blake2_128, twox_128};
use std::{
	collections::BTreeMap,
	path::Path,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts};
use top_node::{
	chain_spec::{network_chain, Preset},
	shards::balances_in,
};
use top_runtime_common::development::{node_account, node_keys};
use top_sdk::{AccountId, RpcClient, TOP};
use tp_core::{ChainTag, TableRange};
use tp_pbft::Epoch;
use tp_routing::BeaconReport;
use tp_stake::Seat;

const NODES: u16 = 10;
const SHARDS: u16 = 2;
/// The epochs in which a node changes its shard, all but surely: each node that leaves one is drawn for any of the two an epoch later.
const EPOCHS: Epoch = 12;
/// How long an epoch may take: half a minute, and what its closing blocks take on a busy machine.
const EPOCH: Duration = Duration::from_secs(75);
/// How long a payment between shards may take.
const ARRIVED: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

fn network(folder: &Path) -> LocalNetwork {
	LocalNetwork::prepare(NetworkParams {
		base_path: folder.to_owned(),
		chain: network_chain(Preset::Drawn.raw_spec().unwrap()),
		nodes: (1..=NODES).map(|number| (format!("node-{number}"), NodeKind::Registered(number))).collect(),
		ports: NodePorts::free_with_shards(NODES, SHARDS).unwrap(),
		shards: SHARDS,
		binary: binary(),
		// Ten provers would take the processors from the blocks of forty ledgers.
		extra_args: vec!["--no-power-proof".into()],
	})
	.unwrap()
}

fn shard(number: u16) -> ChainTag {
	ChainTag::Shard { zone: 0, incarnation: number.into() }
}

/// Connects to a ledger at the n-th node, from 1.
async fn connect(network: &LocalNetwork, node: u16, chain: ChainTag) -> RpcClient {
	let node = &network.nodes()[usize::from(node - 1)];
	let ledger = node.ledgers().find(|ledger| ledger.chain == chain).unwrap();
	ledger.rpc().await.unwrap()
}

/// Returns the epoch of a ledger's next block.
async fn epoch_of(ledger: &RpcClient) -> Epoch {
	let head = ledger.finalized_head().await.unwrap();
	ledger.committee(head).await.unwrap().epoch
}

/// Returns the nodes of a committee, as the main chain has drawn it.
async fn seated(main: &RpcClient, chain: ChainTag, epoch: Epoch) -> Vec<u16> {
	let seats: Option<Vec<Seat>> = main.runtime_call("StakeApi_committee", (chain, epoch), None).await.unwrap();
	let number = |seat: Seat| (1..=NODES).find(|number| Some(node_account(*number)) == seat.node);
	seats.unwrap_or_default().into_iter().map(|seat| number(seat).expect("it is one of the nodes")).collect()
}

/// Returns the newest epoch whose participation a ledger has reported to the main chain.
async fn reported(main: &RpcClient, chain: ChainTag) -> Option<Epoch> {
	let key = [twox_128(b"ShardAssignment"), twox_128(b"Reported")].concat();
	let chain = chain.encode();
	main.storage(&[&key[..], &blake2_128(&chain), &chain].concat(), None).await.unwrap()
}

/// Waits until something is so.
async fn until(what: &str, timeout: Duration, mut is_so: impl AsyncFnMut() -> bool) {
	let deadline = Instant::now() + timeout;
	while !is_so().await {
		assert!(Instant::now() < deadline, "{what}: not within {timeout:?}");
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

/// A node with a seat in another shard than before.
#[derive(Debug)]
struct Moved {
	node: u16,
	from: ChainTag,
	to: ChainTag,
	epoch: Epoch,
}

/// Follows the epochs of the main chain until a node has a seat in another shard than before.
async fn until_moved(main: &RpcClient) -> Moved {
	let mut shard_of: BTreeMap<u16, ChainTag> = BTreeMap::new();
	for epoch in 0..EPOCHS {
		until(&format!("epoch {epoch}"), EPOCH, async || epoch_of(main).await >= epoch).await;
		let mut moved = None;
		for chain in (0..SHARDS).map(shard) {
			let nodes = seated(main, chain, epoch).await;
			println!("epoch {epoch}: {chain} has {nodes:?}");
			for node in nodes {
				if let Some(from) = shard_of.insert(node, chain).filter(|from| *from != chain) {
					moved = Some(Moved { node, from, to: chain, epoch });
				}
			}
		}
		if let Some(moved) = moved {
			return moved;
		}
	}
	panic!("no node has changed its shard in {EPOCHS} epochs");
}

/// Waits for a certificate of the shard's epoch with the vote of the node that came.
async fn votes(network: &LocalNetwork, main: &RpcClient, moved: &Moved) {
	let Moved { node, from, to, epoch } = *moved;
	let (began, key) = (Instant::now(), node_keys(node).pbft);
	let ledger = connect(network, node, to).await;
	until("a vote in the new committee", EPOCH, async || {
		let head = ledger.finalized_head().await.unwrap();
		let parent = ledger.header(head).await.unwrap().parent_hash;
		let committee = ledger.committee(parent).await.unwrap();
		assert!(committee.epoch <= epoch, "{to} is in epoch {} and node {node} has not voted", committee.epoch);
		let Some(index) = committee.index_of(&key).filter(|_| committee.epoch == epoch) else { return false };
		ledger.certificate(head).await.unwrap().signers.iter().any(|signer| signer == index)
	})
	.await;
	println!("node {node} went from {from} to {to} in epoch {epoch}, and votes there after {:.1?}", began.elapsed());
	assert_eq!(epoch_of(main).await, epoch, "it votes within the epoch for which it is drawn");
	let left = connect(network, node, from).await;
	until("the end of its time in the old shard", EPOCH, async || {
		let committee = left.committee(left.finalized_head().await.unwrap()).await.unwrap();
		committee.epoch >= epoch && committee.index_of(&key).is_none()
	})
	.await;
}

/// Pays from one shard to the other.
async fn pay(network: &LocalNetwork) {
	use sp_keyring::Sr25519Keyring;
	let resident = |number: u16| {
		let tables = TableRange::of_shard(number, SHARDS).unwrap();
		let accounts: Vec<AccountId> = balances_in(tables).into_iter().map(|(account, _)| account).collect();
		Sr25519Keyring::well_known().find(|key| accounts.contains(&key.to_account_id())).unwrap()
	};
	let (from, to) = (resident(0), resident(1));
	let [source, target] = [shard(0), shard(1)];
	let home = connect(network, 2, target).await;
	let before = home.account(&to.to_account_id()).await.unwrap().free;
	let url = network.nodes()[0].ledgers().find(|ledger| ledger.chain == source).unwrap().rpc_url();
	let paid =
		top_node(["tx", "transfer", "--from", &from.to_seed(), "--to", &to.to_seed(), "--amount", "1", "--url", &url]);
	paid.assert_success();
	let since = Instant::now();
	until("the payment to the other shard", ARRIVED, async || {
		home.account(&to.to_account_id()).await.unwrap().free == before + TOP
	})
	.await;
	println!("a payment to the other shard arrived after {:.1?}", since.elapsed());
}

#[test]
#[ignore = "ten processes for some two minutes: make soak, or cargo test --test processes drawn:: -- --ignored"]
fn a_reassigned_node_changes_its_shard_without_a_restart() {
	let (_turn, folder) = (turn::alone(), tempfile::tempdir().unwrap());
	let mut network = network(folder.path());
	let (_logs, started) = (LogsOnFailure::of(&network), Instant::now());
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		println!("forty ledgers are up after {:.1?}", started.elapsed());
		let processes: Vec<_> = network.nodes().iter().map(|node| node.pid()).collect();
		let main = connect(&network, 1, ChainTag::Main).await;
		pay(&network).await;
		let moved = until_moved(&main).await;
		votes(&network, &main, &moved).await;
		pay(&network).await;
		// All ledgers know the epoch, the main chain from its own draws.
		for chain in [ChainTag::Zone(0), shard(0), shard(1)] {
			let ledger = connect(&network, 3, chain).await;
			until(&format!("{chain} in epoch {}", moved.epoch), EPOCH, async || epoch_of(&ledger).await >= moved.epoch)
				.await;
		}
		until("the zone's epoch on the main chain", EPOCH, async || {
			let report: BeaconReport = main.runtime_call("BeaconApi_neighbours", (), None).await.unwrap();
			report.followed.iter().any(|(chain, epoch)| *chain == ChainTag::Zone(0) && *epoch >= moved.epoch)
		})
		.await;
		for chain in [ChainTag::Zone(0), shard(0), shard(1)] {
			let ended = Some(moved.epoch - 1);
			until(&format!("the report of {chain}"), EPOCH, async || reported(&main, chain).await >= ended).await;
		}
		let after: Vec<_> = network.nodes().iter().map(|node| node.pid()).collect();
		assert_eq!(processes, after);
		for node in network.nodes_mut() {
			node.ensure_running().unwrap();
		}
		let memory = network.nodes().iter().map(|node| node.peak_memory().unwrap()).max();
		println!("{:.1?} in all, at most {} MiB a process", started.elapsed(), memory.unwrap_or_default() >> 20);
	});
	for node in network.nodes_mut() {
		node.stop(STOP_TIMEOUT).unwrap();
	}
	assert_no_panic(&network);
	print_complaints(&network);
}
