//! The network under attack, and its victim.

use crate::{
	peer::{
		forgery::Forger,
		watching::{resident_mib, LOG_OPTION},
	},
	support::{self, TestNetwork, UP_TIMEOUT},
};
use std::time::Instant;
use tempfile::TempDir;
use top_local_network::{LocalNetwork, NetworkParams, Node, NodeKind, NodePorts};
use top_node::chain_spec::{network_chain, Preset};
use top_sdk::RpcClient;
use tp_core::{Hash, Header};
use tp_pbft::Domain;

/// Number of running members.
const RUNNING: u16 = 3;
/// The seed of everything random.
pub const SEED: u64 = 0x70b5;

/// The network under attack.
pub struct Scene {
	members: TestNetwork,
	clients: Vec<RpcClient>,
	genesis: Hash,
}

impl Scene {
	/// Starts the members.
	pub fn start() -> Self {
		let mut members = support::network_of(Preset::Local.raw_spec().unwrap(), RUNNING, 0);
		for node in members.network.nodes_mut() {
			node.set_extra_args(vec![LOG_OPTION.into()]);
		}
		members.network.start().unwrap();
		Self { members, clients: Vec::new(), genesis: Hash::zero() }
	}

	/// Waits until the members answer.
	pub async fn come_up(&mut self) {
		self.members.network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		for node in self.members.network.nodes() {
			self.clients.push(node.rpc().await.unwrap());
		}
		self.genesis = self.client().block_hash(0).await.unwrap();
	}

	/// Returns the members' network.
	pub fn network(&self) -> &LocalNetwork {
		&self.members.network
	}

	/// Fails if a member's process has ended.
	pub fn ensure_running(&mut self) {
		for node in self.members.network.nodes_mut() {
			node.ensure_running().unwrap();
		}
	}

	/// Describes the resident memory of the members.
	pub fn memory(&self) -> String {
		let of = |node: &Node| format!("{} {} MiB", node.name(), resident_mib(node));
		self.nodes().iter().map(of).collect::<Vec<_>>().join(", ")
	}

	/// Returns the members' nodes.
	pub fn nodes(&self) -> &[Node] {
		self.members.network.nodes()
	}

	/// Returns Alice's RPC.
	pub fn client(&self) -> &RpcClient {
		&self.clients[0]
	}

	/// Returns the RPC of all members.
	pub fn clients(&self) -> &[RpcClient] {
		&self.clients
	}

	/// Hash of the genesis block.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}

	/// The newest final header.
	pub async fn tip(&self) -> Header {
		self.client().header(self.client().finalized_head().await.unwrap()).await.unwrap()
	}

	/// Returns the parameters of signatures for the height after a block.
	pub async fn forger(&self, parent: Hash) -> Forger {
		let chain = self.client().pbft_config().await.unwrap().chain;
		let committee = self.client().committee(parent).await.unwrap();
		Forger { domain: Domain { chain, genesis: self.genesis }, committee }
	}
}

/// Starts the victim, in its own network.
pub fn start_victim() -> (LocalNetwork, TempDir) {
	let folder = tempfile::tempdir().unwrap();
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(Preset::Local.raw_spec().unwrap()),
		nodes: vec![("victim".into(), NodeKind::Full)],
		shards: 0,
		ports: NodePorts::free(1).unwrap(),
		binary: support::binary(),
		extra_args: vec![LOG_OPTION.into(), "--rpc-methods=unsafe".into()],
	})
	.unwrap();
	network.start().unwrap();
	(network, folder)
}

/// Prints the outcome of one way to misbehave.
pub fn show(phase: &str, case: &str, outcome: &str, since: Instant) {
	println!("{phase:<10} {case:<44} {outcome} ({:.1} s)", since.elapsed().as_secs_f32());
}
