//! Runs the bench: both lanes, one after the other.

use crate::{
	genesis::{bench_chain, BenchChain},
	ledgers::{Ledger, Ledgers},
	session::{Session, Setup},
	units::{
		accounts::Accounts,
		args::UnitsBench,
		baseline,
		calls::Calls,
		lane::{Lane, LaneReport},
		light,
		load::Load,
		report::Report,
		table,
		text::grouped,
		window::Window,
	},
};
use anyhow::Context;
use serde_json::json;
use top_local_network::{Chain, LocalNetwork};
use top_sdk::{Client, RpcClient};

/// Id of the chain that is measured.
const CHAIN_ID: &str = "top_bench_units";
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
		let session = Session::new(self.base_path.as_deref())?;
		eprintln!("Deriving {} accounts …", grouped(self.accounts.into()));
		let accounts = Accounts::derive(self.scheme, self.accounts)?;
		eprintln!("Building the genesis, and starting {} validators …", self.validators);
		let setup = self.setup(UNITS_FOLDER, units_chain(ledgers, self.validators, &accounts)?);
		let units =
			session.on_network(setup, async |network, clients| self.measure(network, &clients, &accounts).await)?;
		let baseline = match self.baseline_transfers {
			0 => None,
			transfers => {
				eprintln!("The extrinsic lane, on a fresh network …");
				let spec = session.folder().join(UNITS_FOLDER).join("spec.json");
				let setup = self.setup(BASELINE_FOLDER, Chain::from_file(&spec)?);
				Some(session.on_network(setup, async |network, clients| {
					baseline::measure(self, ledgers, transfers, network, &clients, &accounts).await
				})?)
			},
		};
		let report = Report::new(units, baseline);
		match self.json {
			true => println!("{}", serde_json::to_string(&report).context("a report is plain data; qed")?),
			false => print!("{}", table::of(&report)),
		}
		Ok(())
	}

	fn setup(&self, folder: &str, chain: Chain) -> Setup {
		Setup {
			folder: folder.into(),
			chain,
			validators: self.validators,
			in_flight: baseline::IN_FLIGHT,
			node_args: self.node_args.clone(),
		}
	}

	/// Measures the unit lane: light load, then full load.
	async fn measure(
		&self,
		network: &mut LocalNetwork,
		clients: &[RpcClient],
		accounts: &Accounts,
	) -> anyhow::Result<LaneReport> {
		let first = clients.first().context("there is at least one validator; qed")?;
		let mut sdk = Vec::new();
		for node in network.nodes() {
			sdk.push(Client::connect(&node.rpc_url()).await?);
		}
		let domain = *sdk.first().context("there is at least one validator; qed")?.domain();
		accounts.check(&sdk[0]).await?;

		eprintln!("Light load: {} units, one at a time …", self.samples);
		let latency = light::latencies(first, &sdk, accounts, self.samples).await?;

		eprintln!("Signing {} units …", grouped(self.units.into()));
		let calls = Calls::sign(accounts, &domain, self.units, self.ops_per_unit, self.senders)?;
		let load = Load::prepare(network.nodes(), first, calls, accounts.len()).await?;
		eprintln!("Full load …");
		let window = Window::begin(first, network.nodes()).await?;
		let loaded = load.run().await?;
		let used = window.end(&accounts.ids, self.units.into(), network.nodes()).await?;
		let lane = Lane {
			accounts: self.accounts,
			validators: self.validators,
			ops_per_unit: self.ops_per_unit,
			store: self.store,
			latency,
			loaded_latency: loaded.latency,
			block_units: loaded.block_units,
			block_intervals: loaded.block_intervals,
			used,
		};
		Ok(LaneReport::new(lane))
	}
}

/// Returns the chain of a shard that funds all accounts, with shares that never run out.
///
/// # Errors
/// If the runtime refuses the genesis.
pub fn units_chain(ledgers: &dyn Ledgers, validators: u16, accounts: &Accounts) -> anyhow::Result<Chain> {
	let quota = json!({
		"rules": {
			"free": { "compute": FREE_SHARE, "bytes": FREE_SHARE, "state": FREE_SHARE },
			"perStakeUnit": { "compute": 0, "bytes": 0, "state": 0 },
			"stakeUnit": 0,
			"fullBalance": 0,
			"blockFree": 100,
			"sustained": { "compute": FREE_SHARE, "bytes": FREE_SHARE, "state": FREE_SHARE },
		},
	});
	let chain = BenchChain {
		ledger: Ledger::Shard,
		id: CHAIN_ID,
		validators,
		accounts: &accounts.funded(),
		changes: json!({ "quota": quota }),
	};
	bench_chain(ledgers, chain)
}

/// Free share of each resource, far more than any account uses here: a million seconds, a million terabytes.
const FREE_SHARE: u64 = 1_000_000_000_000_000_000;
