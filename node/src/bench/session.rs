//! A network that is measured: made, started, asked, stopped.

use crate::{
	chain_spec::ChainSpec,
	client::RpcClient,
	network::{LocalNetwork, NetworkParams, Node, NodePorts, Seat, DEV_NAMES},
	signals::stop_signals,
};
use anyhow::{bail, Context};
use std::{
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How long the network may take to get up. With a million accounts, each node reads some hundred megabytes first.
const UP_TIMEOUT: Duration = Duration::from_secs(300);
/// Memory of each transaction pool: some hundred thousand transfers.
const POOL_KBYTES: u32 = 256 * 1024;

/// What networks are measured from: one small runtime, which leaves the processors to the nodes, and a folder.
pub struct Session {
	runtime: Runtime,
	temporary: TempDir,
	base_path: Option<PathBuf>,
}

/// A network to be measured.
pub struct Setup {
	/// Its folder within that of the session.
	pub folder: PathBuf,
	/// Its chain.
	pub spec: ChainSpec,
	/// How many validators, of the development keys.
	pub validators: u16,
	/// Transfers that wait in transaction pools at a time.
	pub in_flight: u32,
	/// Further arguments for every validator.
	pub node_args: Vec<String>,
}

impl Session {
	/// In a folder, which must not hold a network; by default in a temporary one.
	pub fn new(base_path: Option<&Path>) -> anyhow::Result<Self> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
		Ok(Self { runtime, temporary, base_path: base_path.map(Path::to_owned) })
	}

	/// Where its networks are.
	pub fn folder(&self) -> &Path {
		self.base_path.as_deref().unwrap_or(self.temporary.path())
	}

	/// Runs a network while it is measured, with a connection to each of its nodes. To be called on the main thread:
	/// nodes end with the thread that starts them.
	pub fn on_network<R>(
		&self,
		setup: Setup,
		measure: impl AsyncFnOnce(&mut LocalNetwork, Vec<RpcClient>) -> anyhow::Result<R>,
	) -> anyhow::Result<R> {
		let params = self.params(setup)?;
		self.runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let mut network = LocalNetwork::prepare(params)?;
			let result = tokio::select! {
				result = start_and(&mut network, measure) => result,
				() = stop_requested => Err(anyhow::anyhow!("stopped by a signal")),
			};
			network.stop()?;
			result
		})
	}

	fn params(&self, setup: Setup) -> anyhow::Result<NetworkParams> {
		let Setup { folder, spec, validators, in_flight, node_args } = setup;
		let base_path = self.folder().join(folder);
		if base_path.join("spec.json").exists() {
			bail!("{} holds a network already; choose an empty folder", base_path.display());
		}
		let seats = DEV_NAMES.iter().take(usize::from(validators));
		let mut extra_args = vec![
			// Ample room: a transfer that a full pool drops keeps all later ones of its sender waiting. A tenth of the
			// limit is for transfers whose predecessors are missing, as all may be for a moment where they come by gossip.
			format!("--pool-limit={}", u64::from(in_flight) * 10),
			format!("--pool-kbytes={POOL_KBYTES}"),
			"--rpc-max-connections=1000".into(),
		];
		extra_args.extend(node_args);
		Ok(NetworkParams {
			base_path,
			spec,
			seats: seats.map(|name| ((*name).to_owned(), Seat::Validator(name))).collect(),
			ports: NodePorts::free(validators)?,
			binary: std::env::current_exe().context("cannot tell where this binary is")?,
			extra_args,
		})
	}
}

async fn start_and<R>(
	network: &mut LocalNetwork,
	measure: impl AsyncFnOnce(&mut LocalNetwork, Vec<RpcClient>) -> anyhow::Result<R>,
) -> anyhow::Result<R> {
	network.start()?;
	network.wait_for_height(1, UP_TIMEOUT).await.context("the network does not come up")?;
	let mut clients = Vec::new();
	for node in network.nodes() {
		clients.push(node.rpc().await?);
	}
	let result = measure(network, clients).await;
	// That a node ended says more than what failed because of it.
	for node in network.nodes_mut() {
		node.ensure_running()?;
	}
	result
}

/// One end of the measured window.
pub struct Edge {
	/// When it is.
	pub time: Instant,
	/// The newest final block.
	pub height: u32,
	/// Processor time that all nodes have used.
	pub cpu: Duration,
}

impl Edge {
	/// Now.
	pub async fn take(client: &RpcClient, nodes: &[Node]) -> anyhow::Result<Self> {
		let height = client.finalized_height().await?;
		let cpu = nodes.iter().map(Node::cpu_time).sum::<anyhow::Result<Duration>>()?;
		Ok(Self { time: Instant::now(), height, cpu })
	}
}
