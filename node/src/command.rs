//! Runs what the command line asks for.

use crate::{
	cli::{Cli, RunCommand, Subcommand},
	disk::DiskGuard,
	parent, preflight,
};
use anyhow::{anyhow, Context};
use futures::{future::LocalBoxFuture, FutureExt};
use sc_cli::{CliConfiguration, SubstrateCli};
use sc_service::{Configuration, Error as ServiceError, PartialComponents, TaskManager};
use tc_chains::{Block, NodeOptions};

/// What the SDK says when a task ended without which the node must not run.
const ESSENTIAL_TASK_FAILED: &str = "Essential task failed.";

/// What an operator must know before purging: the vote log lies in the database's folder, so that a development chain
/// starts from nothing, and the log is what keeps a validator from contradicting itself.
const PURGED_VALIDATORS_WAIT: &str =
	"before it validates the same chain again, let the others make a block beyond its newest.";

/// Parses the arguments of this process and runs the command. Wrong arguments end the process right there, with
/// clap's message and exit code 2.
pub fn run() -> anyhow::Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli, &cli.run),
		Some(Subcommand::Run(command)) => run_node(&cli, command),
		Some(Subcommand::LocalNetwork(command)) => command.run(),
		Some(Subcommand::Tx(command)) => command.run(),
		Some(Subcommand::Node(command)) => command.run(),
		Some(Subcommand::Bench(command)) => command.run(),
		Some(Subcommand::Key(command)) => Ok(command.run(&cli)?),
		Some(Subcommand::ExportChainSpec(command)) => {
			let spec = cli.load_spec(&command.chain).map_err(sc_cli::Error::Input)?;
			Ok(command.run(spec)?)
		},
		Some(Subcommand::BuildSpec(command)) => {
			on_config(&cli, command, |config| command.run(config.chain_spec, config.network))
		},
		Some(Subcommand::PurgeChain(command)) => {
			eprintln!("The votes of this node go with the database: {PURGED_VALIDATORS_WAIT}");
			on_config(&cli, command, |config| command.run(config.database))
		},
		Some(Subcommand::ChainInfo(command)) => on_config(&cli, command, |config| command.run::<Block>(&config)),
		Some(Subcommand::CheckBlock(command)) => on_chain(&cli, command, |config| {
			let PartialComponents { client, task_manager, import_queue, .. } = tc_chains::new_partial(&config)?;
			Ok((command.run(client, import_queue).boxed_local(), task_manager))
		}),
		Some(Subcommand::ImportBlocks(command)) => on_chain(&cli, command, |config| {
			let PartialComponents { client, task_manager, import_queue, .. } = tc_chains::new_partial(&config)?;
			Ok((command.run(client, import_queue).boxed_local(), task_manager))
		}),
		Some(Subcommand::ExportBlocks(command)) => on_chain(&cli, command, |config| {
			let PartialComponents { client, task_manager, .. } = tc_chains::new_partial(&config)?;
			Ok((command.run(client, config.database).boxed_local(), task_manager))
		}),
		Some(Subcommand::Revert(command)) => on_chain(&cli, command, |config| {
			let PartialComponents { client, task_manager, backend, .. } = tc_chains::new_partial(&config)?;
			Ok((command.run(client, backend, None).boxed_local(), task_manager))
		}),
		Some(Subcommand::RebuildUnitIndex(command)) => on_config(&cli, command, |config| command.run(&config)),
		#[cfg(feature = "runtime-benchmarks")]
		Some(Subcommand::Benchmark(command)) => on_config(&cli, &command.command, |config| command.run(config)),
		#[cfg(not(feature = "runtime-benchmarks"))]
		Some(Subcommand::Benchmark(command)) => command.run(),
	}
}

/// Runs a node until a signal comes, or until it cannot go on.
fn run_node(cli: &Cli, command: &RunCommand) -> anyhow::Result<()> {
	if let Some(parent) = command.parent_process {
		parent::end_with(parent)?;
	}
	let mut runner = cli.create_runner(&command.base).map_err(|error| explain_network_key(error, &command.base))?;
	preflight::ports(runner.config_mut())?;
	preflight::sync_mode(runner.config())?;
	preflight::validator_keys(runner.config())?;
	let disk = DiskGuard::new(runner.config().base_path.path(), command.min_free_space)?;
	let watched = disk.clone();
	let options = NodeOptions { proves_power: !command.no_power_proof };
	let ended = runner.run_node_until_exit(|config| async move {
		let task_manager = tc_chains::new_full(config, options).await.map_err(sc_cli::Error::Service)?;
		task_manager.spawn_essential_handle().spawn("disk-guard", None, watched.watch());
		Ok::<_, sc_cli::Error>(task_manager)
	});
	match (ended, disk.shortage()) {
		(Err(_), Some(shortage)) => Err(anyhow!(shortage.to_owned())),
		(Err(sc_cli::Error::Service(ServiceError::Other(error))), None) if error == ESSENTIAL_TASK_FAILED => {
			Err(anyhow!("the node cannot go on without one of its tasks, which ended; the log above says why"))
		},
		(Err(sc_cli::Error::Service(error)), None) => Err(error).context("the node cannot run"),
		(ended, _) => Ok(ended?),
	}
}

/// The SDK's advice, in a line, with the command spelt out.
fn explain_network_key(error: sc_cli::Error, command: &sc_cli::RunCmd) -> anyhow::Error {
	let sc_cli::Error::NetworkKeyNotFound(path) = error else { return error.into() };
	let mut make_one = format!("{} key generate-node-key", env!("CARGO_PKG_NAME"));
	if let Some(base_path) = command.shared_params().base_path.as_deref() {
		make_one += &format!(" --base-path {}", base_path.display());
	}
	if let Some(chain) = command.shared_params().chain.as_deref() {
		make_one += &format!(" --chain {chain}");
	}
	anyhow!(
		"a validator needs a network key, so that others find it again after a restart, and there is none at {}; \
		 make one by `{make_one}`, or let the node make it by --unsafe-force-node-key-generation",
		path.display(),
	)
}

/// Runs a command that needs no more than the configuration.
fn on_config(
	cli: &Cli,
	command: &impl CliConfiguration,
	run: impl FnOnce(Configuration) -> sc_cli::Result<()>,
) -> anyhow::Result<()> {
	Ok(cli.create_runner(command)?.sync_run(run)?)
}

/// Runs a command that works on the database of a chain.
fn on_chain<'a>(
	cli: &Cli,
	command: &impl CliConfiguration,
	start: impl FnOnce(Configuration) -> sc_cli::Result<(LocalBoxFuture<'a, sc_cli::Result<()>>, TaskManager)>,
) -> anyhow::Result<()> {
	Ok(cli.create_runner(command)?.async_run(start)?)
}
