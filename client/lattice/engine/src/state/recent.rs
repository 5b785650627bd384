//! Accounts in the state of the newest block, kept from one block to the next.
//!
//! A read of the trie costs some microseconds, and accounts that were paid or have paid lately are read most: each unit reads its
//! own account and the accounts that it pays. A block names the accounts that it changed, so that the others hold after it too.

use super::accounts::ReadAccounts;
use schnellru::{ByLength, LruMap};
use tp_core::AccountId;
use tp_lattice::Account;

/// Accounts kept at most, ids of no account included: some 20 MiB. The hash table fills up to seven eighths of 2^16 places;
/// one account more would double it.
const ACCOUNTS: u32 = (1 << 16) / 8 * 7;

/// Accounts that were read or changed lately, in the state of the newest block.
pub(super) struct RecentAccounts {
	/// The hash function is seeded at random, since senders choose the ids.
	accounts: LruMap<AccountId, Option<Account>, ByLength, foldhash::quality::RandomState>,
}

impl Default for RecentAccounts {
	fn default() -> Self {
		Self { accounts: LruMap::with_hasher(ByLength::new(ACCOUNTS), Default::default()) }
	}
}

impl RecentAccounts {
	/// Keeps what was read from the state of the newest block.
	pub fn learn(&mut self, read: &mut ReadAccounts) {
		for (id, account) in read.take_new() {
			self.accounts.insert(id, account);
		}
	}

	/// Adds the accounts that are kept to `read`, and returns the ids that have to be read from the state.
	pub fn complete(&mut self, read: &mut ReadAccounts, mut missing: Vec<AccountId>) -> Vec<AccountId> {
		missing.retain(|id| match self.accounts.get(id) {
			Some(account) => {
				read.add(id, account.as_ref());
				false
			},
			None => true,
		});
		missing
	}

	/// Moves on to a block with the accounts that it changed. Without its parent's state nothing that is kept holds.
	pub fn imported(&mut self, is_next: bool, changed: &[(AccountId, Option<Account>)]) {
		if !is_next {
			self.accounts.clear();
		}
		for (id, account) in changed {
			self.accounts.insert(id.clone(), account.clone());
		}
	}
}
