//! Runs the command of the command line.

use crate::{
	cli::{Cli, Subcommand},
	commands::NodeLedgers,
	run,
};
use sc_cli::{CliConfiguration, SubstrateCli};
use sc_service::Configuration;
use tc_chain::database::{self, Work};

/// Warning for operators who purge a chain. The vote log lies in the database's folder, so that a purged development
/// chain starts from nothing; the log keeps a validator from contradicting its own votes.
const PURGED_VALIDATORS_WAIT: &str =
	"before it validates the same chain again, let the others build a block above its newest.";

/// Parses the arguments of this process and runs the command. Wrong arguments end the process with clap's message and
/// exit code 2.
///
/// # Errors
/// If the command fails.
pub fn run() -> anyhow::Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run::node(&cli, &cli.run),
		Some(Subcommand::Run(command)) => run::node(&cli, command),
		Some(Subcommand::LocalNetwork(command)) => command.run(),
		Some(Subcommand::Tx(command)) => command.run(),
		Some(Subcommand::Node(command)) => command.run(),
		Some(Subcommand::Receipt(command)) => command.run(),
		Some(Subcommand::Bench(command)) => command.run(&NodeLedgers),
		Some(Subcommand::Key(command)) => Ok(command.run(&cli)?),
		Some(Subcommand::ExportChainSpec(command)) => {
			let spec = cli.load_spec(&command.chain).map_err(sc_cli::Error::Input)?;
			Ok(command.run(spec)?)
		},
		Some(Subcommand::BuildSpec(command)) => {
			on_config(&cli, command, |config| command.run(config.chain_spec, config.network))
		},
		Some(Subcommand::PurgeChain(command)) => {
			eprintln!("Purging the database removes the votes of this node: {PURGED_VALIDATORS_WAIT}");
			on_config(&cli, command, |config| command.run(config.database))
		},
		Some(Subcommand::ChainInfo(command)) => {
			on_config(&cli, command, |config| database::chain_info(command, &config))
		},
		Some(Subcommand::CheckBlock(command)) => on_chain(&cli, command, database::check_block),
		Some(Subcommand::ImportBlocks(command)) => on_chain(&cli, command, database::import_blocks),
		Some(Subcommand::ExportBlocks(command)) => on_chain(&cli, command, database::export_blocks),
		Some(Subcommand::Revert(command)) => on_chain(&cli, command, database::revert),
		Some(Subcommand::RebuildUnitIndex(command)) => on_config(&cli, command, |config| command.run(&config)),
		#[cfg(feature = "runtime-benchmarks")]
		Some(Subcommand::Benchmark(command)) => on_config(&cli, &command.command, |config| command.run(config)),
		#[cfg(not(feature = "runtime-benchmarks"))]
		Some(Subcommand::Benchmark(command)) => command.run(),
	}
}

/// Runs a command that needs only the configuration.
fn on_config(
	cli: &Cli,
	command: &impl CliConfiguration,
	run: impl FnOnce(Configuration) -> sc_cli::Result<()>,
) -> anyhow::Result<()> {
	Ok(cli.create_runner(command)?.sync_run(run)?)
}

/// Runs a command that works on the database of a chain.
fn on_chain<'a, Command: CliConfiguration>(
	cli: &Cli,
	command: &'a Command,
	start: impl FnOnce(&'a Command, Configuration) -> sc_cli::Result<Work<'a>>,
) -> anyhow::Result<()> {
	Ok(cli.create_runner(command)?.async_run(|config| start(command, config))?)
}
