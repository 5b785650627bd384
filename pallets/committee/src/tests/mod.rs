//! Tests, on a ledger of real headers and keys.

mod epochs;
mod evidence;
mod genesis;
mod inherent;
mod participation;
mod weights;
