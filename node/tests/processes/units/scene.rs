//! A network of a shard, and connections to it.

use crate::{
	support::{network_of, LogsOnFailure, TestNetwork, UP_TIMEOUT},
	units::accounts::chain_spec,
};
use serde_json::json;
use std::{
	ops::Range,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, Node};
use top_node::chain_spec::{ChainSpec, Preset};
use top_sdk::{Balance, Client, Domain, RpcClient};

/// How long a node may be behind the others.
const LEVEL_TIMEOUT: Duration = Duration::from_secs(60);
/// Arguments of all nodes: many connections, and all states, which tests query.
const ARGUMENTS: [&str; 2] = ["--rpc-max-connections=1000", "--state-pruning=archive"];

/// Nodes of a shard. Start and drop it in the thread of the test.
pub struct Scene {
	pub domain: Domain,
	// Dropped first, while its folder is there.
	_logs: LogsOnFailure,
	network: TestNetwork,
}

impl Scene {
	/// Starts `validators` nodes, and prepares `followers` more.
	pub fn start(spec: ChainSpec, validators: u16, followers: u16) -> Self {
		Self::start_with(spec, validators, followers, &[])
	}

	/// Starts four validators of a shard in which some accounts have a balance each, and prepares followers.
	pub fn of_accounts(accounts: Range<u32>, balance: Balance, followers: u16) -> Self {
		Self::start(chain_spec(Preset::ShardLocal, &[(accounts, balance)], json!({})), 4, followers)
	}

	/// As [`Self::start`], with more arguments for the nodes.
	pub fn start_with(spec: ChainSpec, validators: u16, followers: u16, arguments: &[&str]) -> Self {
		let mut network = network_of(spec, validators, followers);
		let arguments: Vec<String> = ARGUMENTS.iter().chain(arguments).map(|argument| (*argument).into()).collect();
		for node in network.network.nodes_mut() {
			node.set_extra_args(arguments.clone());
		}
		network.network.start_first(usize::from(validators)).unwrap();
		let logs = LogsOnFailure::of(&network.network);
		Self { domain: Domain::default(), _logs: logs, network }
	}

	/// Waits until all started nodes have a block.
	pub async fn come_up(&mut self) {
		self.network.network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		self.domain = *self.client(0).await.domain();
	}

	/// Returns the network.
	pub fn network(&self) -> &LocalNetwork {
		&self.network.network
	}

	/// Returns the nodes: validators, then followers.
	pub fn nodes(&self) -> &[Node] {
		self.network.network.nodes()
	}

	/// Returns a node for changes.
	pub fn node_mut(&mut self, node: usize) -> &mut Node {
		&mut self.network.network.nodes_mut()[node]
	}

	/// Returns the URLs of the validators.
	pub fn urls(&self, validators: usize) -> Vec<String> {
		self.nodes()[..validators].iter().map(Node::rpc_url).collect()
	}

	/// Connects to a node.
	pub async fn client(&self, node: usize) -> Client {
		Client::connect(&self.nodes()[node].rpc_url()).await.unwrap()
	}

	/// Connects to a node, for calls outside of the unit lane.
	pub async fn rpc(&self, node: usize) -> RpcClient {
		self.nodes()[node].rpc().await.unwrap()
	}

	/// Waits until the first `count` nodes have the newest block of them; returns its height.
	pub async fn level(&mut self, count: usize) -> u32 {
		let mut newest = 0;
		for node in 0..count {
			newest = newest.max(self.rpc(node).await.finalized_height().await.unwrap());
		}
		for node in 0..count {
			self.node_mut(node).wait_for_height(newest, LEVEL_TIMEOUT).await.unwrap();
		}
		newest
	}

	/// Checks that no node has ended by itself, or panicked.
	pub fn assert_sound(&mut self) {
		for node in self.network.network.nodes_mut() {
			node.ensure_running().unwrap();
		}
		crate::support::assert_no_panic(self.network());
		crate::support::print_complaints(self.network());
	}
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
	let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
	u64::try_from(since.as_millis()).unwrap()
}

/// Polls a condition until it is true; fails if it takes too long.
pub async fn comes_true<F: std::future::Future<Output = bool>>(
	what: &str,
	limit: Duration,
	mut is_so: impl FnMut() -> F,
) -> Duration {
	let started = Instant::now();
	while !is_so().await {
		assert!(started.elapsed() < limit, "{what}: not within {limit:?}");
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
	started.elapsed()
}
