//! `top-node local-network`: runs a network on this machine.

mod report;
mod traffic;

use self::report::{Named, Observer};
use crate::{
	chain_spec::{self, Preset},
	explorer,
	shards::{LedgersOfNode, Zone},
};
use anyhow::{bail, Context};
use sp_keyring::Sr25519Keyring;
use std::{
	future::Future,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use tc_chain::AccountStore;
use top_local_network::{
	stop_signals, LocalNetwork, NetworkParams, Node, NodeKind, NodePorts, PortBases, DEV_NAMES, MAX_SHARDS,
};
use top_runtime_common::development::{members, node_account, node_keys};
use tp_core::{ChainTag, TableId, TableRange};

/// How long the network may take to finalize its first block.
const UP_TIMEOUT: Duration = Duration::from_secs(120);
/// Interval of checks of the processes.
const WATCH_INTERVAL: Duration = Duration::from_millis(250);
/// Port of the explorer, unless another is named.
const EXPLORER_PORT: u16 = 8080;
/// Maximum number of nodes: more on one machine are a typing error.
const MAX_NODES: u16 = 32;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct LocalNetworkCommand {
	/// Number of nodes. The first ones are the validators of the preset, four with `local`; the others are full nodes.
	/// With `rotation` all have keys, and the first nine are registered.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_NODES)))]
	pub nodes: u16,
	/// Folder for databases, keys and logs. A network that ran there before continues. Default with --epochs: a
	/// temporary folder.
	#[arg(long, short = 'd', value_name = "DIR", required_unless_present = "epochs")]
	pub base_path: Option<PathBuf>,
	/// Preset of the genesis.
	#[arg(long, value_enum, default_value_t = Preset::Local)]
	pub preset: Preset,
	/// Where the chain keeps its accounts: `trie` or `memory`. Default: as the preset says.
	#[arg(long, value_name = "STORE")]
	pub account_store: Option<AccountStore>,
	/// Number of shards that each node runs beside the main chain, with their zone. Their ports follow those of the main chain.
	#[arg(
		long, value_name = "COUNT", default_value_t = 0, conflicts_with = "account_store",
		value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_SHARDS)),
	)]
	pub shards: u16,
	/// Which of them each node runs: `all`, or `assigned`: those for which the main chain draws it, as with the preset `drawn`.
	#[arg(long, value_name = "WHICH", default_value_t = LedgersOfNode::All, requires = "shards")]
	pub ledgers: LedgersOfNode,
	#[allow(missing_docs)]
	#[command(flatten)]
	pub ports: PortBases,
	/// Port at which the first node serves the explorer. Default: 8080 if it is free, in builds that contain the explorer.
	#[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
	pub ui_port: Option<u16>,
	/// Seconds to run. Default: until Ctrl-C.
	#[arg(long, value_name = "SECONDS")]
	pub duration: Option<u64>,
	/// Run a new network for this number of epochs, with a few transfers a second, and report each epoch; then stop.
	#[arg(long, value_name = "EPOCHS", value_parser = clap::value_parser!(u16).range(1..), conflicts_with = "duration")]
	pub epochs: Option<u16>,
	/// Write the report of the epochs to a file, as JSON, after each of them.
	#[arg(long, value_name = "FILE", requires = "epochs")]
	pub report: Option<PathBuf>,
	/// Keep the state of every block, for explorers and other readers of history. Otherwise the nodes keep the states of
	/// the last 256 blocks. A network that was started without it cannot keep them later.
	#[arg(long)]
	pub archive: bool,
	/// Further arguments for every node, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}

