//! The steps of a run.

use crate::{
	accounting::Meter,
	genesis::{bench_chain, BenchChain},
	ledgers::{Ledger, Ledgers},
	network::{
		accounts::{residents, Residents},
		args::{NetworkBench, Run},
		books::{check, settled},
		drive::{drive, Drive},
		plan::plan,
		plot,
		report::{Measured, RunReport},
		roles::Counted,
		sign::Signer,
		table::table,
		trial::remote_by,
		watch::Routes,
	},
	session::{Session, Setup},
	units::seed,
};
use anyhow::{bail, Context};
use serde_json::json;
use std::{
	fs,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, Node};
use top_sdk::Client;

/// The id of the main chain.
const CHAIN_ID: &str = "top_bench_network";
/// Time between single payments: the network is idle before the next.
const SINGLE_INTERVAL: Duration = Duration::from_millis(2_300);
/// How long the last payments may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long lanes may take to be empty behind a load.
const SETTLED: Duration = Duration::from_secs(60);

impl NetworkBench {
	/// Runs the bench.
	///
	/// # Errors
	/// If a network fails, or does not conserve what it holds.
	pub fn run(&self, ledgers: &dyn Ledgers) -> anyhow::Result<()> {
		let session = Session::new(self.base_path.as_deref(), self.cache.as_deref())?;
		let mut reports = Vec::new();
		for run in self.runs() {
			eprintln!("{} shards, {} % of the payments between shards …", run.shards, run.remote_percent);
			let report = self.run_one(ledgers, &session, run)?;
			if self.json {
				println!("{}", serde_json::to_string(&report).context("a report is plain data; qed")?);
			}
			reports.push(report);
		}
		if !self.json {
			print!("{}", table(&reports));
		}
		if let Some(path) = &self.plot {
			fs::write(path, plot::draw(&reports))
				.with_context(|| format!("cannot write the plot {}", path.display()))?;
		}
		let fault = reports.iter().find_map(|report| report.fault.as_ref());
		fault.map_or(Ok(()), |fault| bail!("the network does not conserve what it holds: {fault}"))
	}

	fn run_one(&self, ledgers: &dyn Ledgers, session: &Session, run: Run) -> anyhow::Result<RunReport> {
		// One more account a shard, for the trial of units.
		let count = usize::try_from(self.accounts)? + 1;
		let shards = residents(run.shards, count)?;
		let accounts: Vec<_> =
			shards.iter().flat_map(|shard| &shard.accounts).map(|account| account.id.clone()).collect();
		let chain = BenchChain {
			ledger: Ledger::Main,
			id: CHAIN_ID,
			validators: self.nodes,
			accounts: &accounts,
			changes: json!({}),
		};
		let folder = format!("{}-shards-{}-percent", run.shards, run.remote_percent);
		let setup = Setup {
			folder: folder.clone().into(),
			binary: ledgers.binary()?,
			chain: bench_chain(ledgers, chain)?,
			light: None,
			validators: self.nodes,
			shards: run.shards,
			in_flight: self.accounts,
			node_args: self.node_args.clone(),
		};
		let report = session.on_network(setup, async |network, _| self.measure(ledgers, network, shards, run).await)?;
		if self.base_path.is_none() {
			let folder = session.folder().join(folder);
			fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
		}
		Ok(report)
	}

	async fn measure(
		&self,
		ledgers: &dyn Ledgers,
		network: &LocalNetwork,
		mut shards: Vec<Residents>,
		run: Run,
	) -> anyhow::Result<RunReport> {
		let nodes = network.nodes();
		let routes = Routes::of(nodes, run.shards);
		let mut clients = Vec::new();
		for shard in &routes.shards {
			let first = shard.first().context("a network has nodes; qed")?;
			clients.push(Client::connect(&first.rpc_url()).await?);
		}
		let remote = remote_by(ledgers, &clients, &mut shards).await?;
		let remote_by = remote.name();
		let before = settled(&routes, SETTLED).await?;
		let domains = clients.iter().map(|client| *client.domain()).collect();
		let mut signer = Signer::new(shards, domains, remote)?;

		let idle = idle(nodes, Duration::from_secs(self.idle_seconds.into())).await?;
		let percent = if run.shards > 1 { 100 } else { 0 };
		let samples = self.samples.div_ceil(run.shards.into());
		let single = signer.sign(&plan(run.shards, percent, samples, SINGLE_INTERVAL * u32::from(run.shards)))?;
		let ends = Drive { patience: PATIENCE, nodes_end: false };
		let single = drive(&routes, single, ends).await?;

		let plan = plan(run.shards, run.remote_percent, self.rate * self.seconds, self.interval());
		let payments = signer.sign(&plan)?;
		let counted = Counted::read(nodes).await?;
		let meter = Meter::begin(nodes).await?;
		let outcome = drive(&routes, payments, ends).await?;
		let metered = meter.read(nodes).await?;
		let counted = (counted, Counted::read(nodes).await?);
		let both = single.with(&outcome);
		let fault = match settled(&routes, SETTLED).await {
			Ok(after) => check(&before, &after, signer.shards(), &both).err(),
			Err(error) => Some(error),
		};
		Ok(RunReport::new(Measured {
			run,
			nodes: self.nodes,
			seed: format!("0x{}", hex::encode(seed(0))),
			rate: self.rate,
			remote_by,
			idle,
			outcome: &outcome,
			single: &single,
			metered: &metered,
			counted,
			fault: fault.map(|error| format!("{error:#}")),
		}))
	}
}

/// Returns the processor time of the idle network in a second.
async fn idle(nodes: &[Node], length: Duration) -> anyhow::Result<Duration> {
	let cpu = || nodes.iter().map(Node::cpu_time).sum::<anyhow::Result<Duration>>();
	let (began, before) = (Instant::now(), cpu()?);
	tokio::time::sleep(length).await;
	let used = cpu()?.saturating_sub(before);
	Ok(used.div_f64(began.elapsed().as_secs_f64()))
}
