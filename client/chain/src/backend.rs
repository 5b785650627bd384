//! The database of a chain: the SDK's, beside an account store if the chain has its accounts in one.

use crate::{
	accounts,
	client::{Executor, FullBackend, FullClient},
	error::BuildError,
	fake_runtime_api::RuntimeApi,
	log_targets::LOG_TARGET,
	spec::AccountStore,
};
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
use std::{collections::HashMap, path::PathBuf, sync::Arc};
use tc_account_store::{DiskFolder, Limits};
use tc_lattice::record_key;
use tp_core::{Block, BlockNumber};

/// Folder of the account store beside the chain's database.
const ACCOUNTS_FOLDER: &str = "accounts";

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
		// The bodies of messages to other ledgers are there.
		offchain_indexing_api: true,
		wasm_runtime_overrides: config.wasm_runtime_overrides.clone(),
		no_genesis: config.no_genesis(),
		wasm_runtime_substitutes: substitutes(config)?,
		enable_import_proof_recording: false,
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
	accounts::maintain(&backend, tasks);
	Ok((client, backend))
}

/// Returns the codes of the specification that replace a runtime from a block on, by the numbers of the blocks.
fn substitutes(config: &Configuration) -> Result<HashMap<BlockNumber, Vec<u8>>, BuildError> {
	let codes = config.chain_spec.code_substitutes().into_iter();
	codes.map(|(block, code)| Ok((block.parse().map_err(|_| BuildError::Substitute(block))?, code))).collect()
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
