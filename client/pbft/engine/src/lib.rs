//! Drives the PBFT core over a chain of the SDK.
//!
//! ```text
//!   members ◀─▶ network ─┐                        ┌─▶ vote log, synced before a vote leaves
//!   pool ── work ────────┤                        ├─▶ network: broadcast, send, fetch
//!   timers ──────────────┼─▶ engine ─▶ Replica ───┼─▶ jobs: build, check (off the task)
//!   jobs ── built, checked                        ├─▶ ledger: import with the certificate = final
//!   import ─ newest block┘                        └─▶ status, metrics, announcement
//! ```
//!
//! One task owns the core ([`engine`]). What the chain is, it knows only as a [`Ledger`]; all that touches the SDK's
//! client sits in [`sdk`]. A height begins when its parent is imported, whoever imported it: the engine, block sync, or
//! the recovery from the vote log at start.

pub mod engine;
mod keys;
mod ledger;
mod metrics;
pub mod network;
pub mod sdk;
mod status;
mod vote_log;

pub use engine::{run, EngineError, EngineParams};
pub use keys::{hello, own_index};
pub use ledger::{BuildOrder, CheckOrder, HeightContext, Ledger, LedgerError, Tip};
pub use status::{EngineStatus, StatusHandle};
pub use vote_log::VoteLogError;

/// Target of all log lines of the engine.
const LOG_TARGET: &str = "pbft";
