//! Four nodes that run a main chain, a zone and two shards each, under payments in every direction at once, while nodes are killed and
//! started again: one, and two at a time, without which no ledger has a quorum. So validators of the shards, routers, and validators of
//! the main chain die together. Every payment arrives exactly once, nothing is lost or made, and nothing is stuck.
//!
//! The size is CI's; `TOP_SHARDS_FULL=1` makes it that of an acceptance test, some 15 minutes:
//! `TOP_SHARDS_FULL=1 cargo test --release --workspace --test processes shards_under_kills:: -- --nocapture`.
//! `TOP_SHARDS_SEED` repeats the random choices of an earlier run; the machine's own timing remains.

use crate::support::{assert_no_panic, binary, block_on, print_complaints, spread, turn, LogsOnFailure, UP_TIMEOUT};
use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use serde_json::json;
use std::{
	path::Path,
	time::{Duration, Instant},
};
use top_bench::{
	bench_chain,
	network::{
		check, drive, plan, remote_by, residents, settled, Books, Drive, Entry, Outcome, Residents, Routes, Signer,
	},
	BenchChain, Ledger,
};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodeLedger, NodePorts, DEV_NAMES};
use top_node::{commands::NodeLedgers, LOG_TARGETS};
use top_sdk::Client;

const NODES: u16 = 4;
const SHARDS: u16 = 2;
/// Accounts of a shard, of which each has one payment on its way at most.
const ACCOUNTS: usize = 240;
/// Half of the payments lead to the other shard.
const REMOTE_PERCENT: u8 = 50;
/// The environment variable for the full size.
const FULL: &str = "TOP_SHARDS_FULL";
/// How long all payments may take to arrive after the last start of a node and the last planned payment.
const NOTHING_STUCK: Duration = Duration::from_secs(30);
/// How long a node may take to come back on all ledgers.
const BACK: Duration = Duration::from_secs(30);

/// What a run consists of.
#[derive(Clone)]
struct Size {
	/// Payments of each shard.
	payments: u32,
	/// Time between two of them.
	interval: Duration,
	/// Rounds of kills: one node, then two.
	rounds: u32,
	/// Milliseconds for which killed nodes are down, and that pass before the next kill.
	down: std::ops::Range<u64>,
	pause: std::ops::Range<u64>,
}

const CI: Size =
	Size { payments: 1_000, interval: Duration::from_millis(25), rounds: 1, down: 1_000..2_000, pause: 2_000..3_000 };
/// 50,000 payments in 10 minutes.
const ACCEPTANCE: Size =
	Size { payments: 25_000, interval: Duration::from_millis(24), rounds: 25, down: 500..6_000, pause: 500..6_000 };

/// Returns a network whose main chain has the accounts, which its shards take over.
pub fn network(folder: &Path, shards: &[Residents]) -> LocalNetwork {
	let accounts: Vec<_> = shards.iter().flat_map(|shard| &shard.accounts).map(|account| account.id.clone()).collect();
	let chain = BenchChain {
		ledger: Ledger::Main,
		id: "top_under_kills",
		validators: NODES,
		accounts: &accounts,
		changes: json!({}),
	};
	let names = DEV_NAMES.iter().take(usize::from(NODES));
	LocalNetwork::prepare(NetworkParams {
		base_path: folder.to_owned(),
		chain: bench_chain(&NodeLedgers, chain).unwrap(),
		nodes: names.map(|name| ((*name).to_owned(), NodeKind::Validator(name))).collect(),
		ports: NodePorts::free_with_shards(NODES, SHARDS).unwrap(),
		shards: SHARDS,
		binary: binary(),
		extra_args: vec!["--rpc-max-connections=1000".into()],
	})
	.unwrap()
}

/// Kills nodes and starts them again.
struct Kills<'a> {
	network: &'a mut LocalNetwork,
	rng: StdRng,
	came_back: Vec<Duration>,
}

impl Kills<'_> {
	async fn wait(&mut self, milliseconds: std::ops::Range<u64>) {
		tokio::time::sleep(Duration::from_millis(self.rng.gen_range(milliseconds))).await;
	}

	/// Kills some nodes at once, starts them again, and waits until they follow all ledgers.
	async fn kill(&mut self, count: usize, size: &Size) {
		self.wait(size.pause.clone()).await;
		let mut nodes: Vec<usize> = (0..usize::from(NODES)).collect();
		nodes.shuffle(&mut self.rng);
		nodes.truncate(count);
		for node in &nodes {
			self.network.nodes_mut()[*node].ensure_running().unwrap();
			self.network.nodes_mut()[*node].kill().unwrap();
		}
		self.wait(size.down.clone()).await;
		let started = Instant::now();
		for node in &nodes {
			self.network.nodes_mut()[*node].start().unwrap();
		}
		self.follow().await;
		self.came_back.push(started.elapsed());
	}

	/// Waits until all nodes have a newer block of each shard and of the zone than any has now.
	async fn follow(&mut self) {
		let deadline = Instant::now() + BACK;
		let ledgers: Vec<_> = self.network.nodes().iter().flat_map(|node| node.ledgers()).collect();
		let mut newest = std::collections::BTreeMap::new();
		for ledger in &ledgers {
			if let Ok(client) = ledger.rpc().await {
				let height = client.finalized_height().await.unwrap_or_default();
				let known = newest.entry(ledger.chain).or_insert(height);
				*known = height.max(*known);
			}
		}
		for ledger in ledgers {
			let newest = newest.get(&ledger.chain).copied();
			loop {
				let height = match ledger.rpc().await {
					Ok(client) => client.finalized_height().await.ok(),
					Err(_) => None,
				};
				if height.is_some() && height > newest {
					break;
				}
				assert!(Instant::now() < deadline, "{} is at {height:?} of {newest:?}", ledger.rpc_url());
				tokio::time::sleep(Duration::from_millis(100)).await;
			}
		}
		for node in self.network.nodes_mut() {
			node.ensure_running().unwrap();
		}
	}
}

