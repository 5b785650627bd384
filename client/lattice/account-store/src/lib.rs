//! The account store: the accounts of a ledger in memory, under one root, instead of in the SDK's trie.
//!
//! ```text
//!            root_with(view, changes)                      commit(block)
//! execution ─────────────────────────▶ pending by root ──────────────────▶ log ─▶ history ─▶ tables ─▶ next version
//!                                                                           │
//!                                                       maintain, behind:  sync ─▶ rolling snapshots ─▶ prune
//! ```
//!
//! What the root commits to, and how accounts are proved, stands in [`tp_account_store`]. This crate has no threads and no
//! clock, and reaches files through [`Folder`] alone, so that tests can cut its power at each write.
//!
//! - **Versions.** There is one for each block, and it never changes. A [`View`] holds a version; commits go on beside it. Old
//!   versions are read through what later ones replaced, which stands in the log.
//! - **Roots.** [`Store::root_with`] is pure. A height can have several proposals, so their changes wait under their roots.
//! - **Disk.** The log has a record for each block, appended before the version is published and synced behind it. Each table
//!   is written again after a while, so a start reads a bounded part of the log. A start rolls forward only, checks the root
//!   of the last block, and otherwise says what is damaged.

mod bucket;
mod buckets;
mod builder;
mod changes;
mod disk;
mod error;
mod filter;
mod head;
mod history;
mod limits;
mod pending;
mod recovery;
mod state;
mod store;
mod table;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod transfer;
mod tree;
mod view;

pub use bucket::MAX_VALUE_BYTES;
pub use builder::StoreBuilder;
pub use disk::{DiskFolder, File, Folder, ReadLog, Record, TableBefore};
pub use error::StoreError;
pub use head::Head;
pub use limits::Limits;
pub use recovery::Recovery;
pub use state::Delta;
pub use store::{Block, Size, Store};
pub use view::{Accounts, View};
