//! Amounts, in the token's smallest unit.

use tp_core::{Balance, TOP};

/// The least that an account holds: 0.001 TOP. Below it the account ceases to exist.
pub const EXISTENTIAL_DEPOSIT: Balance = TOP / 1_000;

/// What is held back for state that somebody asks the ledger to keep, and given back when the state goes: 0.1 TOP an
/// item and 0.001 TOP a byte.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
	items as Balance * (TOP / 10) + bytes as Balance * (TOP / 1_000)
}
