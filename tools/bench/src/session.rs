//! Runs the network that is measured.

use anyhow::{bail, Context};
use std::{
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use top_local_network::{stop_signals, Chain, LocalNetwork, NetworkParams, Node, NodeKind, NodePorts, DEV_NAMES};
use top_sdk::RpcClient;

/// How long the network may take to start.
const UP_TIMEOUT: Duration = Duration::from_secs(300);
/// How long the genesis may take: that of four million accounts is some gigabytes, and their trie is built in memory.
const GENESIS_TIMEOUT: Duration = Duration::from_secs(1_200);
/// Folder of what networks share, below the temporary one.
const CACHE_FOLDER: &str = "cache";
/// Interval of looking whether it is up.
const UP_INTERVAL: Duration = Duration::from_millis(50);
/// Memory of each transaction pool: some hundred thousand transfers.
const POOL_KBYTES: u32 = 256 * 1024;

/// The environment of measurements: a small runtime, which leaves the processors to the nodes, and a folder.
pub struct Session {
	runtime: Runtime,
	temporary: TempDir,
	base_path: Option<PathBuf>,
	cache: Option<PathBuf>,
}

/// The connections to a network that is up.
pub struct Connected {
	/// A connection to each node.
	pub clients: Vec<RpcClient>,
	/// Time from the start of the nodes until all served RPC.
	pub startup: Duration,
}

/// Parameters of a network.
pub struct Setup {
	/// Its folder, below that of the session.
	pub folder: PathBuf,
	/// The path of the node's binary.
	pub binary: PathBuf,
	/// Its chain.
	pub chain: Chain,
	/// The chain's specification without its state, if one node builds the genesis for all.
	pub light: Option<String>,
	/// Number of validators, with development keys.
	pub validators: u16,
	/// Number of shards beside the chain, which is a main chain then.
	pub shards: u16,
	/// Number of transfers that wait in the transaction pools.
	pub in_flight: u32,
	/// Further arguments for every validator.
	pub node_args: Vec<String>,
}

impl Session {
	/// Opens a session in a folder, which must not hold a network; by default in a temporary one. Networks share what the
	/// cache holds, which is a folder of the session by default.
	///
	/// # Errors
	/// If the folder or a thread cannot be created.
	pub fn new(base_path: Option<&Path>, cache: Option<&Path>) -> anyhow::Result<Self> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let temporary = tempfile::tempdir().context("cannot create a temporary folder")?;
		Ok(Self { runtime, temporary, base_path: base_path.map(Path::to_owned), cache: cache.map(Path::to_owned) })
	}

	/// Returns the folder of its networks.
	pub fn folder(&self) -> &Path {
		self.base_path.as_deref().unwrap_or(self.temporary.path())
	}

	/// Returns the folder of what its networks share: compiled runtimes, and states without accounts.
	pub fn cache(&self) -> PathBuf {
		self.cache.clone().unwrap_or_else(|| self.temporary.path().join(CACHE_FOLDER))
	}

	/// Runs a network and measures it, with a connection to each of its nodes. Call it on the main thread: nodes end
	/// with the thread that started them.
	///
	/// # Errors
	/// If the network fails, the measurement fails, or a signal stops it.
	pub fn on_network<R>(
		&self,
		setup: Setup,
		measure: impl AsyncFnOnce(&mut LocalNetwork, Connected) -> anyhow::Result<R>,
	) -> anyhow::Result<R> {
		let (params, light) = self.params(setup)?;
		let cache = self.cache();
		self.runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let mut network = LocalNetwork::prepare(params)?;
			network.load_runtimes(&cache)?;
			let result = tokio::select! {
				result = start_and(&mut network, light, &cache, measure) => result,
				() = stop_requested => Err(anyhow::anyhow!("stopped on a signal")),
			};
			network.stop()?;
			result
		})
	}

	fn params(&self, setup: Setup) -> anyhow::Result<(NetworkParams, Option<String>)> {
		let Setup { folder, binary, chain, light, validators, shards, in_flight, node_args } = setup;
		let base_path = self.folder().join(folder);
		if base_path.join("spec.json").exists() {
			bail!("{} holds a network already; choose an empty folder", base_path.display());
		}
		let names = DEV_NAMES.iter().take(usize::from(validators));
		let mut extra_args = vec![
			// Ten times the load: if a full pool drops a transfer, all later ones of its sender wait. A tenth of the
			// limit is for transfers with missing predecessors; gossip may deliver all transfers in such an order.
			format!("--pool-limit={}", u64::from(in_flight) * 10),
			format!("--pool-kbytes={POOL_KBYTES}"),
			"--rpc-max-connections=1000".into(),
		];
		// As validators are by default. A local network has the index on them too.
		if !node_args.iter().any(|argument| argument.starts_with("--unit-index")) {
			extra_args.push("--unit-index=off".into());
		}
		extra_args.extend(node_args);
		let params = NetworkParams {
			base_path,
			chain,
			nodes: names.map(|name| ((*name).to_owned(), NodeKind::Validator(name))).collect(),
			shards,
			ports: NodePorts::free_with_shards(validators, shards)?,
			binary,
			extra_args,
		};
		Ok((params, light))
	}
}

async fn start_and<R>(
	network: &mut LocalNetwork,
	light: Option<String>,
	cache: &Path,
	measure: impl AsyncFnOnce(&mut LocalNetwork, Connected) -> anyhow::Result<R>,
) -> anyhow::Result<R> {
	if let Some(light) = light {
		network.build_genesis(&light, GENESIS_TIMEOUT).await.context("the network has no genesis")?;
	}
	let since = Instant::now();
	network.start_async().await?;
	while !is_up(network).await? {
		if since.elapsed() > UP_TIMEOUT {
			bail!("the network does not start");
		}
		tokio::time::sleep(UP_INTERVAL).await;
	}
	let startup = since.elapsed();
	network.wait_for_height(1, UP_TIMEOUT).await.context("the network does not start")?;
	network.save_runtimes(cache)?;
	let mut clients = Vec::new();
	for node in network.nodes() {
		clients.push(node.rpc().await?);
	}
	let result = measure(network, Connected { clients, startup }).await;
	// The end of a node explains more than the failures that follow from it.
	for node in network.nodes_mut() {
		node.ensure_running()?;
	}
	result
}

/// Whether all nodes serve RPC.
async fn is_up(network: &mut LocalNetwork) -> anyhow::Result<bool> {
	for node in network.nodes_mut() {
		node.ensure_running()?;
		if node.rpc().await.is_err() {
			return Ok(false);
		}
	}
	Ok(true)
}

/// One end of the measured window.
pub struct Edge {
	/// Its time.
	pub time: Instant,
	/// The newest final block.
	pub height: u32,
	/// Processor time of all nodes since their start.
	pub cpu: Duration,
}

impl Edge {
	/// Takes the present figures.
	///
	/// # Errors
	/// If a node does not answer or does not run.
	pub async fn take(client: &RpcClient, nodes: &[Node]) -> anyhow::Result<Self> {
		let height = client.finalized_height().await?;
		let cpu = nodes.iter().map(Node::cpu_time).sum::<anyhow::Result<Duration>>()?;
		Ok(Self { time: Instant::now(), height, cpu })
	}
}
