//! Arguments of the bench.

use serde::Serialize;
use std::path::PathBuf;
use top_local_network::DEV_NAMES;
use tp_core::Balance;

/// The store of a ledger's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStore {
	/// The SDK's trie, with the rest of the state.
	Trie,
	/// The account store, beside the trie.
	Memory,
}

impl AccountStore {
	/// Returns its name in a chain specification.
	pub fn name(self) -> &'static str {
		match self {
			Self::Trie => "trie",
			Self::Memory => "memory",
		}
	}
}

/// The signature scheme of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
	/// The scheme of wallets.
	Sr25519,
	/// Cheaper to sign, and about as expensive to verify.
	Ed25519,
}

/// The units of a call that the generator watches until they are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Watched {
	/// None: they are found in the blocks afterwards.
	None,
	/// The last one of each call.
	Last,
	/// All.
	All,
}

/// The form in which a call has its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
	/// A list with the encoding of each.
	List,
	/// The encoding of the whole list as one byte string. Older nodes do not take it.
	Joined,
}

/// What the calls are like.
#[derive(Clone, Copy, Debug)]
pub struct CallShape {
	/// Units that are watched.
	pub watched: Watched,
	/// The form of the units.
	pub form: Form,
}

/// The accounts that are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Receivers {
	/// All equally often.
	Uniform,
	/// By Zipf's law: the n-th account in proportion to 1 / n. A few accounts get most payments.
	Zipf,
}

/// The quotas of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Quotas {
	/// Those of the preset. The senders have locked enough balance for all that they send.
	Preset,
	/// Free shares that never run out, without stake.
	Lifted,
}

/// What the units are like.
#[derive(Clone, Copy, Debug, Serialize, clap::Args)]
pub struct UnitShape {
	/// Transfers in each unit.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=tp_lattice::MAX_OPERATIONS as i64))]
	pub ops_per_unit: u8,
	/// Signature scheme of the accounts.
	#[arg(long, value_enum, default_value_t = Scheme::Sr25519)]
	pub scheme: Scheme,
	/// Sign the payload between <Bytes> and </Bytes>, as wallets do.
	#[arg(long)]
	pub wrapped: bool,
	/// Accounts that are paid.
	#[arg(long, value_enum, default_value_t = Receivers::Uniform)]
	pub receivers: Receivers,
	/// Amount of a transfer, in the token's smallest unit. The default is above the existential deposit.
	#[arg(long, default_value_t = 150_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
	pub amount: u64,
}

impl UnitShape {
	/// Returns the sum of a unit's transfers.
	pub fn paid(&self) -> Balance {
		Balance::from(self.amount) * Balance::from(self.ops_per_unit)
	}
}

/// Measures the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
///
/// The chain has the preset of a shard. Its senders have locked enough balance for what they send, and the machine is the
/// limit.
#[derive(Clone, Debug, clap::Args)]
pub struct UnitsBench {
	/// Number of accounts. They take turns in sending.
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2..=4_000_000))]
	pub accounts: u32,
	/// Number of units.
	#[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub units: u32,
	#[allow(missing_docs)]
	#[command(flatten)]
	pub shape: UnitShape,
	/// Number of validators.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..DEV_NAMES.len() as i64))]
	pub validators: u16,
	/// Store of the ledger's accounts.
	#[arg(long, value_enum, default_value_t = AccountStore::Memory)]
	pub store: AccountStore,
	/// Quotas of the chain.
	#[arg(long, value_enum, default_value_t = Quotas::Preset)]
	pub quotas: Quotas,
	/// Number of connections that submit units.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=500))]
	pub senders: u16,
	/// Units that are watched.
	#[arg(long, value_enum, default_value_t = Watched::Last)]
	pub watch: Watched,
	/// Form of the units in a call.
	#[arg(long, value_enum, default_value_t = Form::Joined)]
	pub form: Form,
	/// Number of single transfers that measure the latency under light load, in each lane.
	#[arg(long, default_value_t = 60)]
	pub samples: u32,
	/// Loads below the measured capacity, in percent of it, at which the latency of all units is measured.
	#[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [50, 80, 95],
		value_parser = clap::value_parser!(u16).range(1..=200))]
	pub load_percents: Vec<u16>,
	/// Seconds of each load below the capacity; 0 omits them.
	#[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=3_600))]
	pub open_seconds: u32,
	/// Number of transfers of the extrinsic lane; 0 omits the lane.
	#[arg(long, value_name = "TRANSFERS", default_value_t = 20_000)]
	pub baseline_transfers: u32,
	/// Number of runs, each on a fresh network. The report has the median and the range of each figure.
	#[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
	pub runs: u16,
	/// Folder of the networks, which must not hold any. Default: a temporary folder.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: Option<PathBuf>,
	/// Folder of what benches of one binary share: its compiled runtime, and the state without accounts.
	#[arg(long, value_name = "DIR")]
	pub cache: Option<PathBuf>,
	/// Draw latency against load, and the stages, into this SVG file.
	#[arg(long, value_name = "FILE")]
	pub plot: Option<PathBuf>,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for every validator, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}

impl UnitsBench {
	/// Returns what the calls are like.
	pub fn calls(&self) -> CallShape {
		CallShape { watched: self.watch, form: self.form }
	}

	/// Returns the number of accounts that send: as many as there are units, if there are fewer units than accounts.
	pub fn sending(&self) -> u32 {
		self.accounts.min(self.units).max(u32::from(self.senders).min(self.accounts)).max(2)
	}

	/// Returns the most units that one account sends, with those of the loads below the capacity. Their number follows from
	/// the capacity, which is not known before: this allows for 50,000 units a second.
	pub fn units_of_one(&self) -> u64 {
		let open: u64 = self
			.load_percents
			.iter()
			.map(|percent| u64::from(*percent) * u64::from(self.open_seconds) * MAX_RATE / 100)
			.sum();
		(u64::from(self.units) + open).div_ceil(u64::from(self.sending())) + 1
	}
}

/// The largest capacity for which the senders' balances are made, in units per second.
pub const MAX_RATE: u64 = 50_000;

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(clap::Parser)]
	struct Cli {
		#[command(flatten)]
		bench: UnitsBench,
	}

	fn bench(arguments: &str) -> UnitsBench {
		Cli::try_parse_from(format!("units {arguments}").split_whitespace()).unwrap().bench
	}

	#[test]
	fn only_as_many_accounts_send_as_there_are_units() {
		assert_eq!(bench("--accounts 4000000 --units 1000").sending(), 1_000);
		assert_eq!(bench("--accounts 500 --units 1000").sending(), 500);
		assert_eq!(bench("--accounts 5000 --units 1").sending(), 64, "each connection has an account");
		assert_eq!(bench("--accounts 2 --units 1").sending(), 2);
	}

	#[test]
	fn the_balance_of_a_sender_suffices_for_all_loads() {
		let bench = bench("--accounts 100 --units 1000 --open-seconds 2 --load-percents 50,100 --ops-per-unit 16");
		assert_eq!(bench.units_of_one(), (1_000 + MAX_RATE + 2 * MAX_RATE) / 100 + 1);
		assert_eq!(bench.shape.paid(), 16 * 150_000);
		assert_eq!(self::bench("--accounts 100 --units 1000 --open-seconds 0").units_of_one(), 11);
	}

	#[test]
	fn the_number_of_accounts_is_bounded() {
		assert_eq!(bench("--accounts 4000000").accounts, 4_000_000);
		assert!(Cli::try_parse_from(["units", "--accounts", "4000001"]).is_err());
	}
}
