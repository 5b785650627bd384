//! An account as a node sees it.

use tc_lattice_pool::Speculation;
use tp_core::Nonce;
use tp_lattice::{Account, Context, UnitHash};

/// An account as this node sees it.
#[derive(Clone, Debug)]
pub struct AccountView {
	/// The account after the newest block, or `None` if it does not exist.
	pub account: Option<Account>,
	/// The account after its ready units, with nonce and head after what else waits without a gap: extrinsics, and the units
	/// between them. `None` if it does not exist, or if the last ready unit removes it.
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

	/// Moves nonce and head behind what waits after the ready units. `place` returns the nonce after it, and its last unit.
	pub(crate) fn behind(mut self, place: impl FnOnce(Nonce) -> (Nonce, Option<UnitHash>)) -> Self {
		if let Some(next) = &mut self.next {
			let (nonce, parent) = place(next.nonce);
			next.nonce = nonce;
			next.data.unit_head = parent.unwrap_or(next.data.unit_head);
		}
		self
	}

	/// Returns the nonce of the account after the newest block.
	pub fn nonce(&self) -> Nonce {
		self.account.as_ref().map_or(self.begins, |account| account.nonce)
	}

	/// Returns the nonce of the account after all that waits.
	pub fn next_nonce(&self) -> Nonce {
		self.next.as_ref().map_or(self.begins, |next| next.nonce)
	}
}