impl LocalNetworkCommand {
	/// Runs the network until it is stopped.
	pub fn run(&self) -> anyhow::Result<()> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let (base_path, temporary) = match &self.base_path {
			Some(base_path) => (base_path.clone(), None),
			None => {
				let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
				(temporary.path().to_owned(), Some(temporary))
			},
		};
		// On this thread, the main one: nodes end with the thread that started them.
		let result = runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let explorer_port = self.explorer_port()?;
			let mut network = LocalNetwork::prepare(self.network_params(&base_path)?)?;
			if self.ledgers == LedgersOfNode::Assigned {
				network = network.assign_ledgers();
			}
			if let (Some(port), Some(first)) = (explorer_port, network.nodes_mut().first_mut()) {
				first.add_extra_arg(format!("--ui-port={port}"));
			}
			if self.epochs.is_some() && network.continues() {
				bail!("{} holds a network already; --epochs is for a new one", base_path.display());
			}
			let result = self.run_until(&mut network, explorer_port, stop_requested).await;
			let killed = network.stop()?;
			if !killed.is_empty() {
				eprintln!("Killed nodes that did not stop in time: {}", killed.join(", "));
			}
			println!("All nodes have stopped.");
			result
		});
		if let (Err(_), Some(temporary)) = (&result, temporary) {
			eprintln!("The log files are in {}.", temporary.into_path().display());
		}
		result
	}

	/// Returns name and kind of each node.
	fn nodes(&self) -> Vec<(String, NodeKind)> {
		let validators = self.preset.validators();
		let node = |number: u16| match NodeKind::validator(usize::from(number - 1)) {
			_ if self.preset.is_elected() => (format!("node-{number}"), NodeKind::Registered(number)),
			Some(kind @ NodeKind::Validator(name)) if number <= validators => (name.to_owned(), kind),
			_ => (format!("full-{number}"), NodeKind::Full),
		};
		(1..=self.nodes).map(node).collect()
	}

	/// Returns the further arguments of every node.
	fn node_arguments(&self) -> Vec<String> {
		let archive = self.archive.then(|| "--state-pruning=archive".to_owned());
		archive.into_iter().chain(self.node_args.iter().cloned()).collect()
	}

	/// Returns the port of the explorer, if this binary contains it.
	fn explorer_port(&self) -> anyhow::Result<Option<u16>> {
		if self.ui_port.is_some() {
			explorer::ensure_embedded()?;
		} else if !explorer::is_embedded() {
			return Ok(None);
		}
		match (self.ui_port, explorer::listen(self.ui_port.unwrap_or(EXPLORER_PORT), false)) {
			(named, Ok(_)) => Ok(Some(named.unwrap_or(EXPLORER_PORT))),
			(Some(_), Err(error)) => Err(error),
			// Another network may have it: this one runs without.
			(None, Err(error)) => {
				println!("No explorer: {error}.");
				Ok(None)
			},
		}
	}

	fn network_params(&self, base_path: &Path) -> anyhow::Result<NetworkParams> {
		let validators = self.preset.validators();
		if self.nodes < self.preset.quorum() {
			bail!(
				"{} of {validators} validators are no quorum: at least {} nodes are needed with --preset {}",
				self.nodes,
				self.preset.quorum(),
				self.preset.name()
			);
		}
		let mut spec = self.preset.raw_spec()?;
		let kept = &mut spec.extensions_mut().account_store;
		*kept = self.account_store.unwrap_or(*kept);
		if self.shards > 0 {
			// Here and not in each node, which would only log it.
			let zone = Zone::of(&spec, self.shards)?;
			if self.ledgers == LedgersOfNode::Assigned {
				zone.ensure_drawn()?;
			}
		}
		Ok(NetworkParams {
			base_path: base_path.to_owned(),
			chain: chain_spec::network_chain(spec),
			nodes: self.nodes(),
			ports: self.ports.ports(self.nodes, self.shards)?,
			shards: self.shards,
			binary: std::env::current_exe().context("cannot find the path of this binary")?,
			extra_args: self.node_arguments(),
		})
	}

	/// Starts the network, shows it, and returns when it must stop, or when it does not start.
	async fn run_until(
		&self,
		network: &mut LocalNetwork,
		explorer_port: Option<u16>,
		stop: impl Future<Output = ()>,
	) -> anyhow::Result<()> {
		tokio::pin!(stop);
		match (&self.base_path, network.continues()) {
			(Some(base_path), true) => println!(
				"Continuing the network in {}; remove that folder to start from a new genesis.",
				base_path.display()
			),
			(Some(base_path), false) => println!("A new network in {}.", base_path.display()),
			(None, _) => println!("A new network."),
		}
		println!("Starting {} nodes …", self.nodes);
		let started = Instant::now();
		let up = async {
			network.start_async().await?;
			network.wait_for_height(1, UP_TIMEOUT).await
		};
		tokio::select! {
			up = up => up.context("the network does not start")?,
			() = &mut stop => return Ok(()),
		}
		let what = if self.shards > 0 { "of all ledgers is final" } else { "is final" };
		println!("Up: block 1 {what} on all nodes after {:.1} s.\n", started.elapsed().as_secs_f32());
		self.show(network, explorer_port);
		let observer = self.observer(network).await?;
		let over = async {
			match (self.duration, observer) {
				(_, Some((observer, epochs))) => self.observe(observer, epochs).await,
				(Some(seconds), None) => {
					tokio::time::sleep(Duration::from_secs(seconds)).await;
					Ok(())
				},
				(None, None) => std::future::pending().await,
			}
		};
		tokio::select! {
			() = stop => Ok(()),
			ended = over => ended,
			() = report_ends(network) => bail!("all nodes have ended; the log files say why"),
		}
	}

	/// Returns the observer of the network and its number of epochs, if a report is wanted.
	async fn observer(&self, network: &LocalNetwork) -> anyhow::Result<Option<(Observer, usize)>> {
		let Some(epochs) = self.epochs else { return Ok(None) };
		let first = network.nodes().first().context("a network has a node; qed")?.rpc().await?;
		let nodes = network.nodes().iter().filter_map(named).collect();
		Ok(Some((Observer::new(first, nodes, self.report.clone()).await?, usize::from(epochs))))
	}

	async fn observe(&self, observer: Observer, epochs: usize) -> anyhow::Result<()> {
		let client = observer.client();
		tokio::select! {
			followed = observer.follow(epochs) => followed?,
			ended = traffic::run(client) => {
				ended.context("the traffic failed")?;
				bail!("the traffic ended");
			},
		}
		if let Some(path) = &self.report {
			println!("The report is in {}.", path.display());
		}
		Ok(())
	}

	/// Shows which development accounts live in which shard. Returns one of each of the first two.
	fn show_residents(&self) -> Option<[String; 2]> {
		if self.shards > 0 {
			println!("\nAn account signs in the shard that has its table:");
		}
		let mut first = Vec::new();
		for shard in 0..self.shards {
			let Some(tables) = TableRange::of_shard(shard, self.shards) else { continue };
			let is_resident = |key: &Sr25519Keyring| tables.contains(TableId::of(&key.to_account_id()));
			let names: Vec<String> =
				Sr25519Keyring::well_known().filter(is_resident).map(|key| key.to_seed()).collect();
			let chain = ChainTag::Shard { zone: 0, incarnation: shard.into() };
			println!("  {chain}  tables {} to {}: {}", tables.first.0, tables.last.0, names.join(", "));
			first.extend(names.into_iter().next());
		}
		first.into_iter().take(2).collect::<Vec<_>>().try_into().ok()
	}

	fn show(&self, network: &LocalNetwork, explorer_port: Option<u16>) {
		let width = network.nodes().iter().map(|node| node.name().len()).max().unwrap_or_default().max(4);
		let ledger = |name: &str| if self.shards > 0 { format!("{name:10}  ") } else { String::new() };
		println!("{:width$}  {}role       RPC                    p2p    metrics  log", "node", ledger("ledger"));
		for (node, of) in network.nodes().iter().flat_map(|node| node.ledgers().map(move |ledger| (node, ledger))) {
			let NodePorts { rpc: _, p2p, prometheus } = of.ports;
			println!(
				"{:width$}  {}{:9}  {:21}  {p2p:5}  {prometheus:7}  {}",
				node.name(),
				ledger(&of.chain.to_string()),
				node.kind().role(),
				of.rpc_url(),
				node.log_file().display()
			);
		}
		let residents = self.show_residents();
		let Some(first) = network.nodes().first() else { return };
		println!("\nPolkadot.js Apps:  https://polkadot.js.org/apps/?rpc={}", first.rpc_url());
		match explorer_port {
			Some(port) => println!("Explorer:          http://127.0.0.1:{port}"),
			None => println!("Explorer, from the checkout:  scripts/explorer.sh --node {}", first.rpc_url()),
		}
		println!("Send a transfer, and wait until it is final:\n");
		println!("  {} tx transfer --from //Alice --to //Bob --amount 1.5 --url {}\n", shown_binary(), first.rpc_url());
		let shard = first.ledgers().find(|ledger| matches!(ledger.chain, ChainTag::Shard { .. }));
		if let (Some([from, to]), Some(shard)) = (residents, shard) {
			println!("Pay from one shard to another:\n");
			println!(
				"  {} tx transfer --from {from} --to {to} --amount 1.5 --url {}\n",
				shown_binary(),
				shard.rpc_url()
			);
		}
		match (self.duration, self.epochs) {
			(Some(seconds), _) => println!("The network stops after {seconds} s, or on Ctrl-C."),
			(None, Some(epochs)) => println!("The network stops after {epochs} epochs, or on Ctrl-C.\n"),
			(None, None) => println!("Ctrl-C stops the network."),
		}
	}
}

