//! The SDK's JSON-RPC modules.
//!
//! They are the modules of the SDK's `gen_rpc_module`, whose parameters other crates cannot name. The methods that submit
//! transactions are [`tc_rpc::Transactions`] instead. On a chain whose accounts are not in the trie, `state_getReadProof` is
//! [`tc_rpc::TrieProver`].

use crate::client::{FullBackend, FullClient, TransactionPool};
use jsonrpsee::{core::RegisterMethodError, RpcModule};
use sc_client_api::Backend;
use sc_rpc::{
	author::{Author, AuthorApiServer},
	chain::ChainApiServer,
	offchain::{Offchain, OffchainApiServer},
	state::{ChildStateApiServer, StateApiServer},
	system::{System, SystemApiServer, SystemInfo},
	SubscriptionTaskExecutor,
};
use sc_rpc_spec_v2::{
	archive::{Archive, ArchiveApiServer},
	bitswap::{Bitswap, BitswapApiServer},
	chain_head::{ChainHead, ChainHeadApiServer, ChainHeadConfig},
	chain_spec::{ChainSpec, ChainSpecApiServer},
	transaction::{TransactionBroadcast, TransactionBroadcastApiServer},
};
use sc_service::Configuration;
use sc_utils::mpsc::TracingUnboundedSender;
use sp_consensus::SyncOracle;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use tc_lattice::two_lanes::Guard;
use tc_rpc::{AccountProofs, Included, ReadProofApiServer, ShardOf, Transactions, TransactionsApiServer, TrieProver};
use tp_core::Block;

/// Transactions that a connection broadcasts at once, as in the SDK.
const MAX_BROADCASTS_PER_CONNECTION: usize = 16;

/// Sources of the modules.
pub struct SdkDeps {
	/// The chain.
	pub client: Arc<FullClient>,
	/// Its database.
	pub backend: Arc<FullBackend>,
	/// The transaction pool, as clients of this node submit to it.
	pub pool: Arc<Guard<TransactionPool>>,
	/// Places of the newest transactions.
	pub included: Arc<Included>,
	/// Proofs of accounts, if the chain keeps them in a store beside the trie: the same as in [`super::RpcDeps`].
	pub account_proofs: Option<Arc<dyn AccountProofs>>,
	/// The shards of the node, if it runs some.
	pub shard_of: Option<ShardOf>,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// Requests to the network.
	pub system_rpc_tx: TracingUnboundedSender<sc_rpc::system::Request<Block>>,
	/// Synchronization.
	pub sync: Arc<dyn SyncOracle + Send + Sync>,
}

/// Creates `author_*`, `chain_*`, `state_*`, `childstate_*`, `system_*`, `offchain_*`, and the second version of the SDK's
/// methods: `chainHead_v1_*`, `chainSpec_v1_*`, `transaction_v1_*`, `transactionWatch_v1_*`, and `archive_v1_*` on an archive.
pub fn create(
	config: &Configuration,
	deps: SdkDeps,
	executor: &SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, RegisterMethodError> {
	let SdkDeps { client, backend, pool, included, account_proofs, shard_of, keystore, system_rpc_tx, sync } = deps;
	let spec = &config.chain_spec;
	let genesis = client.chain_info().genesis_hash;
	let mut module = RpcModule::new(());

	let author = Author::new(client.clone(), pool.clone(), keystore, executor.clone());
	module.merge(author.into_rpc())?;
	let transactions =
		Transactions::new(pool.clone(), client.clone(), included, executor.clone()).with_shards(shard_of);
	tc_rpc::replace(&mut module, transactions.into_rpc())?;
	module.merge(sc_rpc::chain::new_full(client.clone(), executor.clone()).into_rpc())?;
	let (state, child_state) = sc_rpc::state::new_full(client.clone(), executor.clone(), None);
	module.merge(state.into_rpc())?;
	if account_proofs.is_some() {
		// The trie would prove of every account that it does not exist.
		tc_rpc::replace(&mut module, TrieProver::new(client.clone()).into_rpc())?;
	}
	module.merge(child_state.into_rpc())?;
	let info = SystemInfo {
		chain_name: spec.name().into(),
		impl_name: config.impl_name.clone(),
		impl_version: config.impl_version.clone(),
		properties: spec.properties(),
		chain_type: spec.chain_type(),
	};
	module.merge(System::new(info, system_rpc_tx).into_rpc())?;
	if let Some(storage) = backend.offchain_storage() {
		module.merge(Offchain::new(storage).into_rpc())?;
	}

	let broadcast = TransactionBroadcast::new(client.clone(), pool, executor.clone(), MAX_BROADCASTS_PER_CONNECTION);
	module.merge(broadcast.into_rpc())?;
	let chain_head = ChainHead::new(client.clone(), backend.clone(), executor.clone(), ChainHeadConfig::default());
	module.merge(chain_head.into_rpc())?;
	module.merge(ChainSpec::new(spec.name().into(), genesis, spec.properties()).into_rpc())?;
	module.merge(Bitswap::new(client.clone(), sync).into_rpc())?;
	let keeps_states = config.state_pruning.as_ref().is_some_and(|pruning| pruning.is_archive());
	if keeps_states && config.blocks_pruning.is_archive() {
		module.merge(Archive::new(client, backend, genesis, executor.clone()).into_rpc())?;
	}
	Ok(module)
}
