//! The `top-bench` binary: compares two node binaries. `top-node bench` has the other benches.

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use top_bench::CompareCommand;

/// Benches of TOP nodes.
#[derive(Parser)]
#[command(name = "top-bench", version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Compare two node binaries: run their benches in turn, and print ratios with confidence intervals.
	Compare(CompareCommand),
}

fn main() -> ExitCode {
	let Command::Compare(command) = Cli::parse().command;
	match command.run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error:#}");
			ExitCode::FAILURE
		},
	}
}
