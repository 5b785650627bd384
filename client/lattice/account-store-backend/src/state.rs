//! The state of a block: its accounts beside the SDK's trie.

use crate::{
	keys::{account_of, place, Place},
	roots::Roots,
};
use sp_runtime::traits::Block as BlockT;
use std::{collections::BTreeMap, fmt, ops::Bound, sync::Arc};
use tc_account_store::{Delta, Store, StoreBuilder, StoreError, View};
use tp_account_store::{AccountKey, Hash, KEY_BYTES};

/// Accounts of a state that is not committed: that of the genesis while a node takes its state from others.
pub(crate) type MemoryAccounts = BTreeMap<AccountKey, Vec<u8>>;

/// The accounts of a state.
pub(crate) enum Accounts {
	/// A version of the store.
	Store(Arc<Store>, View),
	/// Accounts in memory.
	Memory(Arc<MemoryAccounts>),
	/// Those of a version that is too old: all else of its state can be read.
	Gone {
		/// The version.
		version: u64,
		/// The oldest one whose accounts can be read.
		oldest: u64,
	},
}

impl Accounts {
	fn get(&self, key: &AccountKey) -> Result<Option<Vec<u8>>, StoreError> {
		match self {
			Self::Store(_, view) => view.get(key),
			Self::Memory(accounts) => Ok(accounts.get(key).cloned()),
			Self::Gone { version, oldest } => Err(StoreError::VersionGone { version: *version, oldest: *oldest }),
		}
	}

	/// Returns the first account above a sequence of bytes of any length.
	pub fn next(&self, above: &[u8]) -> Result<Option<AccountKey>, StoreError> {
		match self {
			Self::Store(_, view) => view.next_key(above),
			Self::Memory(accounts) => {
				let mut from = [0; KEY_BYTES];
				let common = above.len().min(KEY_BYTES);
				from[..common].copy_from_slice(&above[..common]);
				let mut keys =
					accounts.range((Bound::Included(AccountKey(from)), Bound::Unbounded)).map(|(key, _)| *key);
				Ok(keys.find(|key| key.as_ref() > above))
			},
			Self::Gone { version, oldest } => Err(StoreError::VersionGone { version: *version, oldest: *oldest }),
		}
	}

	/// Returns the root that changes lead to.
	pub fn root_with(&self, changes: Delta) -> Result<Hash, StoreError> {
		match self {
			Self::Store(store, view) => store.root_with(view, changes),
			Self::Memory(accounts) => {
				let mut all: BTreeMap<AccountKey, &[u8]> =
					accounts.iter().map(|(key, value)| (*key, &value[..])).collect();
				for (key, value) in changes {
					match value {
						Some(value) => all.insert(key, value),
						None => all.remove(&key),
					};
				}
				Ok(StoreBuilder::genesis(all.into_iter().collect())?.root())
			},
			Self::Gone { version, oldest } => Err(StoreError::VersionGone { version: *version, oldest: *oldest }),
		}
	}
}

/// The accounts of a state that the trie does not have.
pub(crate) struct Apart<H> {
	pub accounts: Accounts,
	pub roots: Arc<Roots<H>>,
}

/// The state of a block.
pub struct AccountState<S, Block: BlockT> {
	pub(crate) inner: S,
	/// `None` if the accounts are in the trie with all else.
	pub(crate) apart: Option<Apart<Block::Hash>>,
}

impl<S: fmt::Debug, Block: BlockT> fmt::Debug for AccountState<S, Block> {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		self.inner.fmt(formatter)
	}
}

impl<S, Block: BlockT> AccountState<S, Block> {
	/// Returns the first account apart from the trie whose key is above a key of the state.
	pub(crate) fn next_account(&self, above: &[u8]) -> Result<Option<AccountKey>, String> {
		let Some(Apart { accounts, .. }) = &self.apart else { return Ok(None) };
		let next = match place(above) {
			Place::Below => accounts.next(&[]),
			Place::Among(rest) => accounts.next(rest),
			Place::Above => Ok(None),
		};
		next.map_err(|error| error.to_string())
	}

	/// Returns the value of a key if it is one of an account apart from the trie. `None` if the trie answers for the key.
	pub(crate) fn apart(&self, key: &[u8]) -> Option<Result<Option<Vec<u8>>, String>> {
		let Apart { accounts, .. } = self.apart.as_ref()?;
		Some(accounts.get(&account_of(key)?).map_err(|error| error.to_string()))
	}
}
