//! What the store has on disk.
//!
//! ```text
//! commit ──append──▶ log ──synced behind──▶ rolling snapshots, a table at a time ──▶ old segments and snapshots removed
//! start:  newest snapshot of each table ──▶ records of the log after it ──▶ the last whole record
//! ```
//!
//! A start only rolls forward. A snapshot of version v is written after the log is synced up to v, so the log always reaches
//! at least as far as each snapshot.

mod folder;
mod log;
mod record;
mod snapshots;

pub use folder::{DiskFolder, File, Folder};
pub use log::{read as read_log, Log, ReadLog, SegmentFile};
pub use record::{Record, RecordPlace, TableBefore};
pub use snapshots::Snapshots;
