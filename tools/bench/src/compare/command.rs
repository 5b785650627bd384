//! The command: runs both binaries in turn.

use crate::compare::{
	binary::Binary,
	comparison::{Comparison, Pair},
	figures::{Figures, Lane, FIGURES},
};
use anyhow::Context;
use std::{future::Future, path::PathBuf, pin::Pin};
use top_local_network::stop_signals;

/// Compares two node binaries.
///
/// Runs `bench chain` or `bench units` of both binaries in turn, in pairs of alternating order (old new, new old, …).
/// Prints the figures of each pair, then the ratios new/old with 95 % confidence intervals. Nothing else should use the
/// machine.
#[derive(Debug, clap::Args)]
pub struct CompareCommand {
	/// Path of the old top-node binary.
	#[arg(value_name = "OLD")]
	pub old: PathBuf,
	/// Path of the new top-node binary.
	#[arg(value_name = "NEW")]
	pub new: PathBuf,
	/// Number of pairs of runs.
	#[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(2..=1_000))]
	pub pairs: u16,
	/// Bench to run.
	#[arg(long, value_enum, default_value_t = Lane::Chain)]
	pub lane: Lane,
	/// Print one JSON object instead of tables.
	#[arg(long)]
	pub json: bool,
	/// Flags for the bench, after `--`.
	#[arg(last = true)]
	pub flags: Vec<String>,
}

impl CompareCommand {
	/// Runs the comparison, and prints its result.
	///
	/// # Errors
	/// If a binary is missing, a run fails, or a signal stops the comparison.
	pub fn run(&self) -> anyhow::Result<()> {
		let runtime = tokio::runtime::Builder::new_current_thread()
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let comparison = runtime.block_on(async {
			let stop = stop_signals()?;
			tokio::pin!(stop);
			self.compare(stop).await
		})?;
		match self.json {
			true => println!("{}", serde_json::to_string(&comparison).context("a comparison is plain data; qed")?),
			false => print!("{}", comparison.table()),
		}
		Ok(())
	}

	async fn compare(&self, mut stop: Pin<&mut impl Future<Output = ()>>) -> anyhow::Result<Comparison> {
		let old = Binary::find(&self.old).await?;
		let new = Binary::find(&self.new).await?;
		let mut pairs = Vec::new();
		for number in 1..=self.pairs {
			// Alternates the order, so that a drift of the machine affects both binaries equally.
			let (of_old, of_new) = if is_old_first(number) {
				let of_old = self.bench(number, "old", &old, stop.as_mut()).await?;
				(of_old, self.bench(number, "new", &new, stop.as_mut()).await?)
			} else {
				let of_new = self.bench(number, "new", &new, stop.as_mut()).await?;
				(self.bench(number, "old", &old, stop.as_mut()).await?, of_new)
			};
			pairs.push(Pair { old: of_old, new: of_new });
		}
		Ok(Comparison::new(self.lane, &self.flags, &old, &new, pairs))
	}

	/// Runs one bench, and shows its first figure.
	async fn bench(
		&self,
		number: u16,
		which: &str,
		binary: &Binary,
		stop: Pin<&mut impl Future<Output = ()>>,
	) -> anyhow::Result<Figures> {
		eprint!("Pair {number} of {}: {which} …", self.pairs);
		let figures = binary.bench(self.lane, &self.flags, stop).await;
		match &figures {
			Ok(figures) => {
				let [first, ..] = FIGURES;
				eprintln!(" {:.1} {}", figures.get(&first).unwrap_or_default(), first.name);
			},
			Err(_) => eprintln!(" failed"),
		}
		figures
	}
}

/// Whether the old binary runs first in a pair, counted from 1.
fn is_old_first(pair: u16) -> bool {
	pair % 2 == 1
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::compare::script;
	use clap::Parser;
	use std::fs;

	#[derive(Debug, clap::Parser)]
	struct Cli {
		#[command(flatten)]
		command: CompareCommand,
	}

	#[test]
	fn flags_behind_two_dashes_go_to_the_bench() {
		let Cli { command } =
			Cli::try_parse_from("compare old new --lane units --pairs 3 -- --units 5 --json".split(' ')).unwrap();
		assert_eq!((command.pairs, command.lane, command.json), (3, Lane::Units, false));
		assert_eq!(command.flags, ["--units", "5", "--json"]);
		assert!(Cli::try_parse_from("compare old".split(' ')).is_err());
		assert!(Cli::try_parse_from("compare old new --pairs 1".split(' ')).is_err());
	}

	#[test]
	fn runs_are_interleaved_and_the_order_alternates() {
		let folder = tempfile::tempdir().unwrap();
		let log = folder.path().join("log");
		let script = |name: &str, cpu: u32| {
			let report = format!(
				r#"{{"cpu_us_per_transfer":{cpu},"transfers_per_second":1,"latency_ms":{{"p50":1}},"loaded_latency_ms":{{"p50":1}}}}"#
			);
			let path = folder.path().join(name);
			script::write(&path, name, &format!("echo {name} >> {}\necho '{report}'", log.display()));
			path
		};
		let command = CompareCommand {
			old: script("old", 100),
			new: script("new", 105),
			pairs: 3,
			lane: Lane::Chain,
			json: false,
			flags: Vec::new(),
		};
		let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
		let comparison =
			runtime.block_on(async { command.compare(std::pin::pin!(std::future::pending())).await }).unwrap();
		assert_eq!(
			fs::read_to_string(log).unwrap().split_whitespace().collect::<Vec<_>>(),
			["old", "new", "new", "old", "old", "new"]
		);
		let json = serde_json::to_value(&comparison).unwrap();
		assert!((json["ratios"]["cpu_us_per_transfer"]["ratio"].as_f64().unwrap() - 1.05).abs() < 1e-9, "{json}");
	}
}
