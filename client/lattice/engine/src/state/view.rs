//! An account as a node sees it.

use tc_lattice_pool::Speculation;
use tp_core::Nonce;
use tp_lattice::{Account, Context};

/// An account as this node sees it.
#[derive(Clone, Debug)]
pub struct AccountView {
	/// The account after the newest block, or `None` if it does not exist.
	pub account: Option<Account>,
	/// The account after its ready units, or `None` if it does not exist or the last of them removes it.
	pub next: Option<Account>,
	/// Nonce with which it begins if the next block creates it, after its ready units.
	pub begins: Nonce,
	/// Number of its ready units.
	pub pending: usize,
	/// Time of this view, in milliseconds since 1970.
	pub now: u64,
}

impl AccountView {
	/// Creates a view at a time from the account and its tombstone after the newest block, its ready units, and the context
	/// of the next block.
	pub(crate) fn new(
		account: Option<Account>,
		speculation: Option<Speculation>,
		tombstone: Option<Nonce>,
		context: &Context,
		now: u64,
	) -> Self {
		let (next, pending) = match speculation {
			Some(Speculation { account, pending }) => (account, pending),
			None => (account.clone(), 0),
		};
		// An account that ends goes on from the nonce after its last unit.
		let after_units =
			|account: &Account| account.nonce.saturating_add(Nonce::try_from(pending).unwrap_or(Nonce::MAX));
		let begins = context.begin(account.as_ref().map(after_units).or(tombstone));
		Self { account, next, begins, pending, now }
	}

	/// Returns the nonce of the account after the newest block.
	pub fn nonce(&self) -> Nonce {
		self.account.as_ref().map_or(self.begins, |account| account.nonce)
	}

	/// Returns the nonce of the account after its ready units.
	pub fn next_nonce(&self) -> Nonce {
		self.next.as_ref().map_or(self.begins, |next| next.nonce)
	}
}
