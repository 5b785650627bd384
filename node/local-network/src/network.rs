//! A network of nodes.

use crate::{
	chain::{Chain, SpecFile},
	genesis::{copy_database, replace_spec},
	kind::NodeKind,
	ledger::{ledger_of, shards, NodeLedger},
	list::write_list,
	node::{Node, NodeParams, POLL_INTERVAL},
	ports::{ensure_free, NodePorts},
	runtime_cache::RuntimeCache,
};
use anyhow::{bail, Context};
use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// How long all nodes together have to stop before they are killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the first node may compile the runtime before the others start without its result.
const COMPILE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a node may take to stop once it has built the genesis.
const GENESIS_STOP_TIMEOUT: Duration = Duration::from_secs(120);
/// Interval of looking for the compiled runtime.
const COMPILE_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// What a network consists of.
#[derive(Debug)]
pub struct NetworkParams {
	/// The folder of all files of the network.
	pub base_path: PathBuf,
	/// The chain. If the folder holds a network of the same chain, that network continues with its own specification.
	pub chain: Chain,
	/// Name and kind of each node.
	pub nodes: Vec<(String, NodeKind)>,
	/// The ports of each node.
	pub ports: Vec<NodePorts>,
	/// The number of shards of zone 0 that each node runs beside the chain, which is a main chain then.
	pub shards: u16,
	/// The `top-node` binary.
	pub binary: PathBuf,
	/// Arguments for all nodes, besides the arguments from the other fields.
	pub extra_args: Vec<String>,
}

/// A network on this machine. Dropping it kills its nodes.
#[derive(Debug)]
pub struct LocalNetwork {
	base_path: PathBuf,
	nodes: Vec<Node>,
	/// The number of different runtimes of a node.
	runtimes: usize,
	chain_id: String,
	spec: PathBuf,
	continues: bool,
	/// Whether a node runs only those ledgers for which it is drawn.
	is_assigned: bool,
}

impl LocalNetwork {
	/// Creates folders, keys and the chain specification, and connects the nodes to each other; starts none.
	///
	/// # Errors
	/// If a port is in use, the folder holds another chain, or a file cannot be written.
	pub fn prepare(params: NetworkParams) -> anyhow::Result<Self> {
		let NetworkParams { base_path, chain, nodes, ports, shards: shard_count, binary, extra_args } = params;
		let Chain { id: chain_id, raw_spec, node_secret } = chain;
		if nodes.len() != ports.len() {
			bail!("{} nodes have {} sets of ports", nodes.len(), ports.len());
		}
		ensure_free(&ports, shard_count)?;
		fs::create_dir_all(&base_path).with_context(|| format!("cannot create the folder {}", base_path.display()))?;
		let base_path =
			base_path.canonicalize().with_context(|| format!("cannot find the folder {}", base_path.display()))?;
		let SpecFile { path: spec, is_old: continues } = SpecFile::provide(&base_path, &chain_id, raw_spec)?;
		let mut nodes = nodes
			.into_iter()
			.zip(ports)
			.map(|((name, kind), ports)| {
				Node::prepare(NodeParams {
					folder: base_path.join(&name),
					name,
					kind,
					first: NodeLedger { chain: ledger_of(&chain_id), ports },
					shards: shards(ports, shard_count)?,
					binary: binary.clone(),
					spec: spec.clone(),
					chain_id: &chain_id,
					node_secret,
					extra_args: extra_args.clone(),
				})
			})
			.collect::<anyhow::Result<Vec<_>>>()?;
		// Each node knows all others, so that any node can be the first to come back.
		let addresses: Vec<String> = nodes.iter().map(Node::p2p_address).collect();
		for (index, node) in nodes.iter_mut().enumerate() {
			let others = addresses.iter().enumerate().filter(|(other, _)| *other != index);
			node.set_bootnodes(others.map(|(_, address)| address.clone()).collect());
		}
		let runtimes = if shard_count > 0 { 3 } else { 1 };
		Ok(Self { base_path, nodes, runtimes, chain_id, spec, continues, is_assigned: false })
	}

	/// Has each node run only those ledgers beside the main chain for which the main chain draws it.
	pub fn assign_ledgers(mut self) -> Self {
		self.nodes.iter_mut().for_each(|node| node.add_extra_arg("--ledgers=assigned".into()));
		// The first node may run none of the others.
		self.runtimes = 1;
		self.is_assigned = true;
		self
	}

