//! A node's life: checks before it starts, its tasks, and its end.

use crate::{
	cli::{Cli, RunCommand},
	disk::DiskGuard,
	parent, preflight,
};
use anyhow::{anyhow, Context};
use futures::FutureExt;
use sc_cli::{CliConfiguration, Signals, SubstrateCli};
use sc_service::{Error as ServiceError, TaskManager};
use std::time::Duration;
use tc_chain::NodeOptions;
use tokio::runtime::Runtime;

/// What a node logs when it is asked to end. Its tasks end in no order then, and those of the SDK may complain of each
/// other: what they say below this line is not about the node's health.
pub const STOPPING: &str = "Stopping: a signal asks for it";

/// What the SDK says when a task ended without which the node must not run.
const ESSENTIAL_TASK_FAILED: &str = "Essential task failed.";
/// How long tasks may take to end. What has not ended by then ends with the process.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// Runs a node until a signal comes, or until it cannot go on.
///
/// The SDK's own runner does the same, but a signal leaves no word in its log before the first task ends.
pub fn node(cli: &Cli, command: &RunCommand) -> anyhow::Result<()> {
	if let Some(parent) = command.parent_process {
		parent::end_with(parent)?;
	}
	let runtime = sc_cli::build_runtime().context("cannot start threads")?;
	let signals = runtime.block_on(async { Signals::capture() })?;
	let mut config = command
		.base
		.create_configuration(cli, runtime.handle().clone())
		.map_err(|error| explain_network_key(error, &command.base))?;
	command.base.init(&Cli::support_url(), &Cli::impl_version(), |_| {})?;
	preflight::ports(&mut config)?;
	preflight::sync_mode(&config)?;
	preflight::validator_keys(&config)?;
	let disk = DiskGuard::new(config.base_path.path(), command.min_free_space)?;
	sc_cli::print_node_infos::<Cli>(&config);

	let options = NodeOptions { proves_power: !command.no_power_proof };
	let mut tasks = runtime.block_on(tc_chain::new_full(config, options)).map_err(|error| explain(error, &disk))?;
	tasks.spawn_essential_handle().spawn("disk-guard", None, disk.clone().watch());
	let ended = runtime.block_on(signals.run_until_signal(tasks.future().fuse()));
	if ended.is_ok() {
		log::info!("{STOPPING}");
	}
	stop(tasks, runtime);
	ended.map_err(|error| explain(error, &disk))
}

/// Ends all tasks, and says which did not.
fn stop(tasks: TaskManager, runtime: Runtime) {
	// Tasks end as soon as their manager is gone, and must be told before the runtime is, which waits for them.
	let registry = tasks.into_task_registry();
	runtime.shutdown_timeout(STOP_TIMEOUT);
	for (task, count) in registry.running_tasks() {
		log::error!("{count} of the task {} ({}) ran on for {STOP_TIMEOUT:?}", task.name, task.group);
	}
}

/// The disk guard's reason, if it has one: the service's error says no more than that one of its tasks ended.
fn explain(error: ServiceError, disk: &DiskGuard) -> anyhow::Error {
	match (error, disk.shortage()) {
		(_, Some(shortage)) => anyhow!(shortage.to_owned()),
		(ServiceError::Other(error), None) if error == ESSENTIAL_TASK_FAILED => {
			anyhow!("the node cannot go on without one of its tasks, which ended; the log above says why")
		},
		(error, None) => anyhow!(error).context("the node cannot run"),
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
