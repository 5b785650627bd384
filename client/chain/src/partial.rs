//! The parts that a chain's commands and its full node share: client, backend, pool, import queue.

use crate::{
	accounts::AccountCompletion,
	backend,
	client::{executor, BlockImport, Executor, FullBackend, FullClient, TransactionPool},
	error::BuildError,
	pool_tasks::PoolTasks,
	unit_lane::UnitLane,
};
use sc_consensus::DefaultImportQueue;
use sc_service::{error::Error as ServiceError, Configuration, KeystoreContainer, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use std::sync::Arc;
use tc_account_sync::AccountFetcher;
use tc_lattice::two_lanes::WaitingExtrinsics;
use tc_pbft::sdk::{Committees, LastHeaders, PbftBlockImport, PbftVerifier};
use tp_core::Block;

/// Fork choice: none, because the chain has no forks.
pub type SelectChain = ();

/// Parts of a chain for commands.
pub type PartialComponents = sc_service::PartialComponents<
	FullClient,
	FullBackend,
	SelectChain,
	DefaultImportQueue<Block>,
	TransactionPool,
	Extras,
>;

/// Parts that the SDK's own list has no place for.
pub struct Extras {
	/// The one import path.
	pub block_import: BlockImport,
	/// The committees of all heights.
	pub committees: Arc<Committees<FullClient>>,
	/// The last headers of all epochs.
	pub last_headers: Arc<LastHeaders<FullClient>>,
	/// Takes accounts from other nodes, if the chain has them in a store.
	pub accounts: Option<AccountFetcher>,
	/// The unit lane, if the chain has one.
	pub unit_lane: Option<UnitLane>,
	/// Connection to telemetry servers.
	pub telemetry: Option<Telemetry>,
}

/// Opens the chain's database and builds the parts that depend on it. Starts no network, and leaves the unit index as it is.
pub fn new_partial(config: &Configuration) -> Result<PartialComponents, ServiceError> {
	with_executor(config, executor(config, None), false)
}

/// As [`new_partial`], with the executor of its runtime, and with the unit index if the chain keeps it.
pub(crate) fn with_executor(
	config: &Configuration,
	executor: Executor,
	unit_index: bool,
) -> Result<PartialComponents, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let keystore_container = KeystoreContainer::new(&config.keystore)?;
	let task_manager = TaskManager::new(config.tokio_handle.clone(), config.prometheus_registry())?;
	let handle = telemetry.as_ref().map(|(_, telemetry)| telemetry.handle());
	let (client, backend) = backend::open(config, &task_manager, handle, executor)?;
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let transaction_pool = Arc::new(
		sc_transaction_pool::Builder::new(
			PoolTasks(task_manager.spawn_essential_handle()),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let committees = Arc::new(Committees::open(client.clone(), &*backend).map_err(BuildError::Committees)?);
	let last_headers = Arc::new(LastHeaders::new(client.clone()));
	let waiting = Arc::new(WaitingExtrinsics::new(transaction_pool.clone()));
	let unit_lane = UnitLane::open(config, &client, &backend, &committees, waiting, unit_index)?;
	let observer = unit_lane.as_ref().map(UnitLane::observer);
	let mut block_import =
		PbftBlockImport::new(client.clone(), backend.clone(), client.clone(), observer, config.prometheus_registry());
	let completion = AccountCompletion::new(&backend).map(Arc::new);
	if let Some(completion) = &completion {
		block_import = block_import.with_completion(completion.clone());
	}
	let import_queue = DefaultImportQueue::new(
		PbftVerifier::new(client.clone(), block_import.verified().clone(), last_headers.clone()),
		Box::new(block_import.clone()),
		None,
		&task_manager.spawn_essential_handle(),
		config.prometheus_registry(),
	);

	Ok(sc_service::PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain: (),
		transaction_pool,
		other: Extras {
			block_import,
			committees,
			last_headers,
			accounts: completion.map(|completion| completion.fetcher().clone()),
			unit_lane,
			telemetry,
		},
	})
}
