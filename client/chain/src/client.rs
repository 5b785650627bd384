//! The client type of all ledgers.

use crate::fake_runtime_api::RuntimeApi;
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{
	client::{Client, LocalCallExecutor},
	Configuration, TFullBackend,
};
use sc_transaction_pool::TransactionPoolHandle;
use std::{path::PathBuf, sync::Arc};
use tc_account_store_backend::AccountBackend;
use tc_pbft::sdk::PbftBlockImport;
use tp_core::Block;

/// Folder of compiled runtimes beside the chain's database. Compiling one takes seconds, which a validator that
/// restarts does not have.
pub const WASM_CACHE_FOLDER: &str = "wasm";

/// Executor of the chain's runtime.
pub type Executor = WasmExecutor<(sp_io::SubstrateHostFunctions, tp_lattice::lattice_host::HostFunctions)>;
/// Client of every ledger.
pub type FullClient = Client<FullBackend, LocalCallExecutor<Block, FullBackend, Executor>, Block, RuntimeApi>;
/// Database of every ledger.
pub type FullBackend = AccountBackend<Block, TFullBackend<Block>>;
/// Transaction pool of every ledger.
pub type TransactionPool = TransactionPoolHandle<Block, FullClient>;
/// The one import path of a ledger.
pub type BlockImport = PbftBlockImport<FullClient, FullBackend, Arc<FullClient>>;

/// Creates an executor as the configuration says. `compiled` is the folder of compiled runtimes, if it is not that of the chain.
pub(crate) fn executor(config: &Configuration, compiled: Option<PathBuf>) -> Executor {
	let of_chain = || config.base_path.config_dir(config.chain_spec.id()).join(WASM_CACHE_FOLDER);
	let heap = config.executor.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
		HeapAllocStrategy::Static { extra_pages: u32::try_from(pages).unwrap_or(u32::MAX) }
	});
	WasmExecutor::builder()
		.with_execution_method(config.executor.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(config.executor.max_runtime_instances)
		.with_runtime_cache_size(config.executor.runtime_cache_size)
		.with_cache_path(compiled.unwrap_or_else(of_chain))
		.build()
}
