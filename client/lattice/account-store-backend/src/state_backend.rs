//! The state as the SDK reads it: accounts from the store, all else from the trie.

use crate::{
	iter::RawIter,
	keys::{account_of, key_of, NotInTrie, ACCOUNT_PREFIX, ROOT_KEY},
	state::{AccountState, Apart},
};
use sc_client_api::{MerkleValue, StateBackend};
use sp_core::Hasher;
use sp_runtime::traits::{Block as BlockT, HashingFor};
use sp_state_machine::{
	backend::AsTrieBackend, BackendTransaction, IterArgs, StateMachineStats, TrieBackend, UsageInfo,
};
use sp_storage::{ChildInfo, StateVersion, StorageKey};
use tc_account_store::Delta;

impl<S, Block> StateBackend<HashingFor<Block>> for AccountState<S, Block>
where
	Block: BlockT,
	S: StateBackend<HashingFor<Block>, Error = String>,
{
	type Error = String;
	type TrieBackendStorage = S::TrieBackendStorage;
	type RawIter = RawIter<S, Block>;

	fn storage(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
		match self.apart(key) {
			Some(value) => value,
			None => self.inner.storage(key),
		}
	}

	fn storage_hash(&self, key: &[u8]) -> Result<Option<Block::Hash>, String> {
		match self.apart(key) {
			Some(value) => Ok(value?.map(|value| <HashingFor<Block> as Hasher>::hash(&value))),
			None => self.inner.storage_hash(key),
		}
	}

	fn closest_merkle_value(&self, key: &[u8]) -> Result<Option<MerkleValue<Block::Hash>>, String> {
		// The value of a shorter prefix does not change with the accounts below it. The root of all does.
		let has_accounts = !key.is_empty() && (key.starts_with(&ACCOUNT_PREFIX) || ACCOUNT_PREFIX.starts_with(key));
		match self.apart.is_some() && has_accounts {
			true => Err(NotInTrie(StorageKey(key.to_vec())).to_string()),
			false => self.inner.closest_merkle_value(key),
		}
	}

	fn child_closest_merkle_value(
		&self,
		child_info: &ChildInfo,
		key: &[u8],
	) -> Result<Option<MerkleValue<Block::Hash>>, String> {
		self.inner.child_closest_merkle_value(child_info, key)
	}

	fn child_storage(&self, child_info: &ChildInfo, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
		self.inner.child_storage(child_info, key)
	}

	fn child_storage_hash(&self, child_info: &ChildInfo, key: &[u8]) -> Result<Option<Block::Hash>, String> {
		self.inner.child_storage_hash(child_info, key)
	}

	fn exists_storage(&self, key: &[u8]) -> Result<bool, String> {
		match self.apart(key) {
			Some(value) => Ok(value?.is_some()),
			None => self.inner.exists_storage(key),
		}
	}

	fn exists_child_storage(&self, child_info: &ChildInfo, key: &[u8]) -> Result<bool, String> {
		self.inner.exists_child_storage(child_info, key)
	}

	fn next_storage_key(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
		let account = self.next_account(key)?.map(|account| key_of(&account));
		let other = self.inner.next_storage_key(key)?;
		Ok([account, other].into_iter().flatten().min())
	}

	fn next_child_storage_key(&self, child_info: &ChildInfo, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
		self.inner.next_child_storage_key(child_info, key)
	}

	/// Without changes of accounts the root of the accounts stays what the trie has, so nothing is set. That holds also for
	/// the empty changes by which the SDK asks for the root.
	fn storage_root<'a>(
		&self,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Block::Hash, BackendTransaction<HashingFor<Block>>) {
		let Some(Apart { accounts: parent, roots }) = &self.apart else {
			return self.inner.storage_root(delta, version);
		};
		let (mut accounts, mut rest) = (Delta::new(), Vec::new());
		for (key, value) in delta {
			match account_of(key) {
				Some(account) => accounts.push((account, value)),
				None if key == ROOT_KEY => {},
				None => rest.push((key, value)),
			}
		}
		if accounts.is_empty() {
			return self.inner.storage_root(rest.into_iter(), version);
		}
		// The interface has no error, and any root would be a verdict on the block. A panic ends the execution, as it does where
		// the SDK's own state cannot be read, and the node knows that the fault is its own.
		let root = parent
			.root_with(accounts)
			.unwrap_or_else(|error| panic!("The root of the accounts cannot be computed: {error}"));
		rest.push((ROOT_KEY, Some(&root[..])));
		let (state_root, transaction) = self.inner.storage_root(rest.into_iter(), version);
		roots.note(state_root, root);
		(state_root, transaction)
	}

	fn child_storage_root<'a>(
		&self,
		child_info: &ChildInfo,
		delta: impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)>,
		version: StateVersion,
	) -> (Block::Hash, bool, BackendTransaction<HashingFor<Block>>) {
		self.inner.child_storage_root(child_info, delta, version)
	}

	fn raw_iter(&self, args: IterArgs) -> Result<Self::RawIter, String> {
		RawIter::new(self, args)
	}

	fn register_overlay_stats(&self, stats: &StateMachineStats) {
		self.inner.register_overlay_stats(stats);
	}

	fn usage_info(&self) -> UsageInfo {
		self.inner.usage_info()
	}
}

/// A recorder of a proof reads the trie, which has no accounts: see [`crate::provable_by_trie`].
impl<S, Block> AsTrieBackend<HashingFor<Block>> for AccountState<S, Block>
where
	Block: BlockT,
	S: AsTrieBackend<HashingFor<Block>>,
{
	type TrieBackendStorage = S::TrieBackendStorage;

	fn as_trie_backend(&self) -> &TrieBackend<Self::TrieBackendStorage, HashingFor<Block>> {
		self.inner.as_trie_backend()
	}
}
