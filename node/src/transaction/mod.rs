//! Signed transactions of TOP ledgers: built, sent, found in blocks, and verified as final.
//!
//! ```text
//! TransferBuilder ──▶ send: submit, wait until final ──▶ find_call (block, success) ──▶ verify_final (certificate)
//! ```
//!
//! The connection is the SDK's. What is here needs the runtimes' types.

mod builder;
mod certificate;
mod inclusion;
mod send;

pub use builder::{ChainParams, TransferBuilder};
pub use certificate::{verify_final, FinalProof};
pub use inclusion::{events_of, find_call, transfers_among, transfers_in, Inclusion};
pub use send::{send, Sent};
