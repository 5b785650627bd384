//! The backend.

use crate::{
	error::BackendError,
	operation::AccountOperation,
	shared::{version_of, Changes, Shared},
	state::{AccountState, Accounts, Apart},
};
use sc_client_api::{
	backend::{AuxStore, LocalBackend, TrieCacheContext},
	blockchain::HeaderBackend,
	Backend, StateBackend, UsageInfo,
};
use sp_runtime::{
	traits::{Block as BlockT, HashingFor, NumberFor},
	Justification,
};
use sp_state_machine::backend::AsTrieBackend;
use std::{collections::HashSet, sync::Arc};
use tc_account_store::{Store, StoreBuilder, View};
use tp_account_store::{AccountKey, AccountProof};

/// A backend of the SDK whose accounts are in an account store, or with all else in its trie: the chain says which.
pub struct AccountBackend<Block: BlockT, Inner> {
	pub(crate) inner: Arc<Inner>,
	/// `None` if the accounts are in the trie.
	pub(crate) shared: Option<Arc<Shared<Block>>>,
}

impl<Block: BlockT, Inner: Backend<Block>> AccountBackend<Block, Inner> {
	/// Whether the accounts of the chain are in a store.
	pub fn has_store(&self) -> bool {
		self.shared.is_some()
	}

	/// Returns the store, if the chain has one.
	///
	/// # Errors
	/// [`BackendError::NoStore`] before the genesis is built, and before a state was taken over from other nodes.
	pub fn store(&self) -> Result<Option<Arc<Store>>, BackendError> {
		self.shared.as_ref().map(|shared| shared.store()).transpose()
	}

	/// Proves an account of a block, or its absence, against the root that the state has under [`crate::ROOT_KEY`]. `None` if
	/// the accounts are in the trie, which proves them.
	pub fn prove_account(
		&self,
		block: Block::Hash,
		account: &AccountKey,
	) -> Option<sp_blockchain::Result<AccountProof>> {
		let shared = self.shared.as_ref()?;
		let view = self.number(block).and_then(|number| Ok(shared.view(&block, number)?));
		Some(view.and_then(|view| Ok(view.prove(account).map_err(BackendError::from)?)))
	}

	/// Opens the accounts of a block in the store.
	///
	/// # Errors
	/// If the block is not known, or its accounts are not kept.
	pub fn view(&self, block: Block::Hash) -> sp_blockchain::Result<View> {
		let shared = self.shared.as_ref().ok_or(BackendError::NoStore)?;
		Ok(shared.view(&block, self.number(block)?)?)
	}

	/// Returns the SDK's database.
	pub fn inner(&self) -> &Arc<Inner> {
		&self.inner
	}

	/// Gives the accounts of the state that is imported next, without its accounts. The import fails if their roots differ.
	/// A chain with its accounts in the trie needs none.
	pub fn stage(&self, tables: StoreBuilder) {
		if let Some(shared) = &self.shared {
			*shared.staged.lock() = Some(tables);
		}
	}

	pub(crate) fn number(&self, hash: Block::Hash) -> sp_blockchain::Result<u64> {
		let number = self.inner.blockchain().number(hash)?;
		let unknown = || sp_blockchain::Error::UnknownBlock(format!("the database has no block {hash:?}"));
		number.map(version_of::<Block>).ok_or_else(unknown)
	}
}

impl<Block, Inner> AuxStore for AccountBackend<Block, Inner>
where
	Block: BlockT,
	Inner: AuxStore,
{
	fn insert_aux<
		'a,
		'b: 'a,
		'c: 'a,
		I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
		D: IntoIterator<Item = &'a &'b [u8]>,
	>(
		&self,
		insert: I,
		delete: D,
	) -> sp_blockchain::Result<()> {
		let Some(shared) = &self.shared else { return self.inner.insert_aux(insert, delete) };
		let insert: Vec<_> = insert.into_iter().copied().collect();
		let delete: Vec<_> = delete.into_iter().copied().collect();
		self.inner.insert_aux(&insert, &delete)?;
		// With the next block, because a power cut can take it from the inner database, which syncs seldom.
		let inserted = insert.iter().map(|(key, value)| (key.to_vec(), Some(value.to_vec())));
		shared.aux_beside.lock().extend(inserted.chain(delete.iter().map(|key| (key.to_vec(), None))));
		Ok(())
	}

	fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
		self.inner.get_aux(key)
	}
}

