//! Blocks and receipts of the past, and the index that finds units.
//!
//! ```text
//! import ─▶ newest blocks ─▶ indexer (a thread) ─▶ UnitIndex
//!                │                                    │
//! receipts ◀─────┴──── blocks of the database ◀── by hash, by account
//! ```
//!
//! The threads of [`crate::Reads`] call all that reads the database.

mod block;
mod cache;
mod error;
mod store;

pub(crate) use block::{batch_bytes, NewBlock};
pub use error::ArchiveError;
pub use store::{Archive, FoundUnit};
