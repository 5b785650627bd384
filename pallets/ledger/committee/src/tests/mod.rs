//! Tests, on a ledger of real headers and keys.

mod epochs;
mod genesis;
mod inherent;
mod participation;
mod weights;
