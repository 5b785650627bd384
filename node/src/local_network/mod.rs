//! `top-node local-network`: a network on this machine, for whoever wants to see one.

mod report;
mod traffic;

use self::report::{Named, Observer};
use crate::{
	chain_spec::Preset,
	network::{LocalNetwork, NetworkParams, Node, NodePorts, PortBases, Seat, DEV_NAMES},
	signals::stop_signals,
};
use anyhow::{bail, Context};
use std::{
	future::Future,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use top_runtime_common::development::{members, node_account, node_keys};

/// How long the network may take to finalize its first block.
const UP_TIMEOUT: Duration = Duration::from_secs(120);
/// How often the processes are looked after.
const WATCH_INTERVAL: Duration = Duration::from_millis(250);
/// More nodes than this on one machine are a slip of the finger.
const MAX_NODES: u16 = 32;

/// A network of several nodes on this machine.
#[derive(Debug, clap::Args)]
pub struct LocalNetworkCommand {
	/// How many nodes. The first ones are the validators of the preset, four with `local`; further ones follow as full
	/// nodes. With `rotation` all have keys, and the first nine are registered.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_NODES)))]
	pub nodes: u16,
	/// The folder for databases, keys and logs. A network that ran there before goes on. With --epochs, a temporary one if
	/// none is given.
	#[arg(long, short = 'd', value_name = "DIR", required_unless_present = "epochs")]
	pub base_path: Option<PathBuf>,
	/// The genesis.
	#[arg(long, value_enum, default_value_t = Preset::Local)]
	pub preset: Preset,
	#[allow(missing_docs)]
	#[command(flatten)]
	pub ports: PortBases,
	/// Stop after so many seconds. Without it, the network runs until Ctrl-C.
	#[arg(long, value_name = "SECONDS")]
	pub duration: Option<u64>,
	/// Run a new network for so many epochs, with a few transfers a second, and tell of each epoch; then stop.
	#[arg(long, value_name = "EPOCHS", value_parser = clap::value_parser!(u16).range(1..), conflicts_with = "duration")]
	pub epochs: Option<u16>,
	/// Write what is told of the epochs to a file, as JSON.
	#[arg(long, value_name = "FILE", requires = "epochs")]
	pub report: Option<PathBuf>,
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
		// On this thread, the main one: nodes end with the thread that starts them.
		let result = runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let mut network = LocalNetwork::prepare(self.network_params(&base_path)?)?;
			if self.epochs.is_some() && network.continues() {
				bail!("{} holds a network already; --epochs is for a new one", base_path.display());
			}
			let result = self.run_until(&mut network, stop_requested).await;
			let killed = network.stop()?;
			if !killed.is_empty() {
				eprintln!("killed, since they did not stop in time: {}", killed.join(", "));
			}
			println!("All nodes have stopped.");
			result
		});
		if let (Err(_), Some(temporary)) = (&result, temporary) {
			eprintln!("The log files are in {}.", temporary.into_path().display());
		}
		result
	}

	/// Name and role of each node.
	fn seats(&self) -> Vec<(String, Seat)> {
		let validators = self.preset.validators();
		let seat = |number: u16| match Seat::validator(usize::from(number - 1)) {
			_ if self.preset.is_elected() => (format!("node-{number}"), Seat::Node(number)),
			Some(seat @ Seat::Validator(name)) if number <= validators => (name.to_owned(), seat),
			_ => (format!("full-{number}"), Seat::Full),
		};
		(1..=self.nodes).map(seat).collect()
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
		Ok(NetworkParams {
			base_path: base_path.to_owned(),
			spec: self.preset.chain_spec()?,
			seats: self.seats(),
			ports: self.ports.ports(self.nodes)?,
			binary: std::env::current_exe().context("cannot tell where this binary is")?,
			extra_args: self.node_args.clone(),
		})
	}

	/// Starts the network, shows it, and returns when it shall stop, or when it never got up.
	async fn run_until(&self, network: &mut LocalNetwork, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
		tokio::pin!(stop);
		match (&self.base_path, network.continues()) {
			(Some(base_path), true) => println!(
				"Going on with the network in {}; remove that folder to start from a new genesis.",
				base_path.display()
			),
			(Some(base_path), false) => println!("A new network in {}.", base_path.display()),
			(None, _) => println!("A new network."),
		}
		println!("Starting {} nodes …", self.nodes);
		let started = Instant::now();
		network.start()?;
		tokio::select! {
			up = network.wait_for_height(1, UP_TIMEOUT) => up.context("the network does not come up")?,
			() = &mut stop => return Ok(()),
		}
		println!("Up: block 1 is final on all nodes after {:.1} s.\n", started.elapsed().as_secs_f32());
		self.show(network);
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
			() = report_ends(network) => bail!("no node is left; the log files say why"),
		}
	}

	/// What follows the network, if it is to be reported on, and for how many epochs.
	async fn observer(&self, network: &LocalNetwork) -> anyhow::Result<Option<(Observer, usize)>> {
		let Some(epochs) = self.epochs else { return Ok(None) };
		let first = network.nodes().first().context("a network has a node; qed")?.rpc().await?;
		let nodes = network.nodes().iter().filter_map(named).collect();
		Ok(Some((Observer::new(first, nodes).await?, usize::from(epochs))))
	}

	async fn observe(&self, observer: Observer, epochs: usize) -> anyhow::Result<()> {
		let client = observer.client();
		let report = tokio::select! {
			report = observer.follow(epochs) => report?,
			ended = traffic::run(client) => {
				ended.context("the traffic has ended")?;
				bail!("the traffic has ended");
			},
		};
		if let Some(path) = &self.report {
			report.write(path)?;
			println!("The report is in {}.", path.display());
		}
		Ok(())
	}

	fn show(&self, network: &LocalNetwork) {
		let width = network.nodes().iter().map(|node| node.name().len()).max().unwrap_or_default().max(4);
		println!("{:width$}  role       RPC                    p2p    metrics  log", "node");
		for node in network.nodes() {
			let NodePorts { rpc: _, p2p, prometheus } = node.ports();
			println!(
				"{:width$}  {:9}  {:21}  {p2p:5}  {prometheus:7}  {}",
				node.name(),
				node.seat().role(),
				node.rpc_url(),
				node.log_file().display()
			);
		}
		let Some(first) = network.nodes().first() else { return };
		println!("\nPolkadot.js Apps:  https://polkadot.js.org/apps/?rpc={}", first.rpc_url());
		println!("Send a transfer and wait until it is final:\n");
		println!("  {} tx transfer --from //Alice --to //Bob --amount 1.5 --url {}\n", shown_binary(), first.rpc_url());
		match (self.duration, self.epochs) {
			(Some(seconds), _) => println!("The network stops after {seconds} s, or by Ctrl-C."),
			(None, Some(epochs)) => println!("The network stops after {epochs} epochs, or by Ctrl-C.\n"),
			(None, None) => println!("Ctrl-C stops the network."),
		}
	}
}

/// What the report calls a node, if it has keys.
fn named(node: &Node) -> Option<Named> {
	let (key, controller) = match node.seat() {
		Seat::Node(number) => (node_keys(number).pbft, Some(node_account(number))),
		Seat::Validator(name) => {
			let index = DEV_NAMES.iter().position(|known| *known == name)?;
			(members(index + 1).get(index)?.key.clone(), None)
		},
		Seat::Full => return None,
	};
	Some(Named { name: node.name().to_owned(), key, controller })
}

/// The path of this binary as a shell takes it.
fn shown_binary() -> String {
	let path = std::env::current_exe().map_or_else(|_| "top-node".to_owned(), |path| path.display().to_string());
	if path.contains(|character: char| character.is_whitespace() || character == '\'') {
		format!("'{}'", path.replace('\'', "'\\''"))
	} else {
		path
	}
}

/// Reports each node that ends by itself; returns when none is left.
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
