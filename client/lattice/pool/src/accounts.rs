//! Read access to accounts.

use tp_core::AccountId;
use tp_lattice::{Account, MemoryAccounts};

/// Accounts at the newest block that the pool has taken in.
///
/// The caller must not show a newer state before it calls [`crate::Pool::on_block`] for it. Otherwise the pool
/// validates new units by one state and keeps old ones by another, and a selected batch may not apply.
pub trait Accounts {
	/// Returns an account, or `None` if it does not exist.
	fn account(&self, id: &AccountId) -> Option<Account>;
}

impl Accounts for MemoryAccounts {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.get(id).cloned()
	}
}
