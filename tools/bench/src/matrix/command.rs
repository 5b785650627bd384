//! The command: runs the bench of each variant, each time as a new process.

use crate::{
	compare::json_of,
	matrix::{
		report::{MatrixReport, Measured},
		rounds::Rounds,
		variants::{all, Sizes},
	},
};
use anyhow::Context;
use serde_json::Value;
use std::{
	ffi::OsString,
	fs,
	path::{Path, PathBuf},
	pin::pin,
	time::{Duration, Instant},
};
use tokio::process::Command;
use top_local_network::stop_signals;

/// Measures the unit lane with one factor varied at a time.
///
/// Runs `bench units` of the base and of each variant once a round, in alternating order. Prints the median and the range of
/// each, and its ratio to the base. Nothing else should use the machine.
#[derive(Clone, Debug, clap::Args)]
pub struct MatrixCommand {
	/// Number of rounds.
	#[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
	pub rounds: u16,
	/// Time for all runs. A run that would exceed it is left out.
	#[arg(long, value_name = "MINUTES", default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=10_000))]
	pub minutes: u64,
	/// Number of accounts of the base.
	#[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..=4_000_000))]
	pub accounts: u32,
	/// Other numbers of accounts.
	#[arg(long, value_delimiter = ',', default_values_t = [10_000, 1_000_000],
		value_parser = clap::value_parser!(u32).range(1_000..=4_000_000))]
	pub more_accounts: Vec<u32>,
	/// Number of units of each run.
	#[arg(long, default_value_t = 15_000, value_parser = clap::value_parser!(u32).range(1..))]
	pub units: u32,
	/// Seconds of each load below the capacity.
	#[arg(long, value_name = "SECONDS", default_value_t = 6, value_parser = clap::value_parser!(u32).range(..=3_600))]
	pub open_seconds: u32,
	/// Number of single transfers under light load.
	#[arg(long, default_value_t = 20)]
	pub samples: u32,
	/// Run only variants whose names contain one of these words, besides the base.
	#[arg(long, value_name = "WORD", value_delimiter = ',')]
	pub only: Vec<String>,
	/// Draw all variants into this SVG file.
	#[arg(long, value_name = "FILE")]
	pub plot: Option<PathBuf>,
	/// Print one JSON object instead of a table.
	#[arg(long)]
	pub json: bool,
	/// Further arguments for `bench units`, after `--`.
	#[arg(last = true)]
	pub flags: Vec<String>,
}

impl MatrixCommand {
	/// Runs all variants by `program`, whose first arguments are `leading`.
	///
	/// # Errors
	/// If the base cannot be measured, or a signal stops the matrix. Errors of variants are in the report, and make the
	/// command fail behind it.
	pub fn run(&self, program: &Path, leading: &[OsString]) -> anyhow::Result<()> {
		let runtime = tokio::runtime::Builder::new_current_thread()
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?;
		let report = runtime.block_on(self.measure(program, leading))?;
		if let Some(path) = &self.plot {
			fs::write(path, report.plot()).with_context(|| format!("cannot write the plot {}", path.display()))?;
		}
		match self.json {
			true => println!("{}", report.json()),
			false => print!("{}", report.table()),
		}
		report.ensure_complete()
	}

	async fn measure(&self, program: &Path, leading: &[OsString]) -> anyhow::Result<MatrixReport> {
		let mut stop = pin!(stop_signals()?);
		let variants = all(&Sizes {
			accounts: self.accounts,
			more_accounts: &self.more_accounts,
			units: self.units,
			open_seconds: self.open_seconds,
			samples: self.samples,
		});
		let is_wanted = |name: &str| self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()));
		let mut measured: Vec<Measured> = variants
			.into_iter()
			.filter(|variant| variant.factor == "base" || is_wanted(&variant.name()))
			.map(Measured::new)
			.collect();
		let cache = tempfile::tempdir().context("cannot create a temporary folder")?;
		let begin = Instant::now();
		let mut rounds = Rounds::new(measured.len(), self.rounds, Duration::from_secs(self.minutes * 60));
		while let Some((round, place)) = rounds.next(begin.elapsed()) {
			let variant = &mut measured[place];
			eprint!("Round {round} of {}: {} …", self.rounds, variant.variant.name());
			let mut command = Command::new(program);
			command.args(leading).arg("--json").arg("--cache").arg(cache.path());
			command.args(&variant.variant.arguments).args(&self.flags);
			let since = Instant::now();
			match json_of(command, stop.as_mut()).await {
				Ok(report) => {
					eprintln!(" {}", first_figure(&report));
					variant.reports.push(report);
				},
				// What stopped the bench stops the matrix.
				Err(error) if error.is_stopped() => return Err(error.into()),
				Err(error) => {
					eprintln!(" failed: {error:#}");
					variant.errors.push(format!("{error:#}"));
				},
			}
			rounds.took(place, since.elapsed());
		}
		MatrixReport::new(measured, rounds.skipped(), begin.elapsed())
	}
}

/// Returns the first figure of a report, for people.
fn first_figure(report: &Value) -> String {
	let number = |place: &str| report.pointer(place).and_then(Value::as_f64).unwrap_or_default();
	format!(
		"{:.1} processor µs per transfer, {:.0} a second",
		number("/cpu_us_per_transfer"),
		number("/transfers_per_second")
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::compare::script;
	use clap::Parser;

	#[derive(clap::Parser)]
	struct Cli {
		#[command(flatten)]
		command: MatrixCommand,
	}

	/// Runs a matrix over a shell script.
	fn measure(arguments: &str, body: &str) -> (Vec<String>, anyhow::Result<MatrixReport>) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("node");
		script::write(&path, "node 1", &format!("echo \"$*\" >> {}\n{body}", folder.path().join("log").display()));
		let command = Cli::try_parse_from(format!("matrix {arguments}").split_whitespace()).unwrap().command;
		let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
		let report = runtime.block_on(command.measure(&path, &["bench".into(), "units".into()]));
		let log = fs::read_to_string(folder.path().join("log")).unwrap();
		(log.lines().map(str::to_owned).collect(), report)
	}

	const REPORT: &str = r#"echo '{"cpu_us_per_transfer": 100.0, "transfers_per_second": 2000.0}'"#;

	#[test]
	fn every_variant_runs_once_a_round_with_the_flags() {
		let (log, report) = measure("--rounds 2 --only scheme,wrapped -- --senders 8", REPORT);
		assert_eq!(log.len(), 6);
		assert!(log.iter().all(|line| line.starts_with("bench units --json ") && line.ends_with(" --senders 8")));
		let schemes: Vec<usize> = (0..6).filter(|place| log[*place].contains("--scheme=ed25519")).collect();
		assert_eq!(schemes, [1, 4]);
		assert!(report.unwrap().ensure_complete().is_ok());
	}

	#[test]
	fn a_failed_variant_does_not_end_the_others() {
		let body = format!("case \"$*\" in *wrapped*) echo 'Error: no' >&2; exit 1;; esac\n{REPORT}");
		let (log, report) = measure("--rounds 1 --only wrapped,zipf", &body);
		assert_eq!(log.len(), 3);
		let error = report.unwrap().ensure_complete().unwrap_err().to_string();
		assert!(error.contains("payload wrapped"), "{error}");
	}

	#[test]
	fn without_the_base_there_is_no_report() {
		let (_, report) = measure("--rounds 1 --only zipf", "exit 1");
		assert!(report.err().unwrap().to_string().contains("base"));
	}
}
