//! Tests, with real keys and balances.

mod council;
mod genesis;
mod keys;
mod leaving;
pub mod ledger;
mod nodes;
mod pool;
mod random;
mod reputation;
mod slashes;
mod staked;
mod votes;
mod votes_of_slashed;
mod weights;
