//! Tests, with real keys and balances.

mod addresses;
mod attacks;
mod council;
mod genesis;
mod keys;
mod leaving;
pub mod ledger;
mod nodes;
mod pool;
mod random;
mod reputation;
mod rests;
mod slashes;
mod staked;
mod votes;
mod votes_of_slashed;
mod votes_that_left;
mod weighing;
mod weights;
