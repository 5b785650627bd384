//! The database of a chain: the SDK's, beside an account store if the chain has its accounts in one.

use crate::{
	client::{Executor, FullBackend, FullClient},
	error::BuildError,
	fake_runtime_api::RuntimeApi,
	log_targets::LOG_TARGET,
	spec::AccountStore,
};
use futures_timer::Delay;
use sc_chain_spec::get_extension;
use sc_client_api::{backend::TrieCacheContext, AuxStore, Backend as _, BlockBackend};
use sc_service::{
	client::{new_with_backend, ClientConfig},
	error::Error as ServiceError,
	new_db_backend, Configuration, GenesisBlockBuilder, TaskManager,
};
use sc_telemetry::TelemetryHandle;
use sp_api::{ApiExt, Core, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_core::traits::CallContext;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tc_account_store::{DiskFolder, Limits, Store, StoreError};
use tc_lattice::record_key;
use tc_rpc::AccountProofs;
use tp_account_store::{AccountKey, AccountProof};
use tp_core::{Block, BlockNumber, Hash};

/// Folder of the account store beside the chain's database.
const ACCOUNTS_FOLDER: &str = "accounts";
/// Interval at which the account store syncs its log and writes snapshots.
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(1);

/// Opens the database and its client. Builds the genesis if the database is empty.
pub(crate) fn open(
	config: &Configuration,
	tasks: &TaskManager,
	telemetry: Option<TelemetryHandle>,
	executor: Executor,
) -> Result<(Arc<FullClient>, Arc<FullBackend>), ServiceError> {
	let backend = Arc::new(open_backend(config)?);
	let genesis = GenesisBlockBuilder::new(
		config.chain_spec.as_storage_builder(),
		!config.no_genesis(),
		backend.clone(),
		executor.clone(),
	)?;
	let client_config = ClientConfig {
		offchain_worker_enabled: config.offchain_worker.enabled,
		offchain_indexing_api: config.offchain_worker.indexing_enabled,
		wasm_runtime_overrides: config.wasm_runtime_overrides.clone(),
		no_genesis: config.no_genesis(),
		..ClientConfig::default()
	};
	let client = new_with_backend::<_, _, Block, _, RuntimeApi>(
		backend.clone(),
		executor,
		genesis,
		Box::new(tasks.spawn_handle()),
		config.prometheus_registry().cloned(),
		telemetry,
		client_config,
	)?;
	let client = Arc::new(client);
	catch_up(&client, &backend)?;
	if let Some(store) = backend.store().map_err(sp_blockchain::Error::from)? {
		tasks.spawn_essential_handle().spawn_blocking("account-store", None, maintain(store));
	}
	Ok((client, backend))
}

fn open_backend(config: &Configuration) -> Result<FullBackend, ServiceError> {
	let inner = new_db_backend::<Block>(config.db_config())?;
	let kind = get_extension::<AccountStore>(config.chain_spec.extensions()).copied().unwrap_or_default();
	match kind {
		AccountStore::Trie => Ok(FullBackend::in_trie(inner)?),
		AccountStore::Memory => {
			let path = accounts_folder(config)?;
			let folder = DiskFolder::open(&path).map_err(|source| BuildError::AccountStore { path, source })?;
			Ok(FullBackend::open(inner, Arc::new(folder), Limits::default())?)
		},
	}
}

/// Proofs of accounts by the store.
struct StoreProofs(Arc<FullBackend>);

impl AccountProofs for StoreProofs {
	fn account_proof(&self, at: Hash, key: &AccountKey) -> Result<AccountProof, String> {
		let proof = self.0.prove_account(at, key).ok_or("this chain has its accounts in the trie")?;
		proof.map_err(|error| error.to_string())
	}
}

/// Returns what proves accounts, unless the trie does.
pub(crate) fn account_proofs(backend: &Arc<FullBackend>) -> Option<Arc<dyn AccountProofs>> {
	backend.has_store().then(|| Arc::new(StoreProofs(backend.clone())) as _)
}

fn accounts_folder(config: &Configuration) -> Result<PathBuf, BuildError> {
	let chain = config.database.path().and_then(|path| path.parent());
	Ok(chain.ok_or(BuildError::NoFolder("the account store"))?.join(ACCOUNTS_FOLDER))
}

/// Executes the blocks that the SDK's database has and the account store lacks: a power cut can take the newest second of its
/// log.
fn catch_up(client: &Arc<FullClient>, backend: &Arc<FullBackend>) -> Result<(), ServiceError> {
	let Some(lacking) = backend.behind() else { return Ok(()) };
	log::info!(target: LOG_TARGET, "Executing blocks {lacking:?} again, which the account store lacks");
	for number in lacking {
		let number = BlockNumber::try_from(number).map_err(|_| BuildError::CatchUp(number))?;
		let lost = || BuildError::CatchUp(number.into());
		let hash = client.hash(number)?.ok_or_else(lost)?;
		let block = client.block(hash)?.ok_or_else(lost)?.block;
		let parent = block.header.parent_hash;
		let mut api = client.runtime_api();
		api.set_call_context(CallContext::Onchain { import: true });
		api.execute_block(parent, block.into()).map_err(sp_blockchain::Error::from)?;
		let state = backend.state_at(parent, TrieCacheContext::Trusted)?;
		let changes = api.into_storage_changes(&state, parent).map_err(sp_blockchain::Error::Storage)?;
		let key = record_key(&hash);
		let record = AuxStore::get_aux(&**backend, &key)?.map(|record| (key, Some(record)));
		backend.catch_up(hash, &changes, record.as_slice())?;
	}
	Ok(())
}

/// Runs what the store does behind commits. Ends, and with it the node, when no commit can succeed any more.
async fn maintain(store: Arc<Store>) {
	loop {
		Delay::new(MAINTENANCE_INTERVAL).await;
		match store.maintain() {
			Ok(()) => {},
			Err(error @ StoreError::Stopped) => {
				log::error!(target: LOG_TARGET, "The account store stopped: {error}");
				return;
			},
			Err(error) => log::error!(target: LOG_TARGET, "The account store cannot tidy its files: {error}"),
		}
	}
}