/// Returns the report's name of a node, if the node has keys.
fn named(node: &Node) -> Option<Named> {
	let (key, controller) = match node.kind() {
		NodeKind::Registered(number) => (node_keys(number).pbft, Some(node_account(number))),
		NodeKind::Validator(name) => {
			let index = DEV_NAMES.iter().position(|known| *known == name)?;
			(members(index + 1).get(index)?.key.clone(), None)
		},
		NodeKind::Full => return None,
	};
	Some(Named { name: node.name().to_owned(), key, controller })
}

/// Returns the path of this binary, quoted for a shell.
fn shown_binary() -> String {
	let path = std::env::current_exe().map_or_else(|_| "top-node".to_owned(), |path| path.display().to_string());
	if path.contains(|character: char| character.is_whitespace() || character == '\'') {
		format!("'{}'", path.replace('\'', "'\\''"))
	} else {
		path
	}
}

/// Reports each node that ends by itself; returns when all have ended.
async fn report_ends(network: &mut LocalNetwork) {
	loop {
		tokio::time::sleep(WATCH_INTERVAL).await;
		for node in network.nodes_mut() {
			if let Err(error) = node.ensure_running() {
				eprintln!("{error:#}");
				node.forget();
			}
		}
		if network.nodes_mut().iter_mut().all(|node| !node.is_running()) {
			return;
		}
	}
}
