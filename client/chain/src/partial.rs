//! The parts that a chain's commands and its full node share: client, backend, pool, import queue.

use crate::{
	backend,
	client::{executor, BlockImport, FullBackend, FullClient, TransactionPool},
	error::BuildError,
	pool_tasks::PoolTasks,
	unit_lane::UnitLane,
};
use sc_consensus::DefaultImportQueue;
use sc_service::{error::Error as ServiceError, Configuration, KeystoreContainer, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use std::sync::Arc;
use tc_lattice::two_lanes::WaitingExtrinsics;
use tc_pbft::sdk::{Committees, PbftBlockImport, PbftVerifier};
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
	/// The unit lane, if the chain has one.
	pub unit_lane: Option<UnitLane>,
	/// Connection to telemetry servers.
	pub telemetry: Option<Telemetry>,
}

/// Opens the chain's database and builds the parts that depend on it. Starts no network.
pub fn new_partial(config: &Configuration) -> Result<PartialComponents, ServiceError> {
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
	let (client, backend) = backend::open(config, &task_manager, handle, executor(config))?;
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
	let waiting = Arc::new(WaitingExtrinsics::new(transaction_pool.clone()));
	let unit_lane = UnitLane::open(config, &client, &backend, &committees, waiting)?;
	let observer = unit_lane.as_ref().map(UnitLane::observer);
	let block_import =
		PbftBlockImport::new(client.clone(), backend.clone(), client.clone(), observer, config.prometheus_registry());
	let import_queue = DefaultImportQueue::new(
		PbftVerifier::new(client.clone(), block_import.verified().clone()),
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
		other: Extras { block_import, committees, unit_lane, telemetry },
	})
}
