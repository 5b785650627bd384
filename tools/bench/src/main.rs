//! The `top-bench` binary: measures any node binary by its commands. `top-node bench` measures the node that it is.

use anyhow::Context;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use top_bench::{CompareCommand, MatrixCommand, NetworkBench, NodeBinary, PlanCommand, UnitsBench};

/// Benches of TOP nodes.
#[derive(Parser)]
#[command(name = "top-bench", version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

/// The binary that is measured.
#[derive(clap::Args)]
struct Node {
	/// Path of the top-node binary.
	#[arg(long, value_name = "FILE")]
	node: PathBuf,
}

#[derive(Subcommand)]
enum Command {
	/// Measure the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
	Units {
		#[command(flatten)]
		node: Node,
		#[command(flatten)]
		bench: UnitsBench,
	},
	/// Measure networks of a main chain, a zone and its shards on this machine: payments inside shards and between them.
	Network {
		#[command(flatten)]
		node: Node,
		#[command(flatten)]
		bench: NetworkBench,
	},
	/// Project a network of many shards from measured figures, and say what saturates first.
	Plan(PlanCommand),
	/// Measure the unit lane with one factor varied at a time: accounts, validators, scheme, and others.
	Matrix {
		#[command(flatten)]
		node: Node,
		#[command(flatten)]
		matrix: MatrixCommand,
	},
	/// Compare two node binaries: run their benches in turn, and print ratios with confidence intervals.
	Compare(CompareCommand),
}

/// Runs a matrix whose benches are those of this program.
fn run_matrix(node: &Node, matrix: &MatrixCommand) -> anyhow::Result<()> {
	let program = std::env::current_exe().context("cannot find the path of this binary")?;
	matrix.run(&program, &["units".into(), "--node".into(), node.node.clone().into()])
}

fn main() -> ExitCode {
	let result = match Cli::parse().command {
		Command::Units { node, bench } => NodeBinary::new(&node.node).and_then(|node| bench.run(&node)),
		Command::Network { node, bench } => NodeBinary::new(&node.node).and_then(|node| bench.run(&node)),
		Command::Plan(command) => command.run(),
		Command::Matrix { node, matrix } => run_matrix(&node, &matrix),
		Command::Compare(command) => command.run(),
	};
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error:#}");
			ExitCode::FAILURE
		},
	}
}
