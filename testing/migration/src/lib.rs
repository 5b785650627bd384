//! Chains that an earlier build made, for tests of the migrations of runtimes. See `README.md`.
//!
//! ```text
//! fixtures/ ─▶ Chain: head, state, Schema ─ Schema::read ─▶ Storage ─┐
//!                  │                                                 ├─▶ changes
//!                  └▶ externalities ─ the runtime upgrades ─▶ its Schema::read ─▶ Storage
//! ```
//!
//! A test names each item of the storage that an upgrade changes. All others must say the same before and after.

mod author;
mod chain;
mod compare;
mod entries;
mod schema;
#[cfg(test)]
mod tests;
mod upgrade;

pub use author::{key, Author};
pub use chain::Chain;
pub use compare::{changes, Change};
pub use entries::{entries, Entries};
pub use schema::{Schema, Storage};
pub use upgrade::{number, versions, Upgrade};
