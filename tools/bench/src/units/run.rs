//! Runs the bench: both lanes, one after the other, as often as asked.

use crate::{
	ledgers::Ledgers,
	percentiles::ratio,
	session::{Connected, Session, Setup},
	spread::Spread,
	units::{
		accounts::Accounts,
		args::{AccountStore, UnitsBench},
		baseline::{self, steady, STEADY_AFTER},
		chain::{units_chain, UnitsChain},
		finality::Waiting,
		floor,
		lane::{Lane, LaneReport},
		light,
		load::Load,
		open_loop::OpenLoop,
		plot,
		report::{Conditions, Report},
		signer::Signer,
		table,
		text::grouped,
		window::Window,
	},
};
use anyhow::Context;
use serde_json::Value;
use std::{fs, time::Duration};
use top_local_network::LocalNetwork;
use top_sdk::Client;

/// Folder of the network of the unit lane.
const UNITS_FOLDER: &str = "units";
/// Folder of the network of the extrinsic lane.
const BASELINE_FOLDER: &str = "baseline";

impl UnitsBench {
	/// Runs the bench.
	///
	/// # Errors
	/// If a network fails, or a lane cannot be measured.
	pub fn run(&self, ledgers: &dyn Ledgers) -> anyhow::Result<()> {
		let session = Session::new(self.base_path.as_deref(), self.cache.as_deref())?;
		eprintln!("Deriving {} accounts …", grouped(self.accounts.into()));
		let accounts = Accounts::derive(self.shape.scheme, self.accounts)?;
		let mut reports = Vec::new();
		for run in 1..=self.runs {
			if self.runs > 1 {
				eprintln!("Run {run} of {} …", self.runs);
			}
			reports.push(self.once(ledgers, &session, &accounts, run)?);
		}
		let json = reports.iter().map(serde_json::to_value).collect::<Result<Vec<Value>, _>>();
		let spread = Spread::of(&json.context("a report is plain data; qed")?);
		if let Some(path) = &self.plot {
			fs::write(path, plot::draw(&spread.median))
				.with_context(|| format!("cannot write the plot {}", path.display()))?;
		}
		match self.json {
			true => println!("{}", spread.json()),
			false => {
				// The run in the middle, by the first figure.
				reports.sort_by(|one, other| one.units.cpu_us_per_transfer.total_cmp(&other.units.cpu_us_per_transfer));
				let middle = reports.get(reports.len() / 2).context("there is at least one run; qed")?;
				print!("{}{}", table::of(middle), table::spread(&spread));
			},
		}
		Ok(())
	}

	/// Measures both lanes once, each on a fresh network.
	fn once(&self, ledgers: &dyn Ledgers, session: &Session, accounts: &Accounts, run: u16) -> anyhow::Result<Report> {
		eprintln!("Building the genesis, and starting {} validators …", self.validators);
		let setup = self.setup(ledgers, session, &format!("{UNITS_FOLDER}-{run}"), accounts)?;
		let units = session.on_network(setup, async |network, up| self.measure(network, &up, accounts).await)?;
		self.forget(session, &format!("{UNITS_FOLDER}-{run}"))?;
		let baseline = match self.baseline_transfers {
			0 => None,
			transfers => {
				eprintln!("The extrinsic lane, on a fresh network …");
				// As the SDK has it: its accounts are in the trie.
				let bench = Self { store: AccountStore::Trie, ..self.clone() };
				let setup = bench.setup(ledgers, session, &format!("{BASELINE_FOLDER}-{run}"), accounts)?;
				let report = session.on_network(setup, async |network, up| {
					baseline::measure(&bench, ledgers, transfers, network, &up, accounts).await
				})?;
				self.forget(session, &format!("{BASELINE_FOLDER}-{run}"))?;
				Some(report)
			},
		};
		Ok(Report::new(Conditions::of(self), units, baseline))
	}

	/// Removes a measured network of several runs, unless its folder was named: a run of millions of accounts leaves
	/// gigabytes.
	fn forget(&self, session: &Session, folder: &str) -> anyhow::Result<()> {
		if self.base_path.is_some() {
			return Ok(());
		}
		let folder = session.folder().join(folder);
		fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))
	}

	fn setup(
		&self,
		ledgers: &dyn Ledgers,
		session: &Session,
		folder: &str,
		accounts: &Accounts,
	) -> anyhow::Result<Setup> {
		let UnitsChain { chain, light } = units_chain(ledgers, self, accounts, &session.cache())?;
		Ok(Setup {
			folder: folder.into(),
			binary: ledgers.binary()?,
			chain,
			light: Some(light),
			validators: self.validators,
			shards: 0,
			in_flight: baseline::IN_FLIGHT,
			node_args: self.node_args.clone(),
		})
	}

	/// Measures the unit lane: light load, full load, then loads below the capacity.
	async fn measure(
		&self,
		network: &mut LocalNetwork,
		up: &Connected,
		accounts: &Accounts,
	) -> anyhow::Result<LaneReport> {
		let first = up.clients.first().context("there is at least one validator; qed")?;
		let mut sdk = Vec::new();
		for node in network.nodes() {
			sdk.push(Client::connect(&node.rpc_url()).await?);
		}
		let domain = *sdk.first().context("there is at least one validator; qed")?.domain();
		accounts.check(&sdk[0]).await?;
		tokio::time::sleep(STEADY_AFTER).await;
		let steady = steady(network)?;

		eprintln!("Light load: {} units, one at a time …", self.samples);
		let latency = light::latencies(first, &sdk, accounts, self.samples).await?;

		eprintln!("Signing {} units …", grouped(self.units.into()));
		let sending = usize::try_from(self.sending())?;
		let mut signer = Signer::new(accounts, domain, self.shape, sending, self.senders.into())?;
		let shares = signer.shares(usize::try_from(self.units)?);
		let units = signer.sign(&shares)?;
		let floor = floor::measure(&domain, &units)?;
		let senders = &accounts.ids[..signer.sending()];
		let load = Load::prepare(network.nodes(), first, units, signer.sending(), self.calls()).await?;
		eprintln!("Full load …");
		let window = Window::begin(first, network.nodes()).await?;
		let loaded = load.run().await?;
		let used = window.end(senders, self.units.into(), network.nodes()).await?;
		let sent = loaded.submitted.sent.iter();
		let sent = sent.flat_map(|sent| sent.hashes.iter().map(|hash| (*hash, sent.since)));
		let all = Waiting::of(sent).find(first, &loaded.blocks, used.blocks).await?;

		let capacity = ratio(used.done as f64, used.metered.time.as_secs_f64());
		let below =
			OpenLoop { nodes: network.nodes(), first, calls: self.calls(), ops_per_unit: self.shape.ops_per_unit };
		let mut open_loop = Vec::new();
		for percent in self.load_percents.iter().filter(|_| self.open_seconds > 0) {
			let length = Duration::from_secs(self.open_seconds.into());
			open_loop.push(below.measure(&mut signer, *percent, capacity, length).await?);
		}
		Ok(LaneReport::new(Lane {
			accounts: self.accounts,
			validators: self.validators,
			ops_per_unit: self.shape.ops_per_unit,
			store: self.store,
			latency,
			loaded_latency: loaded.submitted.latency,
			all: Some(all),
			block_units: loaded.counts.0,
			block_intervals: loaded.blocks.intervals(),
			used,
			refusals: loaded.submitted.refusals,
			steady,
			startup: up.startup,
			floor: Some(floor),
			open_loop,
		}))
	}
}
