//! Runs a node: checks before the start, its chains, and the end.

use crate::{
	chain_spec::Preset,
	chains::{NodeChains, NodeChainsParams},
	cli::{Cli, RunCommand},
	disk::DiskGuard,
	preflight,
	shards::{LedgersOfNode, Zone},
};
use anyhow::{anyhow, Context};
use sc_cli::{CliConfiguration, Signals, SubstrateCli};
use sc_service::Error as ServiceError;
use std::time::Duration;
use tc_chain::NodeOptions;
use tc_chains::{sdk::StoppingTasks, ChainError, ChainsHandle, Supervisor};
use tokio::runtime::Runtime;
use top_local_network::{end_with_parent, shard_offset, STOPPING, ZONE_OFFSET};

/// The SDK's error when an essential task ended.
const ESSENTIAL_TASK_FAILED: &str = "Essential task failed.";
/// How long tasks may take to end. Others end with the process.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the pool refuses an extrinsic that it refused once, in seconds. The SDK's default is half an hour, and fits errors that
/// last: here a sender whose share is used has it back within seconds, and sends the same bytes again.
const REFUSED_FOR: u64 = 10;

/// Runs a node until a signal, or until an essential task of its main chain ends.
///
/// The SDK's own runner does the same, but logs nothing on a signal before the first task ends.
///
/// # Errors
/// If a check fails, or the node cannot run.
pub fn node(cli: &Cli, command: &RunCommand) -> anyhow::Result<()> {
	if let Some(parent) = command.parent_process {
		end_with_parent(parent)?;
	}
	let runtime = sc_cli::build_runtime().context("cannot start threads")?;
	let signals = runtime.block_on(async { Signals::capture() })?;
	let base = &with_short_refusals(&command.base)?;
	let mut config =
		base.create_configuration(cli, runtime.handle().clone()).map_err(|error| explain_network_key(error, base))?;
	base.init(&Cli::support_url(), &Cli::impl_version(), |_| {})?;
	// The SDK builds the genesis state at every start, and would compile the runtime for it.
	if let Some(preset) = Preset::of_chain(&base.chain_id(base.is_dev()?)?) {
		config.chain_spec.set_storage(preset.genesis_state(preset.genesis_patch()?)?);
	}
	let shards = command.shards();
	let zone = match shards {
		0 => None,
		shards => Some(Zone::of(&*config.chain_spec, shards)?),
	};
	if let (LedgersOfNode::Assigned, Some(zone)) = (command.ledgers, &zone) {
		zone.ensure_drawn()?;
	}
	let offsets: Vec<u16> = zone.iter().map(|_| ZONE_OFFSET).chain((0..shards).map(shard_offset)).collect();
	let explorer = command.explorer.listen(&config)?;
	preflight::sync_mode(&config, shards)?;
	preflight::ports(&mut config, &offsets)?;
	preflight::trie_cache(&config)?;
	preflight::validator_keys(&config)?;
	let disk = DiskGuard::new(config.base_path.path(), command.min_free_space)?;
	sc_cli::print_node_infos::<Cli>(&config);

	let options = NodeOptions {
		proves_power: !command.no_power_proof,
		votes_lost: command.votes_lost,
		unit_index: command.keeps_unit_index(&config),
		router: None,
		port_offset: 0,
	};
	let (handle, wanted) = ChainsHandle::new();
	let stopping = StoppingTasks::default();
	let params = NodeChainsParams {
		config,
		zone,
		ledgers: command.ledgers,
		options,
		explorer,
		disk: disk.clone(),
		handle,
		stopping: stopping.clone(),
	};
	let chains = Supervisor::new(NodeChains::new(params), wanted);
	let signal = async {
		signals.future().await;
		log::info!("{STOPPING}");
	};
	let ended = runtime.block_on(chains.run(signal));
	stop(&stopping, runtime);
	ended.map_err(|error| explain(error, &disk))
}

/// Returns the arguments with [`REFUSED_FOR`], unless `--tx-ban-seconds` is among them. A development chain refuses for no time.
fn with_short_refusals(base: &sc_cli::RunCmd) -> sc_cli::Result<sc_cli::RunCmd> {
	let mut base = base.clone();
	if !base.is_dev()? {
		base.pool_config.tx_ban_seconds.get_or_insert(REFUSED_FOR);
	}
	Ok(base)
}

/// Ends what the chains have left, and logs the tasks that did not end.
fn stop(stopping: &StoppingTasks, runtime: Runtime) {
	runtime.shutdown_timeout(STOP_TIMEOUT);
	for tasks in stopping.report() {
		log::error!("{tasks} did not end within {STOP_TIMEOUT:?}");
	}
}

/// Returns the disk guard's reason, if it has one: the service's error says only that an essential task ended.
fn explain(error: ChainError, disk: &DiskGuard) -> anyhow::Error {
	match (error, disk.shortage()) {
		(_, Some(shortage)) => anyhow!(shortage.to_owned()),
		(ChainError::Service(ServiceError::Other(error)), None) if error == ESSENTIAL_TASK_FAILED => {
			anyhow!("an essential task of the node ended; the log above says why")
		},
		(ChainError::Service(error), None) => anyhow!(error).context("the node cannot run"),
		(error, None) => anyhow!(error).context("the node cannot run"),
	}
}

/// Returns the SDK's advice in one line, with the whole command.
fn explain_network_key(error: sc_cli::Error, command: &sc_cli::RunCmd) -> anyhow::Error {
	let sc_cli::Error::NetworkKeyNotFound(path) = error else { return error.into() };
	let mut generate = format!("{} key generate-node-key", env!("CARGO_PKG_NAME"));
	if let Some(base_path) = command.shared_params().base_path.as_deref() {
		generate += &format!(" --base-path {}", base_path.display());
	}
	if let Some(chain) = command.shared_params().chain.as_deref() {
		generate += &format!(" --chain {chain}");
	}
	anyhow!(
		"a validator needs a network key, so that others find it again after a restart, and there is none at {}; \
		 generate one by `{generate}`, or let the node generate it by --unsafe-force-node-key-generation",
		path.display(),
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_refused_extrinsic_may_come_again_soon() {
		let seconds = |arguments: &[&str]| {
			let cli = <Cli as clap::Parser>::parse_from([&["top-node"], arguments].concat());
			with_short_refusals(&cli.run.base).unwrap().pool_config.tx_ban_seconds
		};
		assert_eq!(seconds(&[]), Some(REFUSED_FOR));
		assert_eq!(seconds(&["--chain=shard-local"]), Some(REFUSED_FOR));
		assert_eq!(seconds(&["--tx-ban-seconds=60"]), Some(60));
		assert_eq!(seconds(&["--dev"]), None, "the SDK's default for development chains is no time");
	}
}