/// Checks that each payment arrived, and none later than `deadline`.
fn assert_arrived(outcome: &Outcome, deadline: Instant) {
	let late = |entry: &&Entry| {
		let arrived = if entry.is_remote() { entry.credited_at } else { entry.final_at };
		arrived.is_none_or(|arrived| arrived > deadline)
	};
	let planned = |entry: &Entry| (entry.payment.planned, entry.payment.by, entry.final_at.is_some());
	let stuck: Vec<_> = outcome.entries.iter().filter(late).map(planned).collect();
	let shown = &stuck[..stuck.len().min(5)];
	assert!(stuck.is_empty(), "{} payments are stuck, {} failed: {shown:?}", stuck.len(), outcome.failed());
}

/// Waits until a node has the same books of a shard as the others.
async fn has_books(ledger: &NodeLedger, expected: &Books) {
	let deadline = Instant::now() + BACK;
	let client = ledger.rpc().await.unwrap();
	while Books::read(&client).await.unwrap() != *expected {
		assert!(Instant::now() < deadline, "the books of {} at {} differ", ledger.chain, ledger.rpc_url());
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

#[test]
fn every_payment_arrives_once_while_nodes_are_killed() {
	let _turn = turn::alone();
	let size = if std::env::var_os(FULL).is_some() { ACCEPTANCE } else { CI };
	let seed = match std::env::var("TOP_SHARDS_SEED") {
		Ok(seed) => seed.parse().expect("TOP_SHARDS_SEED is a number"),
		Err(_) => rand::thread_rng().gen(),
	};
	println!("TOP_SHARDS_SEED={seed}");
	let folder = tempfile::tempdir().unwrap();
	let mut shards = residents(SHARDS, ACCOUNTS + 1).unwrap();
	let mut network = network(folder.path(), &shards);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let routes = Routes::of(network.nodes(), SHARDS);
		let mut clients = Vec::new();
		for shard in &routes.shards {
			clients.push(Client::connect(&shard[0].rpc_url()).await.unwrap());
		}
		let remote = remote_by(&NodeLedgers, &clients, &mut shards).await.unwrap();
		println!("payments between shards are sent by {}", remote.name());
		let before = settled(&routes, NOTHING_STUCK).await.unwrap();
		let domains = clients.iter().map(|client| *client.domain()).collect();
		let mut signer = Signer::new(shards, domains, remote).unwrap();
		let payments = signer.sign(&plan(SHARDS, REMOTE_PERCENT, size.payments, size.interval)).unwrap();

		let begun = Instant::now();
		let ends = Drive { patience: 2 * NOTHING_STUCK, nodes_end: true };
		let load = tokio::spawn({
			let routes = routes.clone();
			async move { drive(&routes, payments, ends).await }
		});
		let mut kills = Kills { network: &mut network, rng: StdRng::seed_from_u64(seed), came_back: Vec::new() };
		for _ in 0..size.rounds {
			kills.kill(1, &size).await;
			kills.kill(2, &size).await;
		}
		let last_start = Instant::now() - kills.came_back.last().copied().unwrap_or_default();
		let came_back = spread(&kills.came_back);
		let outcome = load.await.unwrap().unwrap();
		let deadline = last_start.max(begun + size.interval * size.payments) + NOTHING_STUCK;
		println!(
			"{} payments, {} of them between shards, within {:.1?}; killed nodes follow all ledgers again, min / median / max, {came_back} \
			 after their start",
			outcome.entries.len(),
			outcome.entries.iter().filter(|entry| entry.is_remote()).count(),
			outcome.until_final(),
		);
		println!("refused and sent again: {:?}", outcome.refusals);
		assert_arrived(&outcome, deadline);

		let after = settled(&routes, deadline.saturating_duration_since(Instant::now())).await.unwrap();
		check(&before, &after, signer.shards(), &outcome).unwrap();
		for (ledger, expected) in
			routes.shards.iter().zip(&after).flat_map(|(shard, books)| shard.iter().map(move |at| (at, books)))
		{
			has_books(ledger, expected).await;
		}
	});
	assert_no_panic(&network);
	print_complaints(&network);
	for node in network.nodes() {
		let errors: Vec<String> =
			node.complaints(LOG_TARGETS).unwrap().into_iter().filter(|line| line.contains(" ERROR ")).collect();
		assert!(errors.is_empty(), "{}: {errors:#?}", node.name());
	}
}
