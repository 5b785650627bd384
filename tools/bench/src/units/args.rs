//! Arguments of the bench.

use serde::Serialize;
use std::path::PathBuf;
use top_local_network::DEV_NAMES;

/// The store of a ledger's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStore {
	/// The SDK's trie, with the rest of the state.
	Trie,
}

/// The signature scheme of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
	/// The scheme of wallets.
	Sr25519,
	/// Cheaper to sign, and about as expensive to verify.
	Ed25519,
}

/// Measures the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
///
/// The chain has the preset of a shard with other quotas. No account and no block exhausts its free share, so that the
/// machine is the limit.
#[derive(Debug, clap::Args)]
pub struct UnitsBench {
	/// Number of accounts. They take turns in sending.
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
	pub accounts: u32,
	/// Number of units.
	#[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub units: u32,
	/// Transfers in each unit.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=tp_lattice::MAX_OPERATIONS as i64))]
	pub ops_per_unit: u8,
	/// Number of validators.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..DEV_NAMES.len() as i64))]
	pub validators: u16,
	/// Store of the ledger's accounts.
	#[arg(long, value_enum, default_value_t = AccountStore::Trie)]
	pub store: AccountStore,
	/// Signature scheme of the accounts.
	#[arg(long, value_enum, default_value_t = Scheme::Sr25519)]
	pub scheme: Scheme,
	/// Number of connections that submit units.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=500))]
	pub senders: u16,
	/// Number of single transfers that measure the latency under light load, in each lane.
	#[arg(long, default_value_t = 60)]
	pub samples: u32,
	/// Number of transfers of the extrinsic lane; 0 omits the lane.
	#[arg(long, value_name = "TRANSFERS", default_value_t = 20_000)]
	pub baseline_transfers: u32,
	/// Folder of the networks, which must not hold any. Default: a temporary folder.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: Option<PathBuf>,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for every validator, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}
