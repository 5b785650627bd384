//! A full node of one chain. Its engine votes if the node is a member of the committee, and follows otherwise.

use crate::{
	accounts,
	client::executor,
	error::BuildError,
	identity::NodeIdentity,
	log_targets::LOG_TARGET,
	partial::{with_executor, Extras, PartialComponents},
	routed::{endpoints, RoutedChain, RoutedParams},
	rpc::{LatticeDeps, RpcDeps},
	services::{self, ServicesParams},
	unit_lane::{tags_of, UnitLane},
	warp,
};
use futures::{
	future::{self, BoxFuture},
	FutureExt, TryFutureExt,
};
use sc_basic_authorship::ProposerFactory;
use sc_client_api::{Backend, BlockchainEvents};
use sc_network::{
	config::{FullNetworkConfiguration, NetworkBackendType, TransportConfig},
	service::traits::NetworkBackend,
	Litep2pNetworkBackend,
};
use sc_network_sync::{SyncEventStream, SyncingService};
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{build_network, error::Error as ServiceError, BuildNetworkParams, Configuration, TaskManager};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_keystore::KeystorePtr;
use std::{path::PathBuf, sync::Arc};
use tc_lattice::{
	two_lanes::{promote, Guard, OtherLane},
	GossipParams,
};
use tc_pbft::{
	engine::Engine,
	network::{self, asking::SyncPeers, serving::RequestProtocol, ProtocolNames},
	sdk::{BlockContents, CertificateAnnounceValidator, KeptKeys, SdkLedger, SdkLedgerParams, TransactionsOnly},
	EngineError, EngineParams, StatusHandle,
};
use tc_routing::{carrying, LedgerAccess, RouterHandle, Unrouted};
use tc_rpc::{LedgerReader, ShardOf};
use tokio::sync::mpsc;
use tp_core::{AccountId, Block, ChainTag, Hash};
use tp_pbft::PbftApi;
use tp_routing::MailboxApi;

/// Folder of the vote log beside the chain's database.
const VOTE_LOG_FOLDER: &str = "votes";

/// Options of a chain beyond the SDK's configuration.
#[derive(Clone)]
pub struct NodeOptions {
	/// Whether to spend idle time on proofs of computing power, if the node is registered.
	pub proves_power: bool,
	/// The operator's word that no other process votes with this node's keys: it votes although its vote log is lost.
	pub votes_lost: bool,
	/// Whether to keep the index of units, by which the RPC finds units of the past.
	pub unit_index: bool,
	/// The router of the zone whose ledgers this node runs.
	pub router: Option<RouterHandle>,
	/// How far the ports of this chain are above those of the main chain, at every node.
	pub port_offset: u16,
}

/// A chain that runs.
pub struct StartedChain {
	/// Its tasks. Dropping them ends the chain.
	pub tasks: TaskManager,
	/// The hash of its genesis block.
	pub genesis: Hash,
	/// The keys of the node.
	pub keystore: KeystorePtr,
	/// Block sync. It is to outlive the tasks: the SDK's task of it panics when its last handle is dropped before the task ends.
	pub sync: Arc<SyncingService<Block>>,
}

/// Equivocations that wait to be reported, at most: one of each member of the largest committee, and some more.
const MAX_EVIDENCE: usize = 256;

/// The network stack: the SDK's default. A second one would double what is compiled for each chain.
type Network = Litep2pNetworkBackend;

/// Starts a chain: opens its database and vote log, joins its network, serves RPC and runs the engine. The node ends
/// when the engine ends.
///
/// The future is boxed because an `async fn` is compiled by the crates that await it, with all that it calls.
///
/// # Errors
/// If a part cannot be opened or started, or the configuration names another network stack than litep2p.
pub fn new_full(config: Configuration, options: NodeOptions) -> BoxFuture<'static, Result<TaskManager, ServiceError>> {
	let start = start_chain(config, options, None).map_ok(|StartedChain { mut tasks, sync, .. }| {
		tasks.keep_alive(sync);
		tasks
	});
	start.boxed()
}

