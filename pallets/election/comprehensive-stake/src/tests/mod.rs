//! Tests, with real keys and balances.

mod attacks;
mod genesis;
mod keys;
mod leaving;
pub mod ledger;
mod nodes;
mod pool;
mod random;
mod reputation;
mod slashes;
mod votes;
mod votes_of_slashed;
mod votes_that_left;
mod weighing;
mod weights;
