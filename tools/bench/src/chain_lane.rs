//! `top-node bench chain`: the extrinsic lane of the main chain, idle and under full load.

use crate::{
	blocks::BlockTimes,
	genesis::{bench_chain, idle_sender, sender, BenchChain},
	idle,
	ledgers::{Ledger, Ledgers},
	load::{Load, LoadParams},
	percentiles::Percentiles,
	report::{Measured, Report},
	session::{Edge, Session, Setup},
};
use anyhow::Context;
use serde_json::json;
use sp_crypto_hashing::twox_128;
use std::{path::PathBuf, time::Duration};
use top_local_network::{LocalNetwork, DEV_NAMES};
use top_sdk::RpcClient;

/// How long the load runs before the measurement: some blocks, until they are full of transfers.
const WARM_UP: Duration = Duration::from_secs(6);
/// Transfers to sign in advance for each second. More are signed when needed.
const SIGNED_RATE: u64 = 1_500;

/// Measures a network of validators on this machine.
#[derive(Debug, clap::Args)]
pub struct ChainBench {
	/// Number of validators.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=DEV_NAMES.len() as i64))]
	pub validators: u16,
	/// Seconds of the measurement under full load.
	#[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
	pub seconds: u64,
	/// Number of accounts that send.
	#[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=100_000))]
	pub senders: u32,
	/// Number of transfers that wait in the pools. The default fills the next blocks; each pool looks through all
	/// waiting transfers at every block, so a larger number only costs processor time.
	#[arg(long, default_value_t = 1_500, value_parser = clap::value_parser!(u32).range(100..))]
	pub in_flight: u32,
	/// Number of single transfers that measure the latency of the idle network.
	#[arg(long, default_value_t = 60)]
	pub latency_samples: u32,
	/// Folder of the network, which must not hold one. Default: a temporary folder.
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
	/// Runs the bench.
	///
	/// # Errors
	/// If the network fails, or the node binary does not know its transactions.
	pub fn run(&self, ledgers: &dyn Ledgers) -> anyhow::Result<()> {
		let session = Session::new(self.base_path.as_deref(), None)?;
		let accounts: Vec<_> = (0..self.senders).map(sender).chain([idle_sender()]).map(|key| key.account()).collect();
		// The bench counts the events of all measured blocks at the end, so the nodes keep their states.
		let mut node_args = vec!["--state-pruning=100000".into()];
		node_args.extend(self.node_args.iter().cloned());
		let chain = BenchChain {
			ledger: Ledger::Main,
			id: "top_bench",
			validators: self.validators,
			accounts: &accounts,
			changes: json!({}),
		};
		let setup = Setup {
			folder: PathBuf::new(),
			binary: ledgers.binary()?,
			chain: bench_chain(ledgers, chain)?,
			light: None,
			validators: self.validators,
			shards: 0,
			in_flight: self.in_flight,
			node_args,
		};
		let report =
			session.on_network(setup, async |network, up| self.measure(ledgers, network, &up.clients).await)?;
		report.print(self.json)
	}

	async fn measure(
		&self,
		ledgers: &dyn Ledgers,
		network: &mut LocalNetwork,
		clients: &[RpcClient],
	) -> anyhow::Result<Report> {
		let first = clients.first().context("there is at least one validator; qed")?;
		let sign = ledgers.transfers(first.block_hash(0).await?, &first.runtime_version(None).await?)?;

		eprintln!("Measuring the latency of {} transfers on the idle network …", self.latency_samples);
		let destination = sender(0).account();
		let idle = idle::latencies(clients, &sign, &idle_sender(), &destination, self.latency_samples).await?;

		eprintln!("Signing transfers …");
		let planned = SIGNED_RATE.saturating_mul(self.seconds + WARM_UP.as_secs());
		let load = Load::prepare(LoadParams {
			nodes: network.nodes(),
			sign,
			senders: (0..self.senders).map(sender).collect(),
			// The smallest unit, so that no account runs out.
			amount: 1,
			in_flight: self.in_flight,
			signed: usize::try_from(planned).context("the measurement is too long")?,
			total: None,
		})
		.await?;
		eprintln!("Full load for {} s …", self.seconds);
		let mut blocks = BlockTimes::follow(first).await?;
		let running = load.start();
		tokio::time::sleep(WARM_UP).await;

		let begin = Edge::take(first, network.nodes()).await?;
		blocks.record_for(Duration::from_secs(self.seconds)).await?;
		let end = Edge::take(first, network.nodes()).await?;
		let loaded = running.stop(begin.time..end.time).await?;

		eprintln!("Counting …");
		let mut transfers = 0;
		for height in begin.height + 1..=end.height {
			let events = first.storage_bytes(&events_key(), Some(first.block_hash(height).await?)).await?;
			transfers += ledgers.transfers_among(&events.context("a block has events; qed")?)?;
		}
		Ok(Report::new(Measured {
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

/// Returns the storage key of a block's events.
fn events_key() -> Vec<u8> {
	[twox_128(b"System"), twox_128(b"Events")].concat()
}
