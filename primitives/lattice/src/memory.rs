//! Accounts in memory, for tests and tools.

use crate::{Account, AccountStore};
use std::{
	collections::BTreeMap,
	ops::{Deref, DerefMut},
};
use tp_core::{AccountId, Nonce};

/// The accounts of a ledger in memory, with the tombstones of accounts that ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryAccounts {
	/// The accounts.
	pub accounts: BTreeMap<AccountId, Account>,
	/// The tombstones.
	pub tombstones: BTreeMap<AccountId, Nonce>,
}

impl Deref for MemoryAccounts {
	type Target = BTreeMap<AccountId, Account>;

	fn deref(&self) -> &Self::Target {
		&self.accounts
	}
}

impl DerefMut for MemoryAccounts {
	fn deref_mut(&mut self) -> &mut Self::Target {
		&mut self.accounts
	}
}

impl FromIterator<(AccountId, Account)> for MemoryAccounts {
	fn from_iter<Accounts: IntoIterator<Item = (AccountId, Account)>>(accounts: Accounts) -> Self {
		Self { accounts: accounts.into_iter().collect(), tombstones: BTreeMap::new() }
	}
}

impl AccountStore for MemoryAccounts {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.accounts.get(id).cloned()
	}

	fn set_account(&mut self, id: &AccountId, account: Option<Account>) {
		match account {
			Some(account) => self.accounts.insert(id.clone(), account),
			None => self.accounts.remove(id),
		};
	}

	fn tombstone(&self, id: &AccountId) -> Option<Nonce> {
		self.tombstones.get(id).copied()
	}

	fn set_tombstone(&mut self, id: &AccountId, nonce: Option<Nonce>) {
		match nonce {
			Some(nonce) => self.tombstones.insert(id.clone(), nonce),
			None => self.tombstones.remove(id),
		};
	}
}
