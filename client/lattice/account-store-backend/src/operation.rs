//! An import operation: what it does to the accounts beside the operation of the SDK's database.

use crate::{
	block::{NewAccounts, PendingBlock},
	error::BackendError,
	keys::{account_of, time_of, ACCOUNT_PREFIX, ROOT_KEY, TIME_KEY},
	record::AuxChange,
	shared::Shared,
	state::{AccountState, MemoryAccounts},
};
use sc_client_api::{Backend, BlockImportOperation, NewBlockState};
use sp_core::H256;
use sp_runtime::{
	traits::{Block as BlockT, HashingFor},
	Justification, Justifications,
};
use sp_state_machine::{
	BackendTransaction, ChildStorageCollection, IndexOperation, OffchainChangesCollection, StorageCollection,
};
use sp_storage::{StateVersion, Storage};
use std::{collections::HashMap, sync::Arc};
use tc_account_store::StoreBuilder;
use tp_account_store::AccountKey;

/// The operation.
pub struct AccountOperation<Block: BlockT, Inner: Backend<Block>> {
	pub(crate) inner: Inner::BlockImportOperation,
	/// `None` if the accounts are in the trie.
	pub(crate) shared: Option<Arc<Shared<Block>>>,
	/// The state of the parent, after [`Backend::begin_state_operation`].
	pub(crate) state: Option<AccountState<Inner::State, Block>>,
	pub(crate) block: Option<PendingBlock<Block>>,
	pub(crate) created: Option<NewAccounts>,
	/// Whether the operation changes a state.
	pub(crate) changes_state: bool,
	pub(crate) main: StorageCollection,
	pub(crate) children: ChildStorageCollection,
	pub(crate) offchain: OffchainChangesCollection,
	pub(crate) aux: Vec<AuxChange>,
}

impl<Block: BlockT, Inner: Backend<Block>> AccountOperation<Block, Inner> {
	pub(crate) fn new(inner: Inner::BlockImportOperation, shared: Option<Arc<Shared<Block>>>) -> Self {
		Self {
			inner,
			shared,
			state: None,
			block: None,
			created: None,
			changes_state: false,
			main: Vec::new(),
			children: Vec::new(),
			offchain: Vec::new(),
			aux: Vec::new(),
		}
	}

	/// Takes the accounts out of a whole state, and puts their root in. A root that the state has already comes from the chain
	/// from which it was exported, and goes.
	fn split(&mut self, storage: &mut Storage, in_memory: bool) -> sp_blockchain::Result<()> {
		let Some(shared) = &self.shared else { return Ok(()) };
		storage.top.remove(ROOT_KEY);
		let keys = storage.top.range(ACCOUNT_PREFIX.to_vec()..).map(|(key, _)| key);
		let keys = keys.take_while(|key| key.starts_with(&ACCOUNT_PREFIX));
		let keys: Vec<(AccountKey, Vec<u8>)> = keys.filter_map(|key| Some((account_of(key)?, key.clone()))).collect();
		let mut accounts = MemoryAccounts::new();
		for (account, key) in keys {
			accounts.extend(storage.top.remove(&key).map(|value| (account, value)));
		}
		let time_ms = time_of(storage.top.get(&TIME_KEY[..]).map(Vec::as_slice)).unwrap_or(0);
		let staged = if accounts.is_empty() { shared.staged.lock().take() } else { None };
		let builder = match staged {
			Some(staged) => staged,
			None => {
				let accounts = accounts.iter().map(|(key, value)| (*key, &value[..])).collect();
				StoreBuilder::genesis(accounts).map_err(BackendError::from)?
			},
		};
		storage.top.insert(ROOT_KEY.to_vec(), builder.root().to_vec());
		self.created = Some(NewAccounts { builder, time_ms, memory: in_memory.then_some(accounts) });
		Ok(())
	}
}

impl<Block, Inner> BlockImportOperation<Block> for AccountOperation<Block, Inner>
where
	Block: BlockT,
	Inner: Backend<Block>,
	AccountState<Inner::State, Block>: sc_client_api::StateBackend<HashingFor<Block>>,
{
	type State = AccountState<Inner::State, Block>;

	fn state(&self) -> sp_blockchain::Result<Option<&Self::State>> {
		Ok(self.state.as_ref())
	}

	fn set_block_data(
		&mut self,
		header: Block::Header,
		body: Option<Vec<Block::Extrinsic>>,
		indexed_body: Option<Vec<Vec<u8>>>,
		justifications: Option<Justifications>,
		state: NewBlockState,
		register_as_leaf: bool,
	) -> sp_blockchain::Result<()> {
		if self.shared.is_some() {
			// A block without changes of a state leaves no record.
			let body = if self.changes_state { body.clone() } else { None };
			self.block = Some(PendingBlock { header: header.clone(), body, justifications: justifications.clone() });
		}
		self.inner.set_block_data(header, body, indexed_body, justifications, state, register_as_leaf)
	}

	fn update_db_storage(&mut self, update: BackendTransaction<HashingFor<Block>>) -> sp_blockchain::Result<()> {
		self.changes_state = true;
		self.inner.update_db_storage(update)
	}

	fn set_genesis_state(
		&mut self,
		mut storage: Storage,
		commit: bool,
		version: StateVersion,
	) -> sp_blockchain::Result<Block::Hash> {
		self.split(&mut storage, !commit)?;
		self.inner.set_genesis_state(storage, commit, version)
	}

	fn reset_storage(&mut self, mut storage: Storage, version: StateVersion) -> sp_blockchain::Result<Block::Hash> {
		let claimed = storage.top.get(ROOT_KEY).cloned();
		self.split(&mut storage, false)?;
		if claimed.is_some() && claimed.as_ref() != storage.top.get(ROOT_KEY) {
			return Err(BackendError::AccountsMissing.into());
		}
		self.inner.reset_storage(storage, version)
	}

	fn update_storage(
		&mut self,
		update: StorageCollection,
		child_update: ChildStorageCollection,
	) -> sp_blockchain::Result<()> {
		if self.shared.is_some() {
			self.main.clone_from(&update);
			self.children.clone_from(&child_update);
		}
		self.inner.update_storage(update, child_update)
	}

	fn update_offchain_storage(&mut self, update: OffchainChangesCollection) -> sp_blockchain::Result<()> {
		if self.shared.is_some() {
			self.offchain.clone_from(&update);
		}
		self.inner.update_offchain_storage(update)
	}

	fn insert_aux<I>(&mut self, changes: I) -> sp_blockchain::Result<()>
	where
		I: IntoIterator<Item = AuxChange>,
	{
		let changes: Vec<AuxChange> = changes.into_iter().collect();
		if self.shared.is_some() {
			self.aux.extend_from_slice(&changes);
		}
		self.inner.insert_aux(changes)
	}

	fn mark_finalized(&mut self, hash: Block::Hash, justification: Option<Justification>) -> sp_blockchain::Result<()> {
		self.inner.mark_finalized(hash, justification)
	}

	fn mark_head(&mut self, hash: Block::Hash) -> sp_blockchain::Result<()> {
		self.inner.mark_head(hash)
	}

	fn update_transaction_index(&mut self, index: Vec<IndexOperation>) -> sp_blockchain::Result<()> {
		self.inner.update_transaction_index(index)
	}

	fn set_renew_payloads(&mut self, payloads: HashMap<H256, Vec<u8>>) -> sp_blockchain::Result<()> {
		self.inner.set_renew_payloads(payloads)
	}

	fn set_create_gap(&mut self, create_gap: bool) {
		self.inner.set_create_gap(create_gap);
	}
}
