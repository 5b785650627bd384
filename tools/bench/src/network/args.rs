//! Arguments of the bench.

use std::{path::PathBuf, time::Duration};
use top_local_network::{DEV_NAMES, MAX_SHARDS};

/// Measures networks of a main chain, a zone and its shards on this machine, under payments inside shards and between them.
///
/// Each run has another network, and each of its nodes runs all ledgers in one process. Shards have an equal load.
#[derive(Clone, Debug, clap::Args)]
pub struct NetworkBench {
	/// Numbers of shards. Each is run with each share of payments between shards.
	#[arg(long, value_name = "COUNT", value_delimiter = ',', default_values_t = [1, 2, 4],
		value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_SHARDS)))]
	pub shards: Vec<u16>,
	/// Shares of payments that lead to other shards, in percent. A network of one shard has none.
	#[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [0, 10, 30, 100],
		value_parser = clap::value_parser!(u8).range(..=100))]
	pub remote: Vec<u8>,
	/// Number of nodes. They are the committee of every ledger.
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=DEV_NAMES.len() as i64))]
	pub nodes: u16,
	/// Seconds of the load.
	#[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_600))]
	pub seconds: u32,
	/// Payments a second that each shard starts.
	#[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
	pub rate: u32,
	/// Accounts of each shard. Each has one payment on its way at most.
	#[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(4..=20_000))]
	pub accounts: u32,
	/// Single payments that measure the latency of the idle network: between shards, if there are several.
	#[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(..=1_000))]
	pub samples: u32,
	/// Seconds for which the idle network is measured.
	#[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
	pub idle_seconds: u32,
	/// Folder of the networks, which must not hold any. Default: a temporary folder.
	#[arg(long, short = 'd', value_name = "DIR")]
	pub base_path: Option<PathBuf>,
	/// Folder of what benches of one binary share: its compiled runtimes.
	#[arg(long, value_name = "DIR")]
	pub cache: Option<PathBuf>,
	/// Draw all runs into this SVG file.
	#[arg(long, value_name = "FILE")]
	pub plot: Option<PathBuf>,
	/// Print one JSON object a run, each on a line, instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for every node, after `--`.
	#[arg(last = true)]
	pub node_args: Vec<String>,
}

/// One run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
	/// Number of shards.
	pub shards: u16,
	/// Share of payments that lead to other shards, in percent.
	pub remote_percent: u8,
}

impl NetworkBench {
	/// Returns the runs: the shares of each number of shards, and no share but 0 for one shard.
	pub fn runs(&self) -> Vec<Run> {
		let mut runs = Vec::new();
		for shards in &self.shards {
			for remote in &self.remote {
				let run = Run { shards: *shards, remote_percent: if *shards > 1 { *remote } else { 0 } };
				if !runs.contains(&run) {
					runs.push(run);
				}
			}
		}
		runs
	}

	/// Returns the time from one payment of a shard to its next.
	pub fn interval(&self) -> Duration {
		Duration::from_secs(1) / self.rate.max(1)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;

	#[derive(clap::Parser)]
	struct Cli {
		#[command(flatten)]
		bench: NetworkBench,
	}

	#[test]
	fn one_shard_has_one_run() {
		let runs = |arguments: &str| {
			let bench = Cli::try_parse_from(format!("network {arguments}").split_whitespace()).unwrap().bench;
			bench.runs().into_iter().map(|run| (run.shards, run.remote_percent)).collect::<Vec<_>>()
		};
		let all = runs("--shards 1,2,4 --remote 0,10,30,100 --seconds 60 --json");
		assert_eq!(all, runs(""));
		assert_eq!(all.len(), 9);
		assert_eq!(all[..3], [(1, 0), (2, 0), (2, 10)]);
		assert_eq!(runs("--shards 1 --remote 30"), [(1, 0)]);
		assert!(Cli::try_parse_from(["network", "--remote", "101"]).is_err());
		assert!(Cli::try_parse_from(["network", "--shards", "0"]).is_err());
	}
}
