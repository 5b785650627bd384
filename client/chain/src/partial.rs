//! What a chain's commands and its full node share: client, backend, pool, import queue.

use crate::{fake_runtime_api::RuntimeApi, lattice::UnitLane, pool_tasks::PoolTasks};
use sc_consensus::DefaultImportQueue;
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{error::Error as ServiceError, Configuration, TFullBackend, TFullClient};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use std::sync::Arc;
use tc_pbft::sdk::{PbftBlockImport, PbftVerifier};
use tp_core::Block;

/// Folder of the compiled runtimes beside the chain's database. Compiling one takes seconds; a validator that restarts
/// is needed sooner.
const WASM_CACHE_FOLDER: &str = "wasm";

/// Runs the chain's runtime.
pub type Executor = WasmExecutor<(sp_io::SubstrateHostFunctions, tp_lattice::lattice_host::HostFunctions)>;
/// The client of every ledger.
pub type FullClient = TFullClient<Block, RuntimeApi, Executor>;
/// Its database.
pub type FullBackend = TFullBackend<Block>;
/// Its transaction pool.
pub type TransactionPool = TransactionPoolHandle<Block, FullClient>;
/// Its one import path.
pub type BlockImport = PbftBlockImport<FullClient, FullBackend, Arc<FullClient>>;

/// PBFT needs no fork choice: the newest block is the only one.
pub type SelectChain = ();

/// The parts that commands need.
pub type PartialComponents = sc_service::PartialComponents<
	FullClient,
	FullBackend,
	SelectChain,
	DefaultImportQueue<Block>,
	TransactionPool,
	Extras,
>;

/// What the SDK's list of parts has no place for.
pub struct Extras {
	/// The one import path.
	pub block_import: BlockImport,
	/// The unit lane, if the chain has one.
	pub unit_lane: Option<UnitLane>,
	/// The connection to telemetry servers.
	pub telemetry: Option<Telemetry>,
}

/// Opens the chain's database and builds what hangs on it. Starts no network.
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

	let executor = executor(config);
	let (client, backend, keystore_container, task_manager) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
		config,
		telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
		executor,
		Vec::new(),
	)?;
	let client = Arc::new(client);
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

	let unit_lane = UnitLane::open(config, &client, &backend)?;
	let observer = unit_lane.as_ref().map(UnitLane::observer);
	let block_import =
		PbftBlockImport::new(client.clone(), backend.clone(), client.clone(), observer, config.prometheus_registry());
	let import_queue = DefaultImportQueue::new(
		PbftVerifier::new(client.clone()),
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
		other: Extras { block_import, unit_lane, telemetry },
	})
}

/// Runs the runtime as the configuration says.
fn executor(config: &Configuration) -> Executor {
	let heap = config.executor.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
		HeapAllocStrategy::Static { extra_pages: u32::try_from(pages).unwrap_or(u32::MAX) }
	});
	WasmExecutor::builder()
		.with_execution_method(config.executor.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(config.executor.max_runtime_instances)
		.with_runtime_cache_size(config.executor.runtime_cache_size)
		.with_cache_path(config.base_path.config_dir(config.chain_spec.id()).join(WASM_CACHE_FOLDER))
		.build()
}
