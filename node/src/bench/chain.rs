//! `top-node bench chain`: the extrinsic lane of the main chain, idle and under full load.

use super::{
	blocks::BlockTimes,
	genesis::{self, idle_sender, sender},
	idle,
	load::{Load, LoadParams},
	report::{self, Percentiles, Report},
	session::{Edge, Session, Setup},
};
use crate::{
	chain_spec::Preset,
	client::{transfers_in, ChainParams, RpcClient, TransferBuilder},
	network::{LocalNetwork, DEV_NAMES},
};
use anyhow::Context;
use serde_json::json;
use sp_core::Pair;
use std::{path::PathBuf, time::Duration};
use tp_core::AccountId;

/// How long the load runs before it is measured: some blocks, until each is full of transfers.
const WARM_UP: Duration = Duration::from_secs(6);
/// Transfers a second that are signed in advance; more are signed when needed.
const SIGNED_RATE: u64 = 1_500;

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
	pub(super) fn run(&self) -> anyhow::Result<()> {
		let session = Session::new(self.base_path.as_deref())?;
		let accounts: Vec<_> =
			(0..self.senders).map(sender).chain([idle_sender()]).map(|pair| pair.public().into()).collect();
		// The events of the whole measurement are looked through at its end.
		let mut node_args = vec!["--state-pruning=100000".into()];
		node_args.extend(self.node_args.iter().cloned());
		let setup = Setup {
			folder: PathBuf::new(),
			spec: genesis::chain_spec(Preset::Local, "top_bench", self.validators, &accounts, json!({}))?,
			validators: self.validators,
			in_flight: self.in_flight,
			node_args,
		};
		let report = session.on_network(setup, async |network, clients| self.measure(network, &clients).await)?;
		report.print(self.json)
	}

	async fn measure(&self, network: &mut LocalNetwork, clients: &[RpcClient]) -> anyhow::Result<Report> {
		let first = clients.first().context("there is at least one validator; qed")?;
		let builder = TransferBuilder::immortal(ChainParams::fetch(first).await?);

		eprintln!("Measuring the latency of {} transfers on the idle network …", self.latency_samples);
		let destination = AccountId::from(sender(0).public());
		let idle = idle::latencies(clients, &builder, &idle_sender(), &destination, self.latency_samples).await?;

		eprintln!("Signing transfers …");
		let planned = SIGNED_RATE.saturating_mul(self.seconds + WARM_UP.as_secs());
		let load = Load::prepare(LoadParams {
			nodes: network.nodes(),
			builder,
			senders: (0..self.senders).map(sender).collect(),
			in_flight: self.in_flight,
			signed: usize::try_from(planned).context("the load is too long")?,
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
			transfers += transfers_in(first, first.block_hash(height).await?).await?;
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