	/// Whether the folder held a network before, which continues with its own genesis.
	pub fn continues(&self) -> bool {
		self.continues
	}

	/// Starts all nodes that do not run. See [`Node::start`] about the calling thread.
	///
	/// The first node of a new network starts alone and compiles the runtime; the others start with its result. The
	/// call blocks meanwhile, for some seconds; [`Self::start_async`] does not.
	///
	/// # Errors
	/// If a node cannot be started, or the first one ends meanwhile.
	pub fn start(&mut self) -> anyhow::Result<()> {
		self.start_first(self.nodes.len())
	}

	/// As [`Self::start`], for the first `count` nodes.
	///
	/// # Errors
	/// As [`Self::start`].
	pub fn start_first(&mut self, count: usize) -> anyhow::Result<()> {
		let deadline = self.begin_start(count)?;
		while self.is_compiling(count, deadline)? {
			std::thread::sleep(COMPILE_POLL_INTERVAL);
		}
		self.complete_start(count)
	}

	/// As [`Self::start`], without blocking. The thread that polls the future starts the nodes.
	///
	/// # Errors
	/// As [`Self::start`].
	pub async fn start_async(&mut self) -> anyhow::Result<()> {
		let count = self.nodes.len();
		let deadline = self.begin_start(count)?;
		while self.is_compiling(count, deadline)? {
			tokio::time::sleep(COMPILE_POLL_INTERVAL).await;
		}
		self.complete_start(count)
	}

	/// Copies the compiled runtimes of a folder to all nodes, which do not compile them then. Call it before they start.
	///
	/// # Errors
	/// If a file cannot be copied.
	pub fn load_runtimes(&self, folder: &Path) -> anyhow::Result<()> {
		let from = RuntimeCache::in_folder(folder);
		self.nodes.iter().try_for_each(|node| node.runtime_cache().copy_from(&from))
	}

	/// Copies the compiled runtimes of the first node to a folder, for other networks.
	///
	/// # Errors
	/// If a file cannot be copied.
	pub fn save_runtimes(&self, folder: &Path) -> anyhow::Result<()> {
		let first = self.nodes.first().context("a network has nodes; qed")?;
		RuntimeCache::in_folder(folder).copy_from(first.runtime_cache())
	}

