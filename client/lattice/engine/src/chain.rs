//! What the unit lane asks of a chain.

use codec::DecodeAll;
use sc_client_api::{Backend, HeaderBackend, StateBackend, TrieCacheContext};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_runtime::OpaqueExtrinsic;
use std::sync::Arc;
use tc_lattice_pool::Accounts;
use tc_pbft::sdk::{read_certificate, read_committee, LedgerClient};
use tp_core::{AccountId, Block, BlockNumber, Hash, Header};
use tp_lattice::{storage::account_key, Account, BlockRecord, LatticeApi, PoolContext, TableHead, TableId};
use tp_pbft::{Certificate, Committee, Domain};

/// What the keys of block records in the backend's auxiliary store begin with.
const RECORD_PREFIX: &[u8] = b"lattice-record-";

/// A chain, as the unit lane sees it. Errors are faults of this node: database or runtime.
pub trait ChainView: Send + Sync {
	/// The newest block.
	fn newest(&self) -> (BlockNumber, Hash);
	/// What the units of the block after one are judged by; `None` if the ledger takes none.
	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, String>;
	/// The accounts of a block's state.
	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, String>;
	/// The newest link of a table's chain.
	fn table_head(&self, at: Hash, table: TableId) -> Result<TableHead, String>;
	/// The block of the chain at a height.
	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, String>;
	/// A block of the chain.
	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, String>;
	/// The certificate of a block.
	fn certificate(&self, hash: Hash) -> Result<Option<Certificate>, String>;
	/// What a block's units did, as it was written with the block; `None` if it had none.
	fn record(&self, hash: Hash) -> Result<Option<BlockRecord>, String>;
	/// The committee that decides on the block after one, and what its signatures are for.
	fn committee(&self, parent: Hash) -> Result<(Committee, Domain), String>;
}

/// The key under which a block's record is written.
pub(crate) fn record_key(hash: &Hash) -> Vec<u8> {
	[RECORD_PREFIX, hash.as_bytes()].concat()
}

/// A chain of the SDK.
pub struct SdkChain<C, BE> {
	client: Arc<C>,
	backend: Arc<BE>,
}

impl<C, BE> SdkChain<C, BE> {
	/// Over a client and its backend.
	pub fn new(client: Arc<C>, backend: Arc<BE>) -> Self {
		Self { client, backend }
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

	fn pool_context(&self, at: Hash) -> Result<Option<PoolContext>, String> {
		let api = self.client.runtime_api();
		if !api.has_api::<dyn LatticeApi<Block>>(at).map_err(|error| error.to_string())? {
			return Ok(None);
		}
		api.pool_context(at).map_err(|error| error.to_string())
	}

	fn accounts(&self, at: Hash) -> Result<Box<dyn Accounts>, String> {
		let state = self.backend.state_at(at, TrieCacheContext::Untrusted).map_err(|error| error.to_string())?;
		Ok(Box::new(StateAccounts::<BE>(state)))
	}

	fn table_head(&self, at: Hash, table: TableId) -> Result<TableHead, String> {
		self.client.runtime_api().table_head(at, table).map_err(|error| error.to_string())
	}

	fn hash_at(&self, number: BlockNumber) -> Result<Option<Hash>, String> {
		HeaderBackend::hash(&*self.client, number).map_err(|error| error.to_string())
	}

	fn block(&self, hash: Hash) -> Result<Option<(Header, Vec<OpaqueExtrinsic>)>, String> {
		let found = self.client.block(hash).map_err(|error| error.to_string())?;
		Ok(found.map(|signed| sp_runtime::traits::Block::deconstruct(signed.block)))
	}

	fn certificate(&self, hash: Hash) -> Result<Option<Certificate>, String> {
		read_certificate(&*self.client, hash).map_err(|error| error.to_string())
	}

	fn record(&self, hash: Hash) -> Result<Option<BlockRecord>, String> {
		let found = Backend::get_aux(&*self.backend, &record_key(&hash)).map_err(|error| error.to_string())?;
		found.map(|bytes| BlockRecord::decode_all(&mut &bytes[..]).map_err(|error| error.to_string())).transpose()
	}

	fn committee(&self, parent: Hash) -> Result<(Committee, Domain), String> {
		read_committee(&*self.client, parent).map_err(|error| error.to_string())
	}
}

/// The accounts of a state.
struct StateAccounts<BE: Backend<Block>>(BE::State);

impl<BE: Backend<Block>> Accounts for StateAccounts<BE> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		match self.0.storage(&account_key(id)) {
			Ok(found) => Account::decode_all(&mut &found?[..]).ok(),
			Err(error) => {
				log::error!(target: crate::LOG_TARGET, "The account {id} cannot be read: {error}");
				None
			},
		}
	}
}
