//! The chain of an SDK client.

use super::{
	error::ChainError,
	view::{record_key, ChainView},
};
use crate::log_targets::LOG_TARGET;
use codec::DecodeAll;
use sc_client_api::{Backend, HeaderBackend, StateBackend, TrieCacheContext};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_runtime::OpaqueExtrinsic;
use std::sync::Arc;
use tc_lattice_pool::Accounts;
use tc_pbft::sdk::{first_state, read_certificate, Committees, FoundCommittee, LedgerClient};
use tp_core::{AccountId, Block, BlockNumber, Hash, Header, Nonce};
use tp_lattice::{
	decode_record,
	storage::{account_key, tombstone_key},
	Account, BlockRecord, LatticeApi, PoolContext, TableHead, TableId,
};
use tp_pbft::{Certificate, Committee, Domain};

/// The version of the runtime API since which it has the present context.
const CONTEXT_SINCE: u32 = 2;
/// The version since which it tells the room for payments to other shards.
const ROOM_SINCE: u32 = 3;
/// The version since which a ledger can take no units for a while.
const PAUSED_SINCE: u32 = 4;

/// Chain of an SDK client and its backend.
pub struct SdkChain<C, BE> {
	client: Arc<C>,
	backend: Arc<BE>,
	committees: Arc<Committees<C>>,
}

impl<C, BE> SdkChain<C, BE> {
	/// Creates a view of a client and its backend.
	pub fn new(client: Arc<C>, backend: Arc<BE>, committees: Arc<Committees<C>>) -> Self {
		Self { client, backend, committees }
	}
}

impl<C, BE> ChainView for SdkChain<C, BE>
where
	C: LedgerClient + ProvideRuntimeApi<Block, Api: LatticeApi<Block>>,
	BE: Backend<Block, State: 'static> + 'static,
{
	fn newest(&self) -> (BlockNumber, Hash) {
		let info = self.client.info();
		(info.best_number, info.best_hash)
	}

	fn first_state(&self) -> Result<BlockNumber, ChainError> {
		Ok(first_state(&*self.client)?)
	}

	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, ChainError> {
		let api = self.client.runtime_api();
		let version = api.api_version::<dyn LatticeApi<Block>>(at)?;
		let Some(version) = version.filter(|version| *version >= CONTEXT_SINCE) else { return Ok(None) };
		let mut pool = api.pool_context(at)?;
		if let Some(PoolContext { context, .. }) = pool.as_mut().filter(|_| version >= ROOM_SINCE) {
			context.room = api.room(at)?.map(Arc::new);
		}
		if let Some(pool) = pool.as_mut().filter(|_| version >= PAUSED_SINCE) {
			pool.is_paused = api.is_paused(at)?;
		}
		Ok(pool)
	}

	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, ChainError> {
		let state = self.backend.state_at(at, TrieCacheContext::Untrusted)?;
		Ok(Box::new(StateAccounts::<BE>(state)))
	}

	fn tombstone(&self, at: Hash, id: &AccountId) -> Result<Option<Nonce>, ChainError> {
		let state = self.backend.state_at(at, TrieCacheContext::Untrusted)?;
		let found =
			state.storage(&tombstone_key(id)).map_err(|error| sp_blockchain::Error::from_state(Box::new(error)))?;
		Ok(found.and_then(|bytes| Nonce::decode_all(&mut &bytes[..]).ok()))
	}

	fn table_head(&self, at: Hash, table: TableId) -> Result<TableHead, ChainError> {
		Ok(self.client.runtime_api().table_head(at, table)?)
	}

	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, ChainError> {
		Ok(HeaderBackend::hash(&*self.client, number)?)
	}

	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, ChainError> {
		Ok(self.client.block(hash)?.map(|signed| sp_runtime::traits::Block::deconstruct(signed.block)))
	}

	fn certificate(&self, hash: Hash) -> Result<Option<Certificate>, ChainError> {
		read_certificate(&*self.client, hash)
			.map_err(|error| ChainError::Certificate { block: hash, reason: error.to_string() })
	}

	fn record(&self, hash: Hash) -> Result<Option<BlockRecord>, ChainError> {
		let found = Backend::get_aux(&*self.backend, &record_key(&hash))?;
		found.map(|bytes| decode_record(&bytes).map_err(|_| ChainError::Record(hash))).transpose()
	}

	fn committee(&self, parent: Hash) -> Result<(Committee, Domain), ChainError> {
		let found = self.committees.after(parent);
		found
			.map(FoundCommittee::into_verifier)
			.map_err(|error| ChainError::Committee { parent, reason: error.to_string() })
	}
}

/// Accounts of a state.
struct StateAccounts<BE: Backend<Block>>(BE::State);

impl<BE: Backend<Block>> Accounts for StateAccounts<BE> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		match self.0.storage(&account_key(id)) {
			Ok(found) => Account::decode_all(&mut &found?[..]).ok(),
			Err(error) => {
				log::error!(target: LOG_TARGET, "The account {id} cannot be read: {error}");
				None
			},
		}
	}
}