	/// Lets the first node build the genesis of a new network, and gives the other nodes a copy of its database. Then all
	/// nodes start with `light`, a specification of the same head: they do not hold the accounts of the genesis in memory
	/// besides their database. For a genesis of many accounts.
	///
	/// # Errors
	/// If the first node does not build the genesis in time, or a file cannot be copied.
	pub async fn build_genesis(&mut self, light: &str, timeout: Duration) -> anyhow::Result<()> {
		let deadline = Instant::now() + timeout;
		let first = self.nodes.first_mut().context("a network has nodes; qed")?;
		first.start()?;
		while !first.serves_rpc() {
			first.ensure_running()?;
			if Instant::now() > deadline {
				bail!("{} has not built the genesis within {timeout:?}", first.name());
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
		first.stop(GENESIS_STOP_TIMEOUT)?;
		for node in &self.nodes[1..] {
			copy_database(self.nodes[0].folder(), node.folder(), &self.chain_id)?;
		}
		replace_spec(&self.spec, light)
	}

	/// Starts the first node; returns the time at which the others stop waiting for its compiled runtime.
	fn begin_start(&mut self, count: usize) -> anyhow::Result<Instant> {
		if let Some(first) = self.nodes.first_mut().filter(|_| count > 0) {
			if !first.is_running() {
				first.start()?;
			}
		}
		Ok(Instant::now() + COMPILE_TIMEOUT)
	}

	/// Whether others wait for the first node, which is still compiling the runtime.
	fn is_compiling(&mut self, count: usize, deadline: Instant) -> anyhow::Result<bool> {
		if count < 2 || Instant::now() > deadline || self.compiled()?.is_some() {
			return Ok(false);
		}
		let Some(first) = self.nodes.first_mut() else { return Ok(false) };
		first.ensure_running()?;
		// A node that serves RPC has compiled its runtime, wherever it keeps the result.
		Ok(!first.serves_rpc())
	}

	/// Starts all nodes that do not run, each with a compiled runtime if there is one.
	fn complete_start(&mut self, count: usize) -> anyhow::Result<()> {
		let compiled = self.compiled()?.map(|index| self.nodes[index].runtime_cache().clone());
		for node in self.nodes.iter_mut().take(count) {
			if node.is_running() {
				continue;
			}
			if let Some(compiled) = &compiled {
				if !node.runtime_cache().has_runtimes(self.runtimes)? {
					node.runtime_cache().copy_from(compiled)?;
				}
			}
			node.start()?;
		}
		write_list(&self.base_path, &self.nodes)
	}

	/// The index of a node with a compiled runtime.
	fn compiled(&self) -> anyhow::Result<Option<usize>> {
		for (index, node) in self.nodes.iter().enumerate() {
			if node.runtime_cache().has_runtimes(self.runtimes)? {
				return Ok(Some(index));
			}
		}
		Ok(None)
	}

	/// Returns the nodes, in the order of the parameters.
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// Returns the nodes for changes.
	pub fn nodes_mut(&mut self) -> &mut [Node] {
		&mut self.nodes
	}

	/// Waits until every running node has finalized block `height` of each of its ledgers. If ledgers are assigned, of the main chain,
	/// and until one node has finalized that block of each other ledger.
	///
	/// # Errors
	/// If a node ends meanwhile, or the time is over.
	pub async fn wait_for_height(&mut self, height: u32, timeout: Duration) -> anyhow::Result<()> {
		let deadline = Instant::now() + timeout;
		for index in 0..self.nodes.len() {
			if !self.nodes[index].was_started() {
				continue;
			}
			let count = if self.is_assigned { 1 } else { usize::MAX };
			let ledgers: Vec<NodeLedger> = self.nodes[index].ledgers().take(count).collect();
			for ledger in ledgers {
				self.wait_for(&[(index, ledger)], height, deadline).await?;
			}
		}
		if let (true, Some(first)) = (self.is_assigned, self.nodes.first()) {
			for chain in first.ledgers().skip(1).map(|ledger| ledger.chain).collect::<Vec<_>>() {
				let nodes = self.nodes.iter().enumerate();
				let of_chain = nodes.flat_map(|(index, node)| node.ledgers().map(move |ledger| (index, ledger)));
				let any: Vec<_> = of_chain.filter(|(_, ledger)| ledger.chain == chain).collect();
				self.wait_for(&any, height, deadline).await?;
			}
		}
		Ok(())
	}

	/// Waits until one of the ledgers of nodes has finalized a block.
	async fn wait_for(&mut self, any: &[(usize, NodeLedger)], height: u32, deadline: Instant) -> anyhow::Result<()> {
		loop {
			for (index, ledger) in any {
				if self.reached(*index, ledger, height).await? {
					return Ok(());
				}
			}
			for node in &mut self.nodes {
				node.ensure_running()?;
			}
			if Instant::now() > deadline {
				let names: Vec<&str> = any.iter().map(|(index, _)| self.nodes[*index].name()).collect();
				let chain = any.first().map(|(_, ledger)| ledger.chain.to_string()).unwrap_or_default();
				bail!("{} has not finalized block {height} of {chain} in time", names.join(" or "));
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	}

	async fn reached(&self, index: usize, ledger: &NodeLedger, height: u32) -> anyhow::Result<bool> {
		// A node that does not answer yet counts as behind.
		let Ok(client) = ledger.rpc().await else { return Ok(false) };
		match client.finalized_height().await {
			Ok(finalized) => Ok(finalized >= height),
			Err(error) if error.is_connection() => Ok(false),
			Err(error) => Err(error).with_context(|| format!("cannot query {}", self.nodes[index].name())),
		}
	}

	/// Stops all nodes: asks them, waits, and kills the nodes that still run. Returns the names of the killed ones.
	///
	/// # Errors
	/// If a signal cannot be sent.
	pub fn stop(&mut self) -> anyhow::Result<Vec<String>> {
		for node in &mut self.nodes {
			node.terminate()?;
		}
		let deadline = Instant::now() + STOP_TIMEOUT;
		while self.nodes.iter_mut().any(Node::is_running) && Instant::now() < deadline {
			std::thread::sleep(POLL_INTERVAL);
		}
		let mut killed = Vec::new();
		for node in self.nodes.iter_mut() {
			if node.is_running() {
				node.kill()?;
				killed.push(node.name().to_owned());
			}
		}
		Ok(killed)
	}
}
