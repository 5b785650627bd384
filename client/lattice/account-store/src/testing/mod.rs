//! A disk that loses power and fails, and a ledger that knows what the store should have.

// Versions and sizes of tests are small.
#![allow(clippy::cast_possible_truncation)]

mod disk;
mod ledger;

pub use disk::{Fault, FaultyDisk};
pub use ledger::{delta, small_limits, Accounts, Ledger, CHAIN};
