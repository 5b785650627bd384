//! Tests, on a ledger of real headers and keys.

mod epochs;
mod genesis;
mod inherent;
mod ledger;
mod participation;
mod weights;
