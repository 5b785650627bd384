//! `top-node bench units`: the unit lane of a shard, stage by stage, and the extrinsic lane of the same chain on the same
//! machine, with which it is compared.
//!
//! ```text
//! accounts   keys from an index; all funded in the genesis
//! light      one unit at a time ──▶ latency until its receipt is there and verified
//! calls      units signed in advance, as the JSON of the calls that hand them in
//! load       many connections, and no more units on their way than a bound allows
//! window     what the validators used meanwhile: processor, stages (by Prometheus), blocks
//! baseline   the same for signed transfers, on a fresh network of the same chain
//! report     both in numbers; table: for people
//! ```
//!
//! The window is the whole load, from the first submission until the last transfer is final. How many are final is
//! counted in the state: the nonces of all senders.

mod accounts;
mod baseline;
mod calls;
mod light;
mod load;
mod report;
mod stages;
mod table;
mod window;

pub use accounts::{genesis_head, keypair};

use super::{
	genesis,
	session::{Session, Setup},
};
use crate::{
	chain_spec::{self, ChainSpec, Preset},
	client::RpcClient,
	network::{LocalNetwork, DEV_NAMES},
};
use accounts::Accounts;
use anyhow::Context;
use calls::Calls;
use load::Load;
use report::{LaneReport, Report};
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use top_sdk::Client;
use window::Window;

/// Id of the chain that is measured.
const CHAIN_ID: &str = "top_bench_units";
/// Folder of the network whose unit lane is measured.
const UNITS_FOLDER: &str = "units";
/// Folder of the network whose extrinsic lane is measured.
const BASELINE_FOLDER: &str = "baseline";

/// Where a ledger keeps its accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStore {
	/// In the SDK's trie, with all else.
	Trie,
}

/// What accounts sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
	/// As wallets do.
	Sr25519,
	/// Cheaper to sign, and about as cheap to verify.
	Ed25519,
}

/// Measures the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
///
/// The chain has the preset of a shard, but for its quotas: no account and no block runs out of its free share, so that
/// the machine is what is measured.
#[derive(Debug, clap::Args)]
pub struct UnitsBench {
	/// How many accounts there are; they take turns in sending.
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
	pub accounts: u32,
	/// How many units are sent.
	#[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub units: u32,
	/// Transfers in each unit.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=tp_lattice::MAX_OPERATIONS as i64))]
	pub ops_per_unit: u8,
	/// How many validators.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..DEV_NAMES.len() as i64))]
	pub validators: u16,
	/// Where the ledger keeps its accounts.
	#[arg(long, value_enum, default_value_t = AccountStore::Trie)]
	pub store: AccountStore,
	/// What accounts sign with.
	#[arg(long, value_enum, default_value_t = Scheme::Sr25519)]
	pub scheme: Scheme,
	/// Connections that units come by at a time.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=500))]
	pub senders: u16,
	/// How many single transfers measure the latency under light load, in each lane.
	#[arg(long, default_value_t = 60)]
	pub samples: u32,
	/// How many transfers the extrinsic lane is measured with; 0 leaves it out.
	#[arg(long, value_name = "TRANSFERS", default_value_t = 20_000)]
	pub baseline_transfers: u32,
	/// Folder of the networks, which must not hold any. A temporary one by default.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: Option<PathBuf>,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for every validator, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}

impl UnitsBench {
	pub(super) fn run(&self) -> anyhow::Result<()> {
		let session = Session::new(self.base_path.as_deref())?;
		eprintln!("Making {} accounts …", table::grouped(self.accounts.into()));
		let accounts = Accounts::derive(self.scheme, self.accounts)?;
		eprintln!("Making the genesis, and starting {} validators …", self.validators);
		let setup = self.setup(UNITS_FOLDER, chain_spec(self.validators, &accounts)?);
		let units =
			session.on_network(setup, async |network, clients| self.measure(network, &clients, &accounts).await)?;
		let baseline = match self.baseline_transfers {
			0 => None,
			transfers => {
				eprintln!("The extrinsic lane, on a fresh network …");
				let made = session.folder().join(UNITS_FOLDER).join("spec.json");
				let setup = self.setup(BASELINE_FOLDER, chain_spec::load(&made.to_string_lossy())?);
				Some(session.on_network(setup, async |network, clients| {
					baseline::measure(self, transfers, network, &clients, &accounts).await
				})?)
			},
		};
		Report::new(units, baseline).print(self.json)
	}

	fn setup(&self, folder: &str, spec: ChainSpec) -> Setup {
		Setup {
			folder: folder.into(),
			spec,
			validators: self.validators,
			in_flight: baseline::IN_FLIGHT,
			node_args: self.node_args.clone(),
		}
	}

	/// The unit lane: light load, then full load.
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

		eprintln!("Signing {} units …", table::grouped(self.units.into()));
		let calls = Calls::sign(accounts, &domain, self.units, self.ops_per_unit, self.senders)?;
		let load = Load::prepare(network.nodes(), first, calls, accounts.len()).await?;
		eprintln!("Full load …");
		let window = Window::begin(first, network.nodes()).await?;
		let loaded = load.run().await?;
		let used = window.end(&accounts.ids, self.units.into(), network.nodes()).await?;
		let lane = report::Lane {
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

/// The chain of a shard with all accounts funded, and shares that never run out.
fn chain_spec(validators: u16, accounts: &Accounts) -> anyhow::Result<ChainSpec> {
	let quota = json!({
		"rules": {
			"free": { "compute": FREE_SHARE, "bytes": FREE_SHARE },
			"perStakeUnit": { "compute": 0, "bytes": 0 },
			"stakeUnit": 0,
			"blockFree": 100,
		},
	});
	genesis::chain_spec(Preset::ShardLocal, CHAIN_ID, validators, &accounts.funded(), json!({ "quota": quota }))
}

/// Of each resource, far more than any account uses here: a million seconds, a million terabytes.
const FREE_SHARE: u64 = 1_000_000_000_000_000_000;

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use sp_runtime::BuildStorage;
	use tp_lattice::{storage::account_key, Account};

	#[test]
	fn the_genesis_funds_all_accounts_and_begins_their_chains() {
		let accounts = Accounts::derive(Scheme::Sr25519, 3).unwrap();
		let storage = chain_spec(7, &accounts).unwrap().build_storage().unwrap();
		for id in accounts.funded() {
			let account = Account::decode_all(&mut &storage.top[&account_key(&id)][..]).unwrap();
			assert!(account.data.free > 0 && account.nonce == 0);
			assert_eq!(account.data.unit_head, accounts::genesis_head(&id));
		}
	}
}