/// As [`new_full`], and tells the genesis of the chain. `compiled` is the folder of compiled runtimes, which chains of one
/// runtime share; `None` is that of the chain.
///
/// # Errors
/// As [`new_full`].
pub fn start_chain(
	config: Configuration,
	options: NodeOptions,
	compiled: Option<PathBuf>,
) -> BoxFuture<'static, Result<StartedChain, ServiceError>> {
	start(config, options, compiled).boxed()
}

async fn start(
	mut config: Configuration,
	options: NodeOptions,
	compiled: Option<PathBuf>,
) -> Result<StartedChain, ServiceError> {
	if !matches!(config.network.network_backend, NetworkBackendType::Litep2p) {
		return Err(BuildError::NetworkBackend.into());
	}
	let NodeOptions { proves_power, votes_lost, unit_index, router, port_offset } = options;
	// The engine announces blocks, with their certificates; an announcement without one is refused.
	config.announce_block = false;
	let PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain: (),
		transaction_pool,
		other: Extras { block_import, committees, last_headers, accounts, unit_lane, mut telemetry },
	} = with_executor(&config, executor(&config, compiled), unit_index)?;
	// Before the network brings blocks, because the pool must learn all that follow.
	let pool_tip = block_import.watch_tip();
	let pool_begins = pool_tip.borrow().height;
	// Before it is used: votes and draws are signed by pairs that are derived once.
	let keystore: KeystorePtr = Arc::new(KeptKeys::new(keystore_container.local_keystore()));
	let genesis = client.chain_info().genesis_hash;
	let warp_sync = warp::prepare(&mut config, &client, last_headers.clone())?;

	// Development seeds such as `--alice`: the keystore must have the keys before the handshake is made.
	sp_session::generate_initial_session_keys(
		client.clone(),
		client.chain_info().best_hash,
		config.dev_key_seed.clone().map(|seed| vec![seed]).unwrap_or_default(),
		keystore.clone(),
	)
	.map_err(BuildError::DevelopmentKeys)?;

	let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(config.prometheus_registry());
	let mut net_config =
		FullNetworkConfiguration::<Block, Hash, Network>::new(&config.network, config.prometheus_registry().cloned());
	let node_key = config.network.node_key.clone().into_keypair().map_err(BuildError::NodeKey)?.public();
	let dials_private = matches!(config.network.transport, TransportConfig::Normal { allow_private_ip: true, .. });
	let pbft_network = network::configure::<Network>(
		&mut net_config,
		ProtocolNames::new(genesis, config.chain_spec.fork_id()),
		tc_pbft::hello(&keystore, &genesis, &node_key.to_peer_id()),
		config.role.is_authority(),
		metrics.clone(),
	);
	let gossip = unit_lane.as_ref().map(|_| {
		tc_lattice::configure::<Network>(&mut net_config, genesis, config.chain_spec.fork_id(), metrics.clone())
	});

	let account_sync = accounts.map(|fetcher| {
		(fetcher, tc_account_sync::configure::<Network>(&mut net_config, genesis, config.chain_spec.fork_id()))
	});

	// Other nodes of the ledger that have no router ask this one.
	let carry = router.is_some().then(|| {
		let network = (genesis, config.chain_spec.fork_id());
		carrying::LIMITS.configure::<Network>(&mut net_config, network, carrying::PROTOCOL)
	});

	let announced = block_import.verified().clone();
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) = build_network(BuildNetworkParams {
		config: &config,
		net_config,
		client: client.clone(),
		transaction_pool: transaction_pool.clone(),
		spawn_handle: task_manager.spawn_handle(),
		spawn_essential_handle: task_manager.spawn_essential_handle(),
		import_queue,
		block_announce_validator_builder: Some(Box::new(|client| {
			Box::new(CertificateAnnounceValidator::new(client, announced))
		})),
		warp_sync_config: Some(warp_sync),
		block_relay: None,
		metrics,
		gap_sync_body_policy: None,
	})?;

	if config.offchain_worker.enabled {
		let workers = OffchainWorkers::new(OffchainWorkerOptions {
			runtime_api_provider: client.clone(),
			keystore: Some(keystore.clone()),
			offchain_db: backend.offchain_storage(),
			transaction_pool: Some(OffchainTransactionPoolFactory::new(transaction_pool.clone())),
			network_provider: Arc::new(network.clone()),
			is_validator: config.role.is_authority(),
			enable_http_requests: true,
			custom_extensions: |_| Vec::new(),
		})?;
		let run = workers.run(client.clone(), task_manager.spawn_handle());
		task_manager.spawn_handle().spawn("offchain-workers-runner", "offchain-worker", run.boxed());
	}

	if let (Some((fetcher, protocol)), Some(source)) = (account_sync, accounts::source(&backend)) {
		let RequestProtocol { name, requests } = protocol;
		let (accept, answer) = tc_account_sync::serve(requests, source);
		task_manager.spawn_handle().spawn("account-requests", Some("networking"), accept);
		task_manager.spawn_handle().spawn_blocking("account-answers", Some("networking"), answer);
		fetcher.attach(network.clone(), sync_service.clone(), name);
	}
	let (first_state, first_headers) = (block_import.clone(), last_headers);
	let await_failure = async move {
		let late = warp::late_state(first_headers, || first_state.has_state_come());
		let why = tokio::select! {
			why = first_state.state_failure() => why,
			why = late => why,
		};
		log::error!(target: LOG_TARGET, "This node cannot begin: {why}");
	};
	task_manager.spawn_essential_handle().spawn("first-state", None, await_failure);

	let (status_sender, status) = StatusHandle::new();
	let engine_registry = config.prometheus_registry().cloned();
	let vote_log = config
		.database
		.path()
		.and_then(|path| path.parent())
		.map(|chain| chain.join(VOTE_LOG_FOLDER))
		.ok_or(BuildError::NoFolder("the vote log"))?;
	let proposer = ProposerFactory::new(
		task_manager.spawn_handle(),
		client.clone(),
		transaction_pool.clone(),
		config.prometheus_registry(),
		telemetry.as_ref().map(|telemetry| telemetry.handle()),
	);
	let tip = block_import.watch_tip();
	let certificates = block_import.certificates();
	let verified = block_import.verified().clone();
	let contents: Arc<dyn BlockContents> = match &unit_lane {
		Some(lane) => Arc::new(lane.units.contents()),
		None => Arc::new(TransactionsOnly),
	};
	// The state of the genesis may be pruned. The tag of a ledger never changes.
	let newest = client.chain_info().best_hash;
	let chain = client.runtime_api().config(newest).map_err(BuildError::Ledger)?.chain;
	// A runtime of before sends and takes no messages.
	let has_mailbox = client.runtime_api().has_api::<dyn MailboxApi<Block>>(newest).map_err(BuildError::Ledger)?;
	let router = router.filter(|_| has_mailbox);
	let routed = RoutedChain::new(RoutedParams {
		chain,
		client: client.clone(),
		backend: backend.clone(),
		committees: committees.clone(),
		invalid: block_import.watch_invalid(),
		units: unit_lane.as_ref().map(|lane| (lane.chain.clone(), lane.archive.clone())),
		// A chain that runs alone answers for itself.
		endpoints: router.as_ref().map(|_| endpoints(&config.rpc)).unwrap_or_default(),
	});
	let contents: Arc<dyn BlockContents> = match &router {
		Some(router) => router.contents(chain, contents),
		None => Arc::new(Unrouted::new(contents)),
	};
	let contacts = router.as_ref().and_then(|router| router.contacts(chain, port_offset));
	let ledgers = router.clone().unwrap_or_else(|| RouterHandle::alone(chain));
	let routed: Arc<dyn LedgerAccess> = Arc::new(routed);
	task_manager.spawn_handle().spawn("routed-ledger", None, ledgers.serve(routed.clone()));
	if let (Some(router), Some(RequestProtocol { name, requests })) = (&router, carry) {
		// A zone's own blocks are made by routers alone.
		if !matches!(chain, ChainTag::Zone(_)) {
			task_manager.spawn_handle().spawn("carry-answers", Some("routing"), router.serve_carried(chain, requests));
			if config.role.is_authority() {
				let (network, sync) = (network.clone(), sync_service.clone());
				let peers = Arc::new(SyncPeers { network, sync, protocol: name, name: "carry" });
				task_manager.spawn_handle().spawn("carry-requests", Some("routing"), router.ask_routers(routed, peers));
			}
		}
	}
	let ledgers = LedgerReader::new(ledgers, chain);
	let (evidence_sender, evidence) = mpsc::channel(MAX_EVIDENCE);
	let ledger = Arc::new(SdkLedger::new(SdkLedgerParams {
		client: client.clone(),
		proposer,
		contents,
		import: block_import,
		pool: transaction_pool.clone(),
		keystore: keystore.clone(),
		sync: sync_service.clone(),
		evidence: evidence_sender,
		contacts,
	}));
	// Before anything is served: a node with a damaged vote log must not start.
	let engine = Engine::open(EngineParams {
		ledger,
		tip,
		genesis,
		keystore: keystore.clone(),
		vote_log,
		votes_lost,
		verified,
		network: pbft_network,
		dials_private,
		network_service: network.clone(),
		status: status_sender,
		spawner: Box::new(task_manager.spawn_handle()),
		registry: engine_registry,
	})
	.await
	.map_err(|error| ServiceError::Application(Box::new(error)))?;

	let (lattice, other_lane) = match (unit_lane, gossip) {
		(Some(UnitLane { units, archive, chain, outgoing, waiting }), Some(gossip)) => {
			let params = GossipParams {
				outgoing,
				network: network.clone(),
				sync_events: sync_service.event_stream("units"),
				members: engine.admitted(),
				is_authority: config.role.is_authority(),
			};
			task_manager.spawn_handle().spawn("unit-gossip", Some("lattice"), units.run_gossip(gossip, params));
			if config.transaction_pool.use_all_block_notifications() {
				let imported = client.import_notification_stream();
				let promoter = promote(transaction_pool.clone(), chain.clone(), imported);
				task_manager.spawn_handle().spawn("extrinsic-promoter", Some("lattice"), promoter);
			}
			let lane = OtherLane { units: units.clone(), waiting, tags_of: tags_of(client.clone()) };
			(Some(LatticeDeps { units, archive, chain }), Some(lane))
		},
		_ => (None, None),
	};
	let duties = tc_duties::DutiesParams {
		client: client.clone(),
		pool: transaction_pool.clone(),
		keystore: keystore.clone(),
		sync: sync_service.clone(),
		proves_power,
		identity: Box::new(NodeIdentity {
			key: node_key,
			public: config.network.public_addresses.clone(),
			publishes_private: dials_private,
			network: network.clone(),
		}),
		evidence,
	};
	task_manager.spawn_handle().spawn("duties", None, tc_duties::run(duties));
	let (client_of_rpc, pool) = (client.clone(), transaction_pool.clone());
	let account_proofs = accounts::proofs(&backend);
	let shard_of = router.map(|router| Arc::new(move |account: &AccountId| router.shard_of(account)) as ShardOf);
	let rpc = RpcDeps {
		client: client_of_rpc,
		pool,
		committees,
		status,
		certificates,
		account_proofs,
		shard_of,
		lattice,
		ledgers,
	};
	let sync = sync_service.clone();
	services::spawn(ServicesParams {
		config,
		client,
		backend,
		task_manager: &mut task_manager,
		keystore: keystore.clone(),
		// What clients submit passes the guard, what peers send does not.
		submissions: Arc::new(Guard::new(transaction_pool.clone(), other_lane)),
		pool: transaction_pool,
		pool_begins,
		tip: pool_tip,
		rpc,
		network: Arc::new(network),
		system_rpc_tx,
		tx_handler_controller,
		sync_service,
		telemetry: telemetry.as_mut(),
	})?;

	let run = async move {
		match engine.run().await {
			// The network worker is essential as well. It ends the node and logs why, unless the node is stopping.
			Err(EngineError::NetworkGone) => future::pending().await,
			Err(error) => log::error!(target: LOG_TARGET, "The PBFT engine stopped: {error}"),
			Ok(()) => {},
		}
	};
	task_manager.spawn_essential_handle().spawn_blocking("pbft-engine", Some("pbft"), run);
	Ok(StartedChain { tasks: task_manager, genesis, keystore, sync })
}