impl<Block, Inner> Backend<Block> for AccountBackend<Block, Inner>
where
	Block: BlockT,
	Inner: Backend<Block>,
	Inner::State: StateBackend<HashingFor<Block>, Error = String>
		+ AsTrieBackend<
			HashingFor<Block>,
			TrieBackendStorage = <Inner::State as StateBackend<HashingFor<Block>>>::TrieBackendStorage,
		>,
{
	type BlockImportOperation = AccountOperation<Block, Inner>;
	type Blockchain = Inner::Blockchain;
	type State = AccountState<Inner::State, Block>;
	type OffchainStorage = Inner::OffchainStorage;

	fn begin_operation(&self) -> sp_blockchain::Result<Self::BlockImportOperation> {
		Ok(AccountOperation::new(self.inner.begin_operation()?, self.shared.clone()))
	}

	fn begin_state_operation(
		&self,
		operation: &mut Self::BlockImportOperation,
		block: Block::Hash,
	) -> sp_blockchain::Result<()> {
		self.inner.begin_state_operation(&mut operation.inner, block)?;
		// The zero hash stands for the state before the genesis, which has no accounts.
		let has_state = block != Default::default();
		operation.state = if has_state { Some(self.state_at(block, TrieCacheContext::Untrusted)?) } else { None };
		Ok(())
	}

	fn commit_operation(&self, operation: Self::BlockImportOperation) -> sp_blockchain::Result<()> {
		let AccountOperation { inner, shared, state, block, created, changes_state, main, children, offchain, aux } =
			operation;
		let is_created = created.is_some();
		match (shared, block, created) {
			(Some(shared), Some(block), Some(accounts)) => {
				let genesis = self.inner.blockchain().info().genesis_hash;
				shared.create(accounts, &block.header, &genesis)?;
			},
			(Some(shared), Some(block), None) if changes_state => {
				let changes = Changes { main: &main, children: &children, offchain: &offchain, aux: &aux };
				shared.commit(&block, &changes)?;
			},
			// Headers alone, finality, and auxiliary data do not concern accounts.
			_ => {},
		}
		// The reader of the parent ends after the version that follows it is there.
		drop(state);
		self.inner.commit_operation(inner)?;
		if is_created {
			self.roll_forward()?;
		}
		Ok(())
	}

	fn finalize_block(&self, hash: Block::Hash, justification: Option<Justification>) -> sp_blockchain::Result<()> {
		self.inner.finalize_block(hash, justification)
	}

	fn append_justification(&self, hash: Block::Hash, justification: Justification) -> sp_blockchain::Result<()> {
		self.inner.append_justification(hash, justification)
	}

	fn blockchain(&self) -> &Self::Blockchain {
		self.inner.blockchain()
	}

	fn usage_info(&self) -> Option<UsageInfo> {
		self.inner.usage_info()
	}

	fn offchain_storage(&self) -> Option<Self::OffchainStorage> {
		self.inner.offchain_storage()
	}

	fn pin_block(&self, hash: Block::Hash) -> sp_blockchain::Result<()> {
		self.inner.pin_block(hash)?;
		let Some(shared) = &self.shared else { return Ok(()) };
		let pinned = self.number(hash).and_then(|number| Ok(shared.pin(hash, number)?));
		if pinned.is_err() {
			self.inner.unpin_block(hash);
		}
		pinned
	}

	fn unpin_block(&self, hash: Block::Hash) {
		if let Some(shared) = &self.shared {
			shared.unpin(&hash);
		}
		self.inner.unpin_block(hash);
	}

	fn have_state_at(&self, hash: Block::Hash, number: NumberFor<Block>) -> bool {
		let has_accounts = |shared: &Arc<Shared<Block>>| {
			let accounts = shared.accounts(&hash, version_of::<Block>(number));
			accounts.is_ok_and(|accounts| !matches!(accounts, Accounts::Gone { .. }))
		};
		self.inner.have_state_at(hash, number) && self.shared.as_ref().is_none_or(has_accounts)
	}

	fn state_at(&self, hash: Block::Hash, context: TrieCacheContext) -> sp_blockchain::Result<Self::State> {
		let inner = self.inner.state_at(hash, context)?;
		let Some(shared) = &self.shared else { return Ok(AccountState { inner, apart: None }) };
		let accounts = shared.accounts(&hash, self.number(hash)?)?;
		Ok(AccountState { inner, apart: Some(Apart { accounts, roots: shared.roots.clone() }) })
	}

	fn revert(
		&self,
		blocks: NumberFor<Block>,
		revert_finalized: bool,
	) -> sp_blockchain::Result<(NumberFor<Block>, HashSet<Block::Hash>)> {
		match (&self.shared, version_of::<Block>(blocks)) {
			(None, _) => self.inner.revert(blocks, revert_finalized),
			(Some(_), 0) => Ok((blocks, HashSet::new())),
			(Some(_), _) => Err(BackendError::NoRevert.into()),
		}
	}

	fn remove_leaf_block(&self, hash: Block::Hash) -> sp_blockchain::Result<()> {
		self.inner.remove_leaf_block(hash)
	}

	fn get_import_lock(&self) -> &parking_lot::RwLock<()> {
		self.inner.get_import_lock()
	}

	fn requires_full_sync(&self) -> bool {
		self.inner.requires_full_sync()
	}
}

impl<Block, Inner> LocalBackend<Block> for AccountBackend<Block, Inner>
where
	Block: BlockT,
	Inner: LocalBackend<Block>,
	Self: Backend<Block>,
{
}
