//! Tests, on a ledger of real headers and keys.

mod contacts;
mod epochs;
mod genesis;
mod inherent;
pub mod ledger;
mod participation;
mod weights;
