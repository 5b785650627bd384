//! Blocks and receipts of the past, and the index that finds units.
//!
//! ```text
//! import ─▶ recent blocks ─▶ indexer (a thread) ─▶ UnitIndex
//!                │                                    │
//! receipts ◀─────┴──── blocks of the database ◀── by hash, by account
//! ```

mod block;
mod error;
mod store;

pub(crate) use block::{batch_of, NewBlock};
pub use error::ArchiveError;
pub use store::{Archive, FoundUnit};
