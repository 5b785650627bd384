//! Amounts, in the token's smallest unit.

use tp_core::{Balance, TOP};

/// The smallest balance of an account: 0.1 TOP, as for any item of the state. Below it the account ends.
pub const EXISTENTIAL_DEPOSIT: Balance = TOP / 10;

/// Returns the deposit for state that an account has the ledger keep: 0.1 TOP an item and 0.001 TOP a byte. It is
/// released when the state is removed.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * (TOP / 10) + bytes as Balance * (TOP / 1_000)
}
