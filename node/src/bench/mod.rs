//! `top-node bench chain`: what the extrinsic lane of a network on this machine does, idle and under full load. The
//! stock path of the SDK, with which later work is compared.
//!
//! ```text
//! idle:  one transfer at a time, with pauses       ──▶ latency from submission to final
//! load:  as many transfers as the pools take       ──▶ transfers, processor time, block intervals, latency
//! ```
//!
//! Validators and load generator share the machine; the generator signs in advance to stay small.

mod genesis;
mod idle;
mod load;
mod report;

use crate::{
	client::{transfers_in, ChainParams, RpcClient, TransferBuilder},
	network::{LocalNetwork, NetworkParams, Node, NodePorts, Seat, DEV_NAMES},
	signals::stop_signals,
};
use anyhow::{bail, Context};
use load::Load;
use report::{Percentiles, Report};
use std::{
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// How long the network may take to get up.
const UP_TIMEOUT: Duration = Duration::from_secs(120);
/// Memory of each pool: some hundred thousand transfers.
const POOL_KBYTES: u32 = 256 * 1024;
/// How long the load runs before it is measured: some blocks, until each is full of transfers.
const WARM_UP: Duration = Duration::from_secs(6);

/// Measurements.
#[derive(Debug, clap::Subcommand)]
pub enum BenchCommand {
	/// Measure a network of validators on this machine, idle and under full load of signed transfers.
	Chain(ChainBench),
}

impl BenchCommand {
	/// Runs it.
	pub fn run(&self) -> anyhow::Result<()> {
		let Self::Chain(bench) = self;
		bench.run()
	}
}

/// Measures a network of validators on this machine.
#[derive(Debug, clap::Args)]
pub struct ChainBench {
	/// How many validators.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=DEV_NAMES.len() as i64))]
	pub validators: u16,
	/// How long the full load is measured.
	#[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
	pub seconds: u64,
	/// How many accounts send.
	#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=100_000))]
	pub senders: u32,
	/// How many transfers wait in the pools at a time. Enough to fill the next blocks; each pool looks through all that
	/// wait at every block, so that more only costs processor time.
	#[arg(long, default_value_t = 1_500, value_parser = clap::value_parser!(u32).range(100..))]
	pub in_flight: u32,
	/// How many single transfers measure the latency of the idle network.
	#[arg(long, default_value_t = 60)]
	pub latency_samples: u32,
	/// Folder of the network, which must not hold one. A temporary one by default.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: Option<PathBuf>,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for every validator, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}

impl ChainBench {
	fn run(&self) -> anyhow::Result<()> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(1)
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
		let folder = self.base_path.as_deref().unwrap_or(temporary.path());
		if folder.join("spec.json").exists() {
			bail!("{} holds a network already; choose an empty folder", folder.display());
		}
		// On this thread, the main one: nodes end with the thread that starts them.
		let report = runtime.block_on(async {
			let stop_requested = stop_signals()?;
			let mut network = LocalNetwork::prepare(self.network_params(folder)?)?;
			let report = tokio::select! {
				report = self.measure(&mut network) => report,
				() = stop_requested => Err(anyhow::anyhow!("stopped by a signal")),
			};
			network.stop()?;
			report
		})?;
		report.print(self.json)
	}

	fn network_params(&self, folder: &Path) -> anyhow::Result<NetworkParams> {
		let seats = DEV_NAMES
			.iter()
			.take(usize::from(self.validators))
			.map(|name| ((*name).to_owned(), Seat::Validator(name)))
			.collect();
		let mut extra_args = vec![
			// Ample room: a transfer that a full pool drops keeps all later ones of its sender waiting. A tenth of the
			// limit is for transfers whose predecessors are missing, as all may be for a moment where they come by gossip.
			format!("--pool-limit={}", u64::from(self.in_flight) * 10),
			format!("--pool-kbytes={POOL_KBYTES}"),
			"--rpc-max-connections=1000".into(),
			// The blocks of the whole measurement are looked through at its end.
			"--state-pruning=100000".into(),
		];
		extra_args.extend(self.node_args.iter().cloned());
		Ok(NetworkParams {
			base_path: folder.to_owned(),
			spec: genesis::chain_spec(self.validators, self.senders)?,
			seats,
			ports: NodePorts::free(self.validators)?,
			binary: std::env::current_exe().context("cannot tell where this binary is")?,
			extra_args,
		})
	}

	async fn measure(&self, network: &mut LocalNetwork) -> anyhow::Result<Report> {
		network.start()?;
		network.wait_for_height(1, UP_TIMEOUT).await.context("the network does not come up")?;
		let mut clients = Vec::new();
		for node in network.nodes() {
			clients.push(node.rpc().await?);
		}
		let first = clients.first().context("there is at least one validator; qed")?.clone();
		let builder = TransferBuilder::immortal(ChainParams::fetch(&first).await?);

		eprintln!("Measuring the latency of {} transfers on the idle network …", self.latency_samples);
		let idle = idle::latencies(&clients, &builder, self.latency_samples).await?;

		eprintln!("Signing transfers …");
		let seconds = self.seconds + WARM_UP.as_secs();
		let load = Load::prepare(network.nodes(), &builder, self.senders, self.in_flight, seconds).await?;
		eprintln!("Full load for {} s …", self.seconds);
		let mut blocks = load::BlockTimes::follow(&first).await?;
		let running = load.start();
		tokio::time::sleep(WARM_UP).await;

		let begin = Edge::take(&first, network.nodes()).await?;
		blocks.record_for(Duration::from_secs(self.seconds)).await?;
		let end = Edge::take(&first, network.nodes()).await?;
		let loaded = running.stop(begin.time..end.time).await?;
		for node in network.nodes_mut() {
			node.ensure_running()?;
		}

		eprintln!("Counting …");
		let mut transfers = 0;
		for height in begin.height + 1..=end.height {
			transfers += transfers_in(&first, first.block_hash(height).await?).await?;
		}
		Ok(Report::new(report::Measured {
			validators: self.validators,
			transfers,
			window: end.time - begin.time,
			cpu: end.cpu.saturating_sub(begin.cpu),
			blocks: end.height - begin.height,
			latency: Percentiles::of(idle),
			loaded_latency: Percentiles::of(loaded),
			block_interval: Percentiles::of(blocks.intervals()),
		}))
	}
}

/// One end of the measured window.
struct Edge {
	time: Instant,
	height: u32,
	cpu: Duration,
}

impl Edge {
	async fn take(client: &RpcClient, nodes: &[Node]) -> anyhow::Result<Self> {
		let height = client.finalized_height().await?;
		let cpu = nodes.iter().map(Node::cpu_time).sum::<anyhow::Result<Duration>>()?;
		Ok(Self { time: Instant::now(), height, cpu })
	}
}
