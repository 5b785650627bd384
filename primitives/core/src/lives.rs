//! The lives of accounts: the rule by which nothing that an account signed in one life applies in another.
//!
//! ```text
//! begins in block n          with the nonce max(base + n, its tombstone)
//! ends in block n, nonce m   leaves the tombstone m if m > base + n
//! block n begins             tombstones up to base + n lapse: every later life begins with as much or more
//! ```
//!
//! So the nonces of all lives of an account ascend. What an account signed and used has a lower nonce than its next life.
//! `base` is 0, or the heights of the ledgers from which a shard came by a split or a merge.
//!
//! What was signed for a nonce that no life has reached yet is not a replay, and can apply once.

use crate::{BlockNumber, Nonce};

/// Returns the nonce of an account that begins in a block, if it has no tombstone.
pub const fn first_nonce(base: Nonce, number: BlockNumber) -> Nonce {
	base.saturating_add(number)
}

/// Returns the nonce of an account that begins, given [`first_nonce`] of the block and the account's tombstone.
pub fn begin(first: Nonce, tombstone: Option<Nonce>) -> Nonce {
	tombstone.map_or(first, |tombstone| tombstone.max(first))
}

/// Returns the tombstone of an account that ends with a nonce, given [`first_nonce`] of the block.
pub fn tombstone(nonce: Nonce, first: Nonce) -> Option<Nonce> {
	(nonce > first).then_some(nonce)
}

/// Tells whether a tombstone has lapsed, given [`first_nonce`] of the block.
pub const fn has_lapsed(tombstone: Nonce, first: Nonce) -> bool {
	tombstone <= first
}

/// The lives of a ledger's accounts. Pallets that create accounts use it. Plug in `pallet-lives`.
///
/// `()` keeps nothing: accounts begin with the nonce 0. That is unsound where accounts can end, because what a first life
/// signed applies in the next.
pub trait AccountLives<AccountId> {
	/// Returns the base of first nonces, or `None` if accounts begin with 0 and leave no tombstone.
	fn base() -> Option<Nonce>;
	/// Sets the nonce of an account that was created just now, and removes its tombstone.
	fn begin(who: &AccountId);
	/// Returns the tombstone of an account.
	fn tombstone(who: &AccountId) -> Option<Nonce>;
	/// Sets the tombstone of an account, or removes it.
	fn set_tombstone(who: &AccountId, nonce: Option<Nonce>);
}

impl<AccountId> AccountLives<AccountId> for () {
	fn base() -> Option<Nonce> {
		None
	}

	fn begin(_: &AccountId) {}

	fn tombstone(_: &AccountId) -> Option<Nonce> {
		None
	}

	fn set_tombstone(_: &AccountId, _: Option<Nonce>) {}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// All lives that an account can have in few blocks: every life begins with a nonce that no earlier life has used, also
	/// if lapsed tombstones are removed at once.
	#[test]
	fn nonces_of_lives_ascend() {
		for base in [0, 7] {
			// Births and ends by block, transactions of each life.
			for choice in 0..3u32.pow(8) {
				let (mut tombstone_left, mut alive, mut used) = (None, None::<Nonce>, None::<Nonce>);
				for block in 0..8 {
					let first = first_nonce(base, block);
					tombstone_left = tombstone_left.filter(|left| !has_lapsed(*left, first));
					let sent = choice / 3u32.pow(block) % 3;
					let nonce = alive.take().unwrap_or_else(|| begin(first, tombstone_left.take()));
					assert!(used.is_none_or(|used| nonce > used), "{nonce} was used");
					// It sends up to four transactions, and ends unless it sent one.
					let next = nonce + 2 * sent;
					used = (next > 0).then(|| next - 1);
					match sent {
						1 => alive = Some(next),
						_ => tombstone_left = tombstone(next, first),
					}
				}
			}
		}
	}
}
