//! Ten nodes that run a main chain, a zone and two shards, whose committees the main chain draws: a node that is drawn for the other
//! shard votes there from the next epoch on, in the same process. Once each node runs all ledgers, and once those alone for which it is
//! drawn: then routers carry over the network to validators that run one shard.

mod captured;

use crate::support::{assert_no_panic, binary, block_on, print_complaints, top_node, turn, LogsOnFailure, UP_TIMEOUT};
use codec::Encode;
use sp_crypto_hashing::{blake2_128, twox_128};
use sp_keyring::Sr25519Keyring;
use std::{
	collections::BTreeMap,
	path::Path,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts};
use top_node::chain_spec::{network_chain, ChainSpec, Preset};
use top_runtime_common::development::{node_account, node_keys};
use top_sdk::{RpcClient, TOP};
use tp_core::{Balance, ChainTag};
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

fn network(folder: &Path, spec: ChainSpec) -> LocalNetwork {
	LocalNetwork::prepare(NetworkParams {
		base_path: folder.to_owned(),
		chain: network_chain(spec),
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

/// Connects to a ledger at the n-th node, from 1, if the node runs it.
async fn at_node(network: &LocalNetwork, node: u16, chain: ChainTag) -> Option<RpcClient> {
	let node = &network.nodes()[usize::from(node - 1)];
	let ledger = node.ledgers().find(|ledger| ledger.chain == chain).unwrap();
	ledger.rpc().await.ok()
}

/// Returns the nodes that run a ledger.
async fn running(network: &LocalNetwork, chain: ChainTag) -> Vec<u16> {
	let mut running = Vec::new();
	for node in 1..=NODES {
		if at_node(network, node, chain).await.is_some() {
			running.push(node);
		}
	}
	running
}

/// A ledger at whichever node runs it: nodes leave ledgers.
struct Anywhere<'a> {
	network: &'a LocalNetwork,
	chain: ChainTag,
}

impl Anywhere<'_> {
	/// Connects to a node with a seat in the ledger's present committee.
	async fn connect(&self) -> (u16, RpcClient) {
		let deadline = Instant::now() + EPOCH;
		loop {
			for node in 1..=NODES {
				let Some(client) = at_node(self.network, node, self.chain).await else { continue };
				let Ok(head) = client.finalized_head().await else { continue };
				let Ok(committee) = client.committee(head).await else { continue };
				if committee.index_of(&node_keys(node).pbft).is_some() {
					return (node, client);
				}
			}
			assert!(Instant::now() < deadline, "no member of {} runs it", self.chain);
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
	}

	/// Returns the epoch of its next block.
	async fn epoch(&self) -> Epoch {
		epoch_of(&self.connect().await.1).await
	}
}

fn anywhere(network: &LocalNetwork, chain: ChainTag) -> Anywhere<'_> {
	Anywhere { network, chain }
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
	until("the start of its new shard", EPOCH, async || at_node(network, node, to).await.is_some()).await;
	let ledger = at_node(network, node, to).await.unwrap();
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
	until("the end of its time in the old shard", EPOCH, async || {
		let (_, left) = anywhere(network, from).connect().await;
		let Ok(head) = left.finalized_head().await else { return false };
		let Ok(committee) = left.committee(head).await else { return false };
		committee.epoch >= epoch && committee.index_of(&key).is_none()
	})
	.await;
}

/// A payment between accounts of two ledgers, or of one.
#[derive(Clone, Copy)]
struct Payment {
	source: ChainTag,
	from: Sr25519Keyring,
	target: ChainTag,
	to: Sr25519Keyring,
	amount: Balance,
}

impl Payment {
	/// Returns what the payee has.
	async fn balance(&self, network: &LocalNetwork) -> Balance {
		let (_, home) = anywhere(network, self.target).connect().await;
		home.account(&self.to.to_account_id()).await.map_or(0, |account| account.free)
	}

	/// Sends it by the command, which ends when the payment is final at its source.
	async fn send(&self, network: &LocalNetwork) {
		let (node, _) = anywhere(network, self.source).connect().await;
		let ledger = network.nodes()[usize::from(node - 1)].ledgers().find(|ledger| ledger.chain == self.source);
		let (from, to, url) = (self.from.to_seed(), self.to.to_seed(), ledger.unwrap().rpc_url());
		let amount = (self.amount / TOP).to_string();
		let home = if self.target == ChainTag::Main { "main" } else { "zone-0" };
		let arguments = ["--from", &from, "--to", &to, "--amount", &amount, "--ledger", home, "--url", &url];
		top_node(["tx", "transfer"].into_iter().chain(arguments)).assert_success();
	}

	/// Sends it, and waits until it arrives.
	async fn pay(&self, network: &LocalNetwork) {
		let before = self.balance(network).await;
		self.send(network).await;
		let since = Instant::now();
		let what = format!("the payment from {} to {}", self.source, self.target);
		until(&what, ARRIVED, async || self.balance(network).await == before + self.amount).await;
		println!("{what} arrived after {:.1?}", since.elapsed());
	}
}

/// Pays from one shard to the other.
async fn pay(network: &LocalNetwork) {
	use Sr25519Keyring::{Alice, Bob};
	let payment = Payment { source: shard(0), from: Bob, target: shard(1), to: Alice, amount: TOP };
	payment.pay(network).await;
}

/// Checks that each node runs the ledgers for which it is drawn, and at least one runs fewer than all.
async fn runs_what_it_is_drawn_for(network: &LocalNetwork, main: &RpcClient) {
	let (chains, mut of_all) = ([ChainTag::Zone(0), shard(0), shard(1)], 0);
	until("the ledgers for which nodes are drawn, and no others", 3 * EPOCH, async || {
		let epoch = epoch_of(main).await;
		let mut drawn: BTreeMap<ChainTag, Vec<u16>> = BTreeMap::new();
		for chain in chains {
			for epoch in epoch.saturating_sub(1)..=epoch + 1 {
				drawn.entry(chain).or_default().extend(seated(main, chain, epoch).await);
			}
		}
		let routers = drawn[&ChainTag::Zone(0)].clone();
		let mut is_so = true;
		of_all = 0;
		for chain in chains {
			let running = running(network, chain).await;
			of_all += running.len();
			let belongs = |node: &u16| drawn[&chain].contains(node) || routers.contains(node);
			is_so &= running.iter().all(belongs) && (1..=NODES).filter(belongs).all(|node| running.contains(&node));
		}
		// A new epoch may have begun in between.
		is_so && epoch_of(main).await == epoch
	})
	.await;
	println!("ten nodes run {of_all} ledgers beside the main chain");
	assert!(of_all < 30, "some node is drawn for one shard alone");
}

fn reassign(mut network: LocalNetwork, is_assigned: bool) {
	let (_logs, started) = (LogsOnFailure::of(&network), Instant::now());
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		println!("the ledgers are up after {:.1?}", started.elapsed());
		let processes: Vec<_> = network.nodes().iter().map(|node| node.pid()).collect();
		let main = at_node(&network, 1, ChainTag::Main).await.unwrap();
		pay(&network).await;
		let moved = until_moved(&main).await;
		votes(&network, &main, &moved).await;
		pay(&network).await;
		// All ledgers know the epoch, the main chain from its own draws.
		for chain in [ChainTag::Zone(0), shard(0), shard(1)] {
			let ledger = anywhere(&network, chain);
			until(&format!("{chain} in epoch {}", moved.epoch), EPOCH, async || ledger.epoch().await >= moved.epoch)
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
		if is_assigned {
			runs_what_it_is_drawn_for(&network, &main).await;
			pay(&network).await;
		}
		let after: Vec<_> = network.nodes().iter().map(|node| node.pid()).collect();
		assert_eq!(processes, after);
		for node in network.nodes_mut() {
			node.ensure_running().unwrap();
		}
		let memory = network.nodes().iter().map(|node| node.peak_memory().unwrap());
		let memory: Vec<u64> = memory.map(|bytes| bytes >> 20).collect();
		println!("{:.1?} in all; MiB of each process at most: {memory:?}", started.elapsed());
	});
	for node in network.nodes_mut() {
		node.stop(STOP_TIMEOUT).unwrap();
	}
	assert_no_panic(&network);
	print_complaints(&network);
}

#[test]
#[ignore = "ten processes for some two minutes: make soak, or cargo test --test processes drawn:: -- --ignored"]
fn a_reassigned_node_changes_its_shard_without_a_restart() {
	let (_turn, folder) = (turn::alone(), tempfile::tempdir().unwrap());
	reassign(network(folder.path(), Preset::Drawn.raw_spec().unwrap()), false);
}

#[test]
#[ignore = "ten processes for some minutes: make soak, or cargo test --test processes drawn:: -- --ignored"]
fn nodes_run_the_ledgers_alone_for_which_they_are_drawn() {
	let (_turn, folder) = (turn::alone(), tempfile::tempdir().unwrap());
	reassign(network(folder.path(), Preset::Drawn.raw_spec().unwrap()).assign_ledgers(), true);
}
