//! A network of real nodes on this machine, as child processes of this one: started, killed, stopped, asked.
//!
//! ```text
//! DIR/spec.json            the raw chain specification, made once
//! DIR/<name>/node-key      the node's network identity, made once
//! DIR/<name>/node.log      everything the node printed, over all its starts
//! DIR/<name>/chains/…      its database, keystore and vote log
//! ```
//!
//! Used by `top-node local-network`, `top-node bench` and the integration tests. Nodes listen on the loopback
//! interface only. They end with the thread that started them, however it ends: see [`Node::start`].

mod node;
mod ports;
mod process;

pub use node::{complaints_in, Node, Seat};
pub use ports::{NodePorts, PortBases};
pub use process::{cpu_time, peak_memory};

use crate::{chain_spec, client::RpcError};
use anyhow::{bail, Context};
use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// How often the network is asked whether it got somewhere.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How long all nodes together get to stop by themselves before they are killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Names of the development keys, in the order in which they are members of committees.
pub const DEV_NAMES: [&str; 8] = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "one", "two"];

/// What a network is made of.
pub struct NetworkParams {
	/// The folder of everything the network writes.
	pub base_path: PathBuf,
	/// The chain. Not looked at if the folder has one of the same id already.
	pub spec: chain_spec::ChainSpec,
	/// Name and role of each node.
	pub seats: Vec<(String, Seat)>,
	/// The ports of each node.
	pub ports: Vec<NodePorts>,
	/// The `top-node` binary.
	pub binary: PathBuf,
	/// Arguments for all nodes, besides those that follow from the rest.
	pub extra_args: Vec<String>,
}

/// A network on this machine. Its nodes are killed when it is dropped.
#[derive(Debug)]
pub struct LocalNetwork {
	nodes: Vec<Node>,
	continues: bool,
}

impl LocalNetwork {
	/// Makes folders, keys and the chain specification, and wires the nodes; starts none.
	///
	/// # Errors
	/// If a port is in use, the folder holds another chain, or something cannot be written.
	pub fn prepare(params: NetworkParams) -> anyhow::Result<Self> {
		let NetworkParams { base_path, spec, seats, ports, binary, extra_args } = params;
		if seats.len() != ports.len() {
			bail!("{} nodes have {} sets of ports", seats.len(), ports.len());
		}
		ports::ensure_free(&ports)?;
		fs::create_dir_all(&base_path).with_context(|| format!("cannot make the folder {}", base_path.display()))?;
		let base_path =
			base_path.canonicalize().with_context(|| format!("cannot find the folder {}", base_path.display()))?;
		let chain_id = spec.id().to_owned();
		let (spec, continues) = provide_spec(&base_path, &spec)?;
		let mut nodes = seats
			.into_iter()
			.zip(ports)
			.map(|((name, seat), ports)| {
				Node::prepare(&base_path, name, seat, ports, &binary, (&spec, &chain_id), extra_args.clone())
			})
			.collect::<anyhow::Result<Vec<_>>>()?;
		// Everybody knows everybody, so that any node can be the first to come back.
		let addresses: Vec<String> = nodes.iter().map(Node::p2p_address).collect();
		for (index, node) in nodes.iter_mut().enumerate() {
			let others = addresses.iter().enumerate().filter(|(other, _)| *other != index);
			node.set_bootnodes(others.map(|(_, address)| address.clone()).collect());
		}
		Ok(Self { nodes, continues })
	}

	/// Whether the folder held a network already, which goes on with its own genesis.
	pub fn continues(&self) -> bool {
		self.continues
	}

	/// Starts all nodes that do not run. See [`Node::start`] about the calling thread.
	pub fn start(&mut self) -> anyhow::Result<()> {
		for node in &mut self.nodes {
			if !node.is_running() {
				node.start()?;
			}
		}
		Ok(())
	}

	/// The nodes, in the order of the seats.
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// The nodes, to do something to them.
	pub fn nodes_mut(&mut self) -> &mut [Node] {
		&mut self.nodes
	}

	/// Waits until every running node has finalized block `height`.
	///
	/// # Errors
	/// If a node ends meanwhile, or the time is over.
	pub async fn wait_for_height(&mut self, height: u32, timeout: Duration) -> anyhow::Result<()> {
		let deadline = Instant::now() + timeout;
		for index in 0..self.nodes.len() {
			if !self.nodes[index].was_started() {
				continue;
			}
			while !self.reached(index, height).await? {
				for node in &mut self.nodes {
					node.ensure_running()?;
				}
				if Instant::now() > deadline {
					bail!("{} has not finalized block {height} within {timeout:?}", self.nodes[index].name());
				}
				tokio::time::sleep(POLL_INTERVAL).await;
			}
		}
		Ok(())
	}

	async fn reached(&self, index: usize, height: u32) -> anyhow::Result<bool> {
		// A node that does not answer yet is as good as one that is behind.
		let Ok(client) = self.nodes[index].rpc().await else { return Ok(false) };
		match client.finalized_height().await {
			Ok(finalized) => Ok(finalized >= height),
			Err(RpcError::Transport { .. }) => Ok(false),
			Err(error) => Err(error).with_context(|| format!("asking {}", self.nodes[index].name())),
		}
	}

	/// Stops all nodes: asks them, waits a while, kills those that are left. Returns the names of the killed ones.
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

/// Writes the raw chain specification into the folder, or finds that of an earlier run there. Never overwrites: the
/// databases beside it are of that very chain.
fn provide_spec(base_path: &Path, spec: &chain_spec::ChainSpec) -> anyhow::Result<(PathBuf, bool)> {
	let path = base_path.join("spec.json");
	if path.exists() {
		let found = chain_spec::load(&path.to_string_lossy())?;
		if found.id() != spec.id() {
			bail!(
				"{} holds a network of the chain {:?}, not {:?}; choose another --base-path",
				base_path.display(),
				found.id(),
				spec.id()
			);
		}
		return Ok((path, true));
	}
	// Under another name first, so that an interrupted start leaves no half of a specification behind.
	let unfinished = base_path.join("spec.json.new");
	fs::write(&unfinished, chain_spec::raw_json(spec)?)
		.and_then(|()| fs::rename(&unfinished, &path))
		.with_context(|| format!("cannot write the chain spec {}", path.display()))?;
	Ok((path, false))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain_spec::Preset;

	#[test]
	fn a_folder_keeps_the_chain_it_began_with() {
		let folder = tempfile::tempdir().unwrap();
		let (path, continues) = provide_spec(folder.path(), &Preset::Local.chain_spec().unwrap()).unwrap();
		assert!(!continues);
		let written = fs::read(&path).unwrap();
		assert!(provide_spec(folder.path(), &Preset::Local.chain_spec().unwrap()).unwrap().1);
		assert_eq!(fs::read(&path).unwrap(), written);
		let error = provide_spec(folder.path(), &Preset::Dev.chain_spec().unwrap()).unwrap_err().to_string();
		assert!(error.contains("top_local") && error.contains("top_dev"), "{error}");
	}
}
