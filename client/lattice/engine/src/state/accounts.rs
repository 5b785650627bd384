//! Accounts that were read before the pool's lock is taken.

use crate::log_targets::LOG_TARGET;
use std::collections::{hash_map::Entry, HashMap};
use tc_lattice_pool::Accounts;
use tp_core::{AccountId, Hash};
use tp_lattice::Account;

/// Accounts in the state of one block. The hash function is seeded at random, since senders choose the ids.
#[derive(Default)]
pub(crate) struct ReadAccounts {
	block: Hash,
	found: HashMap<AccountId, Option<Account>, foldhash::quality::RandomState>,
	/// Those of `found` that were read from the state since the last [`Self::take_new`].
	new: Vec<AccountId>,
}

impl ReadAccounts {
	/// Begins again if the block is another one.
	pub(super) fn at(&mut self, block: Hash) {
		if self.block != block {
			self.block = block;
			self.found.clear();
			self.new.clear();
		}
	}

	pub(super) fn has(&self, id: &AccountId) -> bool {
		self.found.contains_key(id)
	}

	/// Returns the accounts that were not read, of all that `name_all` names.
	pub(super) fn missing(&self, name_all: impl FnOnce(&mut dyn FnMut(&AccountId))) -> Vec<AccountId> {
		let mut missing = Vec::new();
		name_all(&mut |id| {
			if !self.has(id) {
				missing.push(id.clone());
			}
		});
		missing
	}

	/// Adds an account that need not be read.
	pub(super) fn add(&mut self, id: &AccountId, account: Option<&Account>) {
		if !self.has(id) {
			self.found.insert(id.clone(), account.cloned());
		}
	}

	/// Reads accounts, each once. `accounts` has the state of the block.
	pub(super) fn read(&mut self, ids: Vec<AccountId>, accounts: &dyn Accounts) {
		self.found.reserve(ids.len());
		for id in ids {
			if let Entry::Vacant(vacant) = self.found.entry(id) {
				let account = accounts.account(vacant.key());
				self.new.push(vacant.key().clone());
				vacant.insert(account);
			}
		}
	}

	/// Returns the accounts that were read from the state since the last call.
	pub(super) fn take_new(&mut self) -> impl Iterator<Item = (AccountId, Option<Account>)> + '_ {
		let found = &self.found;
		self.new.drain(..).filter_map(|id| found.get(&id).cloned().map(|account| (id, account)))
	}
}

impl Accounts for ReadAccounts {
	fn account(&self, id: &AccountId) -> Option<Account> {
		match self.found.get(id) {
			Some(account) => account.clone(),
			None => {
				log::error!(target: LOG_TARGET, "The account {id} was not read before the pool asked for it");
				None
			},
		}
	}
}
