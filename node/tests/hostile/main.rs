//! A hostile peer among real nodes: it offers blocks that are not final, announces them, and sends garbage over the
//! PBFT protocol at full speed.
//!
//! ```text
//! alice, bob, charlie     three of four members: each is needed for a quorum
//! victim                  a full node that knows only the hostile peer
//! hostile peer            in this process: the SDK's network, the protocols run by hand; it has the development
//!                         keys, so it can sign as any member; Dave runs only here
//! ```
//!
//! Each way of misbehaving has its own network identity, since the nodes ban it at the end.

#[path = "../support/mod.rs"]
mod support;

mod announcing;
mod assault;
mod forgery;
mod peer;
mod serving;
mod syncing;
mod talking;
mod watching;

use forgery::Forger;
use std::time::{Duration, Instant};
use support::{load::Load, LogsOnFailure, TestNetwork, UP_TIMEOUT};
use tempfile::TempDir;
use top_local_network::{LocalNetwork, NetworkParams, Node, NodeKind, NodePorts};
use top_node::chain_spec::{network_chain, Preset};
use top_sdk::RpcClient;
use tp_core::{Hash, Header};
use tp_pbft::Domain;
use watching::{pace, resident_mib, LOG_OPTION};

/// Number of running members.
const RUNNING: u16 = 3;
/// Duration of the measurement of the pace before the attack.
const PACE_WINDOW: Duration = Duration::from_secs(15);
/// The seed of everything random.
const SEED: u64 = 0x70b5;

/// The network under attack.
pub struct Scene {
	members: TestNetwork,
	clients: Vec<RpcClient>,
	genesis: Hash,
}

impl Scene {
	fn start() -> Self {
		let mut members = support::network_of(Preset::Local.raw_spec().unwrap(), RUNNING, 0);
		for node in members.network.nodes_mut() {
			node.set_extra_args(vec![LOG_OPTION.into()]);
		}
		members.network.start().unwrap();
		Self { members, clients: Vec::new(), genesis: Hash::zero() }
	}

	async fn come_up(&mut self) {
		self.members.network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		for node in self.members.network.nodes() {
			self.clients.push(node.rpc().await.unwrap());
		}
		self.genesis = self.client().block_hash(0).await.unwrap();
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
fn start_victim() -> (LocalNetwork, TempDir) {
	let folder = tempfile::tempdir().unwrap();
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(Preset::Local.raw_spec().unwrap()),
		nodes: vec![("victim".into(), NodeKind::Full)],
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

#[test]
fn a_hostile_peer_gets_nothing_in_and_stops_nothing() {
	let started = Instant::now();
	// In the thread of the test: the nodes end with the thread that started them.
	let mut scene = Scene::start();
	let (mut victim, _victim_folder) = start_victim();
	let _logs = (LogsOnFailure::of(&scene.members.network), LogsOnFailure::of(&victim));
	support::block_on(async {
		scene.come_up().await;
		victim.wait_for_height(0, UP_TIMEOUT).await.unwrap();
		let mut load = Load::start(&scene.members.network, SEED);
		let before = pace(scene.client(), PACE_WINDOW).await;
		println!("pace       before the attack: {before:.1} blocks in 10 s; memory of the members: {}", memory(&scene));

		syncing::refuses_uncertified_blocks(&scene, &victim.nodes()[0]).await;
		announcing::refuses_uncertified_announcements(&scene).await;
		talking::lets_no_stranger_in(&scene).await;
		talking::cuts_off_members_that_misbehave(&scene).await;
		assault::keeps_its_pace(&scene, before).await;
		syncing::still_follows_honest_nodes(&scene, &victim.nodes()[0]).await;

		load.stop().await;
		println!("load       {}", load.summary());
		for node in scene.members.network.nodes_mut() {
			node.ensure_running().unwrap();
		}
		victim.nodes_mut()[0].ensure_running().unwrap();
		println!("memory     of the members at the end: {}", memory(&scene));
	});
	println!("all        in {:.0} s", started.elapsed().as_secs_f32());
}

fn memory(scene: &Scene) -> String {
	let of = |node: &Node| format!("{} {} MiB", node.name(), resident_mib(node));
	scene.nodes().iter().map(of).collect::<Vec<_>>().join(", ")
}
