//! The tasks of a full node around its chain.
//!
//! The SDK's `spawn_tasks` starts the same tasks, from the same functions of the SDK. It has no parameter for two
//! differences: the pool learns every block ([`tc_rpc::notify_pool`]), and refused transactions are explained
//! ([`crate::rpc::create_sdk`]).

use crate::{
	client::{FullBackend, FullClient, TransactionPool},
	rpc::{self, RpcDeps, SdkDeps},
};
use sc_client_api::UsageProvider;
use sc_network::service::traits::NetworkService;
use sc_network_sync::SyncingService;
use sc_service::{config::PrometheusConfig, error::Error as ServiceError, Configuration, MetricsService, TaskManager};
use sc_telemetry::Telemetry;
use sp_core::traits::SpawnNamed;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_prometheus_endpoint::init_prometheus;
use tc_lattice::two_lanes::Guard;
use tc_pbft::Tip;
use tc_rpc::{notify_pool, Included};
use tokio::sync::watch;
use tp_core::{Block, BlockNumber, Hash};

/// Group of the pool's tasks, as the SDK names it.
const POOL_GROUP: Option<&str> = Some("transaction-pool");

/// Threads at most that execute reads of the RPC. The SDK starts up to one for each connection, and each keeps the memory of a
/// runtime's execution: a hundred readers at full speed took more than half of the node's memory besides. Reads beyond it wait. An
/// operation of `chainHead` holds its thread until the client takes the answer, so fewer threads would be held by fewer clients.
const MAX_RPC_THREADS: u32 = 64;

/// What the tasks work on.
pub struct ServicesParams<'a> {
	/// The node's configuration.
	pub config: Configuration,
	/// The chain.
	pub client: Arc<FullClient>,
	/// Its database.
	pub backend: Arc<FullBackend>,
	/// The node's tasks.
	pub task_manager: &'a mut TaskManager,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// The transaction pool.
	pub pool: Arc<TransactionPool>,
	/// The pool as clients of this node submit to it.
	pub submissions: Arc<Guard<TransactionPool>>,
	/// The newest block when the pool was created.
	pub pool_begins: BlockNumber,
	/// The newest block, as it changes.
	pub tip: watch::Receiver<Tip>,
	/// Sources of the RPC modules.
	pub rpc: RpcDeps,
	/// The network.
	pub network: Arc<dyn NetworkService>,
	/// Requests of the RPC to the network.
	pub system_rpc_tx: sc_utils::mpsc::TracingUnboundedSender<sc_rpc::system::Request<Block>>,
	/// Gossip of transactions.
	pub tx_handler_controller: sc_network_transactions::TransactionsHandlerController<Hash>,
	/// Synchronization.
	pub sync_service: Arc<SyncingService<Block>>,
	/// Connection to telemetry servers.
	pub telemetry: Option<&'a mut Telemetry>,
}

/// Starts the tasks, among them the RPC servers.
pub fn spawn(params: ServicesParams) -> Result<(), ServiceError> {
	let ServicesParams {
		mut config,
		client,
		backend,
		task_manager,
		keystore,
		pool,
		submissions,
		pool_begins,
		tip,
		rpc,
		network,
		system_rpc_tx,
		tx_handler_controller,
		sync_service,
		telemetry,
	} = params;
	let sysinfo = sc_sysinfo::gather_sysinfo();
	sc_sysinfo::print_sysinfo(&sysinfo);
	let telemetry = telemetry
		.map(|telemetry| {
			sc_service::init_telemetry(
				config.network.node_name.clone(),
				config.impl_name.clone(),
				config.impl_version.clone(),
				config.chain_spec.name().to_string(),
				config.role.is_authority(),
				network.clone(),
				client.clone(),
				telemetry,
				Some(sysinfo),
			)
		})
		.transpose()?;
	log::info!("📦 Highest known block at #{}", client.usage_info().chain.best_number);

	let included = Arc::new(Included::default());
	let spawner = task_manager.spawn_handle();
	spawner.spawn(
		"txpool-notifications",
		POOL_GROUP,
		notify_pool(client.clone(), pool.clone(), included.clone(), pool_begins, tip),
	);
	spawner.spawn(
		"on-transaction-imported",
		POOL_GROUP,
		sc_service::propagate_transaction_notifications(pool.clone(), tx_handler_controller, telemetry.clone()),
	);
	let metrics = match config.prometheus_config.clone() {
		Some(PrometheusConfig { port, registry }) => {
			let name = &config.network.node_name;
			let metrics =
				MetricsService::with_prometheus(telemetry, &registry, config.role, name, &config.impl_version)?;
			let serve = async move {
				// It logs its errors itself.
				init_prometheus(port, registry).await.map_or((), |()| ())
			};
			spawner.spawn("prometheus-endpoint", None, serve);
			metrics
		},
		None => MetricsService::new(telemetry),
	};
	spawner.spawn(
		"telemetry-periodic-send",
		None,
		metrics.run(client.clone(), pool, network.clone(), sync_service.clone()),
	);

	let id_provider = config.rpc.id_provider.take();
	// The parameter bounds threads alone: the servers read the bound of connections from the configuration.
	let runtime = sc_service::create_rpc_runtime(config.rpc.max_connections.min(MAX_RPC_THREADS))
		.map_err(|error| ServiceError::Application(Box::new(error)))?;
	let executor: Arc<dyn SpawnNamed> = Arc::new(sc_rpc_server::RpcSpawnHandle::new(runtime.handle().clone()));
	let sync = sync_service.clone();
	let deps = SdkDeps {
		client: client.clone(),
		backend,
		pool: submissions,
		included,
		account_proofs: rpc.account_proofs.clone(),
		shard_of: rpc.shard_of.clone(),
		keystore,
		system_rpc_tx,
		sync,
	};
	let module = rpc::create_sdk(&config, deps, &executor).and_then(|mut module| {
		module.merge(rpc::create(&rpc, executor)?)?;
		Ok(module)
	});
	let module = module.map_err(|error| ServiceError::Application(Box::new(error)))?;
	let servers = sc_service::start_rpc_servers(
		&config.rpc,
		config.prometheus_registry(),
		&config.tokio_handle,
		module,
		runtime,
		id_provider,
	)?;

	spawner.spawn("informant", None, sc_informant::build(client, network, sync_service));
	task_manager.keep_alive((config.base_path, servers));
	Ok(())
}
