//! `top-node local-network`: a network on this machine, for whoever wants to see one.

use crate::{
	chain_spec::Preset,
	network::{LocalNetwork, NetworkParams, NodePorts, PortBases, Seat},
	signals::stop_signals,
};
use anyhow::{bail, Context};
use std::{
	future::Future,
	path::PathBuf,
	time::{Duration, Instant},
};

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
	/// nodes.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_NODES)))]
	pub nodes: u16,
	/// The folder for databases, keys and logs. A network that ran there before goes on.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: PathBuf,
	/// The genesis.
	#[arg(long, value_enum, default_value_t = Preset::Local)]
	pub preset: Preset,
	#[allow(missing_docs)]
	#[command(flatten)]
	pub ports: PortBases,
	/// Stop after so many seconds. Without it, the network runs until Ctrl-C.
	#[arg(long, value_name = "SECONDS")]
	pub duration: Option<u64>,
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
		// On this thread, the main one: nodes end with the thread that starts them.
		runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let mut network = LocalNetwork::prepare(self.network_params()?)?;
			let result = self.run_until(&mut network, stop_requested).await;
			let killed = network.stop()?;
			if !killed.is_empty() {
				eprintln!("killed, since they did not stop in time: {}", killed.join(", "));
			}
			println!("All nodes have stopped.");
			result
		})
	}

	fn network_params(&self) -> anyhow::Result<NetworkParams> {
		let validators = usize::from(self.preset.validators());
		let seats =
			(0..usize::from(self.nodes)).map(|index| match Seat::validator(index).filter(|_| index < validators) {
				Some(seat @ Seat::Validator(name)) => (name.to_owned(), seat),
				_ => (format!("full-{}", index + 1), Seat::Full),
			});
		if self.nodes < self.preset.quorum() {
			bail!(
				"{} of {validators} validators are no quorum: at least {} nodes are needed with --preset {}",
				self.nodes,
				self.preset.quorum(),
				self.preset.name()
			);
		}
		Ok(NetworkParams {
			base_path: self.base_path.clone(),
			spec: self.preset.chain_spec()?,
			seats: seats.collect(),
			ports: self.ports.ports(self.nodes)?,
			binary: std::env::current_exe().context("cannot tell where this binary is")?,
			extra_args: self.node_args.clone(),
		})
	}

	/// Starts the network, shows it, and returns when it shall stop, or when it never got up.
	async fn run_until(&self, network: &mut LocalNetwork, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
		tokio::pin!(stop);
		let base_path = self.base_path.display();
		match network.continues() {
			true => {
				println!("Going on with the network in {base_path}; remove that folder to start from a new genesis.")
			},
			false => println!("A new network in {base_path}."),
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
		let over = async {
			match self.duration {
				Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
				None => std::future::pending().await,
			}
		};
		tokio::select! {
			() = stop => {},
			() = over => {},
			() = report_ends(network) => bail!("no node is left; the log files say why"),
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
		match self.duration {
			Some(seconds) => println!("The network stops after {seconds} s, or by Ctrl-C."),
			None => println!("Ctrl-C stops the network."),
		}
	}
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
